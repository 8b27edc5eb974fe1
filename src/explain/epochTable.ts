import type { EpochRecord } from '../training/trainingReport.js';
import { dataTable } from './dataTable.js';
import { evenly } from './evenly.js';
import { html, type Html } from './html.js';
import { duration, measure, nats, percent } from './numberText.js';

/** Of more epochs than this, so many are listed. */
const MOST_EPOCHS = 300;

interface EpochColumn {
  readonly head: string;
  readonly cell: (record: EpochRecord) => string | number;
  /** Whether any epoch has something to say here. Default: always. */
  readonly isThere?: (record: EpochRecord) => boolean;
}

const NOTHING = '–';
const isValidated = ({ validation }: EpochRecord): boolean => validation !== undefined;
const isAveraged = ({ averaged }: EpochRecord): boolean => averaged !== undefined;

const COLUMNS: readonly EpochColumn[] = [
  { head: 'epoch', cell: ({ epoch }) => epoch },
  { head: 'training loss', cell: (record) => nats(mainLoss(record)) },
  { head: 'training top-1', cell: ({ top1 }) => percent(top1) },
  { head: 'validation loss', cell: ({ validation }) => (validation ? nats(validation.loss) : NOTHING), isThere: isValidated },
  { head: 'validation top-1', cell: ({ validation }) => (validation ? percent(validation.top1) : NOTHING), isThere: isValidated },
  { head: 'averaged loss', cell: ({ averaged }) => (averaged ? nats(averaged.loss) : NOTHING), isThere: isAveraged },
  { head: 'averaged top-1', cell: ({ averaged }) => (averaged ? percent(averaged.top1) : NOTHING), isThere: isAveraged },
  { head: 'learning rate', cell: ({ learningRate }) => measure(learningRate) },
  {
    head: 'gradient length',
    cell: ({ gradientNorm }) => (gradientNorm === undefined ? NOTHING : measure(gradientNorm)),
    isThere: ({ gradientNorm }) => gradientNorm !== undefined,
  },
  { head: 'time', cell: ({ elapsedMs }) => duration(elapsedMs) },
  { head: 'pictures/s', cell: ({ imagesPerSecond }) => measure(imagesPerSecond) },
];

/** The main head's own loss: the record's `loss` also holds the auxiliary heads' shares, which validation leaves out. */
export function mainLoss({ headLosses, loss }: EpochRecord): number {
  return headLosses.main ?? loss;
}

/** What the curves show, in numbers, folded away. */
export function epochTable(epochs: readonly EpochRecord[]): Html {
  const columns = COLUMNS.filter(({ isThere }) => isThere === undefined || epochs.some(isThere));
  const listed = evenly(epochs, MOST_EPOCHS);
  const isAll = listed.length === epochs.length;
  return html`<details>
    <summary>${isAll ? 'Every epoch in numbers' : `${listed.length} of ${epochs.length} epochs in numbers`}</summary>
    ${dataTable({
      caption: `Loss in nats of the main classifier${isAll ? '' : '; epochs taken evenly from all'}.`,
      columns: columns.map(({ head }) => ({ head, kind: 'number' })),
      rows: listed.map((record) => ({ cells: columns.map(({ cell }) => cell(record)) })),
    })}
  </details>`;
}
