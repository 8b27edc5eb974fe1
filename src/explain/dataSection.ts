import { grouped } from '../cost/textTable.js';
import type { TrainedFolder } from '../training/trainFolder.js';
import { dataTable, type TableRow } from './dataTable.js';
import { duplicatesPart, type DuplicateSummary } from './duplicatesPart.js';
import { html, type Html } from './html.js';
import type { PageSection } from './pageSection.js';

type Folder = TrainedFolder['folder'];

/** What a network was trained on. */
export interface DataSummary {
  readonly classes: readonly string[];
  /** Pictures of each class, in the order of `classes`. */
  readonly train: readonly number[];
  readonly validation: readonly number[];
  /** How evenly the training pictures are spread over the classes. */
  readonly balance?: Pick<Folder['balance'], 'largest' | 'smallest' | 'ratio' | 'isUnbalanced' | 'advice'>;
  /** Files that were left out, each with the reason. */
  readonly unreadable?: Folder['unreadable'];
  /** How many files are no pictures. */
  readonly ignored?: number;
  /** Which pictures are there more than once. */
  readonly duplicates?: DuplicateSummary;
}

/** Of more classes than this, only the largest and the smallest are shown, half of this number each. */
const MOST_CLASSES = 40;
const MOST_FILES = 100;

/** Pictures by class and side, imbalance, what could not be read, and what is there more than once. */
export function dataSection(data: DataSummary): PageSection {
  const [train, validation] = [sumOf(data.train), sumOf(data.validation)];
  const body = html`<p>
      ${grouped(train)} ${train === 1 ? 'picture' : 'pictures'} to learn from and ${grouped(validation)} held out, in
      ${grouped(data.classes.length)} ${data.classes.length === 1 ? 'class' : 'classes'}. ${balanceSentence(data.balance)}
    </p>
    ${classCounts(data)} ${leftOut(data)} ${data.duplicates !== undefined && duplicatesPart(data.duplicates)}`;
  return { heading: 'Data', body };
}

const sumOf = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

function balanceSentence(balance: DataSummary['balance']): string {
  if (balance === undefined || balance.largest === balance.smallest) return '';
  const { largest, smallest, ratio, isUnbalanced, advice } = balance;
  if (ratio === 1) return 'Every class has as many training pictures as the others.';
  const times = Number.isFinite(ratio)
    ? `${ratio.toFixed(1)} times as many training pictures as`
    : 'training pictures, but there are none of';
  return `The classes are ${isUnbalanced ? 'unbalanced' : 'fairly balanced'}: ${largest} has ${times} ${smallest}. ${advice ?? ''}`.trimEnd();
}

function classCounts({ classes, train, validation }: DataSummary): Html {
  const all = classes.map((name, index) => ({ name, train: train[index] ?? 0, validation: validation[index] ?? 0 }));
  const most = Math.max(...all.map((own) => own.train + own.validation), 1);
  const row = (own: (typeof all)[number]): TableRow => ({
    cells: [own.name, own.train, own.validation, splitBar(own.train / most, own.validation / most)],
  });
  const isLong = all.length > MOST_CLASSES;
  const sorted = [...all].sort((a, b) => b.train - a.train);
  const half = MOST_CLASSES / 2;
  const between: TableRow = { cells: [html`<i>${grouped(all.length - MOST_CLASSES)} more classes</i>`, '…', '…', ''] };
  return html`${dataTable({
      caption: isLong
        ? `Pictures of the ${half} largest and the ${half} smallest of ${grouped(all.length)} classes.`
        : 'Pictures by class and side.',
      columns: [
        { head: 'class' },
        { head: 'to learn from', kind: 'number' },
        { head: 'held out', kind: 'number' },
        { head: html`<span class="unseen">both as a bar</span>`, kind: 'wide' },
      ],
      rows: isLong ? [...sorted.slice(0, half).map(row), between, ...sorted.slice(-half).map(row)] : all.map(row),
    })}
    <ul class="legend">
      <li><span class="key learned" aria-hidden="true"></span> to learn from</li>
      <li><span class="key held" aria-hidden="true"></span> held out</li>
    </ul>`;
}

function splitBar(train: number, validation: number): Html {
  const part = (name: string, share: number): Html => html`<span class="${name}" style="width:${(100 * share).toFixed(2)}%"></span>`;
  return html`<span class="track" aria-hidden="true">${part('learned', train)}${part('held', validation)}</span>`;
}

function leftOut({ unreadable = [], ignored = 0 }: DataSummary): Html {
  const more = unreadable.length - MOST_FILES;
  const files = `${grouped(unreadable.length)} ${unreadable.length === 1 ? 'file' : 'files'} could not be read and ${unreadable.length === 1 ? 'was' : 'were'} left out`;
  return html`${
    unreadable.length > 0 &&
    html`<details>
      <summary>${files}</summary>
      <ul>
        ${unreadable.slice(0, MOST_FILES).map(({ path, reason }) => html`<li><span class="path">${path}</span>: ${reason}</li>`)}
        ${more > 0 && html`<li>… and ${grouped(more)} more</li>`}
      </ul>
    </details>`
  }
  ${ignored > 0 && html`<p class="note">${grouped(ignored)} ${ignored === 1 ? 'file is no picture and was' : 'files are no pictures and were'} passed over.</p>`}`;
}
