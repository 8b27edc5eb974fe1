import type { Evaluation } from '../evaluation/evaluate.js';
import { dataTable } from './dataTable.js';
import { html, type Html } from './html.js';
import { percent } from './numberText.js';

type ClassEvaluation = Evaluation['perClass'][number];

/** So many classes are always shown, the weakest; more are folded away; beyond the second number they are only counted. */
const MOST_SHOWN = 30;
const MOST_LISTED = 1000;

/** A class without pictures has no recall, and its precision says nothing. */
const NOTHING_TO_JUDGE = ['–', '–', '–'];

const MEASURES =
  'Precision: of the pictures called this, the share that are. Recall: of the pictures that are this, the share called so. ' +
  'F1: their harmonic mean.';

/** Precision, recall and F1 of every class, the lowest F1 first. */
export function classTable({ perClass }: Pick<Evaluation, 'perClass'>): Html {
  const weakestFirst = perClass
    .map((own, place) => ({ own, place }))
    .sort((a, b) => Number(a.own.count === 0) - Number(b.own.count === 0) || a.own.f1 - b.own.f1 || a.place - b.place)
    .map(({ own }) => own);
  if (perClass.length <= MOST_SHOWN) return table(`The weakest class stands first. ${MEASURES}`, weakestFirst);
  const more = perClass.slice(0, MOST_LISTED);
  const left = perClass.length - more.length;
  return html`${table(`The ${MOST_SHOWN} weakest of ${perClass.length} classes. ${MEASURES}`, weakestFirst.slice(0, MOST_SHOWN))}
    <details>
      <summary>
        ${left === 0 ? `All ${more.length} classes` : `The first ${more.length} of ${perClass.length} classes`}, in their own order
      </summary>
      ${table(`In the order of the labels${left === 0 ? '' : `; ${left} more are not listed`}.`, more)}
    </details>`;
}

function table(caption: string, classes: readonly ClassEvaluation[]): Html {
  return dataTable({
    caption,
    columns: [{ head: 'class' }, ...['pictures', 'precision', 'recall', 'F1'].map((head) => ({ head, kind: 'number' as const }))],
    rows: classes.map(({ name, count, precision, recall, f1 }) => ({
      cells: [name, count, ...(count === 0 ? NOTHING_TO_JUDGE : [precision, recall, f1].map(percent))],
    })),
  });
}
