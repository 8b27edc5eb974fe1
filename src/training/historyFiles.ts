import { stringify } from 'csv-stringify/sync';
import { join } from 'node:path';
import { writeFileAtomically } from '../io/atomicFile.js';
import { makeFolder } from '../io/makeFolder.js';
import type { TrainingRecorder } from './trainingRecorder.js';
import type { EpochRecord } from './trainingReport.js';
import type { TrainingSettings } from './trainingSettings.js';

/** Of the layout of `history.json`. */
const HISTORY_VERSION = 1;

type Cell = number | undefined;

/** A column of `history.csv`, named as the field of `history.json` that it shows. */
type Column = readonly [name: string, value: (record: EpochRecord) => Cell];

const evaluationColumns = (key: 'validation' | 'averaged'): Column[] =>
  (['loss', 'top1', 'top5'] as const).map((field): Column => [`${key}.${field}`, (record) => record[key]?.[field]]);

/** The same for every epoch of a run, whatever it measured: a value that is absent is an empty cell. */
const columnsOf = (heads: readonly string[]): readonly Column[] => [
  ['epoch', ({ epoch }) => epoch],
  ['loss', ({ loss }) => loss],
  ['top1', ({ top1 }) => top1],
  ...heads.map((head): Column => [`headLosses.${head}`, ({ headLosses }) => headLosses[head]]),
  ...evaluationColumns('validation'),
  ...evaluationColumns('averaged'),
  ['learningRate', ({ learningRate }) => learningRate],
  ['gradientNorm', ({ gradientNorm }) => gradientNorm],
  ['imagesPerSecond', ({ imagesPerSecond }) => imagesPerSecond],
  ['elapsedMs', ({ elapsedMs }) => elapsedMs],
];

/**
 * Keeps `history.json` and `history.csv` in a folder, each rewritten whole after every epoch: the settings and all epochs so far.
 *
 * @throws InceptionError `WRITE_FAILED` if the folder cannot be made, and from `onEpoch` if a file cannot be written.
 */
export async function historyFiles(folder: string, settings: TrainingSettings): Promise<TrainingRecorder> {
  const where = 'train.history';
  await makeFolder(where, folder);
  return {
    async onEpoch(_record, epochs) {
      await writeFileAtomically(where, join(folder, 'history.json'), historyJson(settings, epochs));
      await writeFileAtomically(where, join(folder, 'history.csv'), historyCsv(settings, epochs));
    },
    close: () => Promise.resolve(),
  };
}

function historyJson(settings: TrainingSettings, epochs: readonly EpochRecord[]): string {
  return `${JSON.stringify({ version: HISTORY_VERSION, settings, epochs }, null, 2)}\n`;
}

/** As RFC 4180 has it. */
function historyCsv(settings: TrainingSettings, epochs: readonly EpochRecord[]): string {
  const columns = columnsOf(Object.keys(settings.headWeights));
  const rows = epochs.map((record) => columns.map(([, value]) => value(record)));
  return stringify([columns.map(([name]) => name), ...rows], { record_delimiter: '\r\n' });
}
