import { parse } from 'csv-parse/sync';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { historyFiles } from '../../src/training/historyFiles.js';
import type { EpochRecord } from '../../src/training/trainingReport.js';
import type { TrainingSettings } from '../../src/training/trainingSettings.js';
import { expectFailure } from '../io/failure.js';
import { withFolder } from '../io/tinyModels.js';
import { epochRecord } from './sampleEpochs.js';

const SETTINGS: TrainingSettings = {
  epochs: 3,
  optimizer: { kind: 'sgd', momentum: 0.9 },
  learningRate: 0.05,
  schedule: { kind: 'cosine' },
  headWeights: { main: 1, auxiliary_4a: [0.3, 0] },
  labelSmoothing: 0,
  weightDecay: 4e-5,
  seed: 7,
  restoreBest: true,
  batch: 32,
};

const HEADER =
  'epoch,loss,top1,headLosses.main,headLosses.auxiliary_4a,validation.loss,validation.top1,validation.top5,' +
  'averaged.loss,averaged.top1,averaged.top5,learningRate,gradientNorm,imagesPerSecond,elapsedMs';

/** Both files after each epoch in turn. */
async function write(folder: string, records: readonly EpochRecord[]): Promise<void> {
  const history = await historyFiles(folder, SETTINGS);
  for (const [index, record] of records.entries()) await history.onEpoch(record, records.slice(0, index + 1));
  await history.close();
}

describe('historyFiles', () => {
  it('history.csv has one row an epoch, in the same 15 columns whatever was measured, and empty cells for what was not', async () => {
    await withFolder(async (folder) => {
      await write(folder, [epochRecord(1, 'all'), epochRecord(2, 'least')]);
      expect(await readFile(join(folder, 'history.csv'), 'utf8')).toBe(
        `${HEADER}\r\n` +
          '1,2,0.5,1.5,0.1,0.75,0.8,1,0.5,0.9,1,0.05,1e-7,0.3333333333333333,60000.25\r\n' +
          '2,1,0.6666666666666667,0.75,0.1,,,,,,,0.05,,0.3333333333333333,60000.25\r\n',
      );
    });
  });

  it('a head whose name has a comma and a quote in it stays one column', async () => {
    await withFolder(async (folder) => {
      const name = 'a,"b"';
      const history = await historyFiles(folder, { ...SETTINGS, headWeights: { [name]: 1 } });
      const record = { ...epochRecord(1, 'least'), headLosses: { [name]: 0.25 } };
      await history.onEpoch(record, [record]);
      const text = await readFile(join(folder, 'history.csv'), 'utf8');
      expect(text).toContain('top1,"headLosses.a,""b""",validation.loss');
      expect(parse<Record<string, string>>(text, { columns: true })[0]).toMatchObject({ [`headLosses.${name}`]: '0.25' });
    });
  });

  it('history.json has version 1, the settings and every record, exact to the last digit', async () => {
    await withFolder(async (folder) => {
      const records = [epochRecord(1, 'all'), epochRecord(2, 'least')];
      await write(folder, records);
      expect(JSON.parse(await readFile(join(folder, 'history.json'), 'utf8'))).toEqual({
        version: 1,
        settings: SETTINGS,
        epochs: records,
      });
    });
  });

  it('both files are whole after every epoch, and replace those that a training before a resumption left', async () => {
    await withFolder(async (folder) => {
      const records = [1, 2, 3].map((epoch) => epochRecord(epoch, 'least'));
      await write(folder, records.slice(0, 2));
      const resumed = await historyFiles(folder, SETTINGS);
      await resumed.onEpoch(records[2], records);
      const rows = (await readFile(join(folder, 'history.csv'), 'utf8')).trimEnd().split('\r\n');
      expect(rows.map((row) => row.split(',')[0])).toEqual(['epoch', '1', '2', '3']);
      expect((await readdir(folder)).sort()).toEqual(['history.csv', 'history.json']);
    });
  });

  it('where a file stands in place of the folder, WRITE_FAILED says so before training begins', async () => {
    await withFolder(async (folder) => {
      await writeFile(join(folder, 'taken'), '');
      await expectFailure(
        historyFiles(join(folder, 'taken'), SETTINGS),
        'WRITE_FAILED',
        /^train\.history: expected to write .*taken, got EEXIST: file already exists/,
      );
    });
  });
});
