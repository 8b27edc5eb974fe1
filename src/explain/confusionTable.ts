import type { Evaluation } from '../evaluation/evaluate.js';
import { html, type Html } from './html.js';
import { percent } from './numberText.js';

type Judged = Pick<Evaluation, 'classes' | 'confusion' | 'perClass'>;

/** A table with more columns than this no longer fits a page; the commonest confusions are listed instead. */
const MOST_COLUMNS = 30;
const MOST_PAIRS = 30;

/** Stops short of the full color, so that the same text is readable on every cell in light and in dark. */
const DEEPEST_SHADE = 0.6;

/** Pictures by true class and answer, as a shaded table with counts; for many classes, the commonest confusions. */
export function confusionTable(evaluation: Judged): Html {
  return evaluation.classes.length <= MOST_COLUMNS ? matrix(evaluation) : commonestConfusions(evaluation);
}

function matrix({ classes, confusion }: Judged): Html {
  const shares = confusion.map((row) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    return row.map((count) => (total === 0 ? 0 : count / total));
  });
  // Mistakes are shaded against the commonest mistake: beside the right answers they would all be pale.
  const largest = { right: 1, wrong: Math.max(...shares.flatMap((row, truth) => row.filter((_, answer) => answer !== truth)), 0) };
  const cell = (count: number, truth: number, answer: number): Html => {
    const kind = truth === answer ? 'right' : 'wrong';
    const shade = largest[kind] === 0 ? 0 : (DEEPEST_SHADE * shares[truth][answer]) / largest[kind];
    return html`<td class="${kind}" style="--shade:${shade.toFixed(3)}">${count}</td>`;
  };
  return html`<div class="scroll">
    <table class="confusion">
      <caption>
        Pictures by true class (row) and by the network's answer (column). On the diagonal stand the right answers, shaded by their share of
        the row; mistakes are shaded against the commonest one.
      </caption>
      <thead>
        <tr>
          <th scope="col">true class</th>
          ${classes.map((name) => html`<th scope="col">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${classes.map(
          (name, truth) =>
            html`<tr>
              <th scope="row">${name}</th>
              ${confusion[truth].map((count, answer) => cell(count, truth, answer))}
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;
}

function commonestConfusions({ classes, confusion }: Judged): Html {
  const pairs = confusion
    .flatMap((row, truth) => row.map((count, answer) => ({ truth, answer, count })))
    .filter(({ truth, answer, count }) => truth !== answer && count > 0)
    .sort((a, b) => b.count - a.count)
    .slice(0, MOST_PAIRS);
  if (pairs.length === 0) return html`<p class="note">No picture was taken for another class.</p>`;
  return html`<div class="scroll">
    <table>
      <caption>
        The ${pairs.length} commonest confusions among ${classes.length} classes.
      </caption>
      <thead>
        <tr>
          <th scope="col">true class</th>
          <th scope="col">the network's answer</th>
          <th scope="col" class="number">pictures</th>
        </tr>
      </thead>
      <tbody>
        ${pairs.map(
          ({ truth, answer, count }) =>
            html`<tr>
              <td>${classes[truth]}</td>
              <td>${classes[answer]}</td>
              <td class="number">${count}</td>
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;
}

/** Precision and recall of every class. */
export function classTable({ perClass }: Pick<Judged, 'perClass'>): Html {
  return html`<div class="scroll">
    <table>
      <caption>
        Precision: of the pictures called this, the share that are. Recall: of the pictures that are this, the share called so.
      </caption>
      <thead>
        <tr>
          <th scope="col">class</th>
          <th scope="col" class="number">pictures</th>
          <th scope="col" class="number">precision</th>
          <th scope="col" class="number">recall</th>
        </tr>
      </thead>
      <tbody>
        ${perClass.map(
          ({ name, count, precision, recall }) =>
            html`<tr>
              <th scope="row">${name}</th>
              <td class="number">${count}</td>
              <td class="number">${percent(precision)}</td>
              <td class="number">${percent(recall)}</td>
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;
}
