import type { Evaluation } from '../evaluation/evaluate.js';
import { dataTable, nameRoom, scrollBox } from './dataTable.js';
import { html, type Html } from './html.js';

type Judged = Pick<Evaluation, 'classes' | 'confusion'>;

/** A table with more columns than this no longer fits a page; the commonest confusions are listed instead. */
const MOST_COLUMNS = 24;
const MOST_PAIRS = 30;

/** From so many columns on, their heads stand upright. */
const UPRIGHT_FROM = 7;

/** Stops short of the full color, so that the same text is readable on every cell in light and in dark. */
const DEEPEST_SHADE = 0.6;

const CAPTION =
  "Pictures by true class (row) and by the network's answer (column). On the diagonal stand the right answers, shaded by their share of the " +
  'row; mistakes are shaded against the commonest one.';

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
  const table = html`<table class="confusion${classes.length >= UPRIGHT_FROM && ' upright'}">
    <caption>
      <span>${CAPTION}</span>
    </caption>
    <thead>
      <tr>
        <th scope="col" ${nameRoom(classes)}>true class</th>
        ${classes.map((name) => html`<th scope="col"><span>${name}</span></th>`)}
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
  </table>`;
  return scrollBox("Pictures by true class and by the network's answer", table);
}

function commonestConfusions({ classes, confusion }: Judged): Html {
  const pairs = confusion
    .flatMap((row, truth) =>
      row.map((count, answer) => ({ truth, answer, count })).filter(({ answer, count }) => truth !== answer && count > 0),
    ) // prettier-ignore
    .sort((a, b) => b.count - a.count);
  if (pairs.length === 0) return html`<p class="note">No picture was taken for another class.</p>`;
  const shown = pairs.slice(0, MOST_PAIRS);
  return dataTable({
    caption: `The ${shown.length} commonest confusions among ${classes.length} classes${pairs.length > shown.length ? `, of ${pairs.length} there are` : ''}.`,
    columns: [{ head: 'true class' }, { head: "the network's answer" }, { head: 'pictures', kind: 'number' }],
    rows: shown.map(({ truth, answer, count }) => ({ cells: [classes[truth], classes[answer], count] })),
  });
}
