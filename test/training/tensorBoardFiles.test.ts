import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { tensorBoardFiles } from '../../src/training/tensorBoardFiles.js';
import { readEvent, recordsOf, type ReadEvent } from '../io/events/readEvents.js';
import { withFolder } from '../io/tinyModels.js';
import { epochRecord, stepProgress } from './sampleEpochs.js';

/** The events of every file, in the order in which TensorBoard reads them. */
async function eventsIn(folder: string): Promise<ReadEvent[][]> {
  const names = (await readdir(folder)).sort();
  return Promise.all(names.map(async (name) => recordsOf(await readFile(join(folder, name))).map(readEvent)));
}

const float32 = (scalars: Record<string, number>): Record<string, number> =>
  Object.fromEntries(Object.entries(scalars).map(([tag, value]) => [tag, Math.fround(value)]));

describe('tensorBoardFiles', () => {
  it("writes every tenth step and an epoch's last: of 37 steps an epoch and 74 in all, 10 to 30, 37, 40 to 70 and 74", async () => {
    await withFolder(async (folder) => {
      const recorder = await tensorBoardFiles(folder, 0);
      for (let steps = 1; steps <= 74; steps++) {
        await recorder.onStep?.({ ...stepProgress(steps), step: ((steps - 1) % 37) + 1, stepsPerEpoch: 37 });
      }
      await recorder.close();
      const [[version, start, ...steps]] = await eventsIn(folder);
      expect(version.fileVersion).toBe('brain.Event:2');
      expect(start).toMatchObject({ status: 1, step: 1 });
      expect(steps.map(({ step }) => step)).toEqual([10, 20, 30, 37, 40, 50, 60, 70, 74]);
    });
  });

  it('a step gives 6 scalars with two heads, 7 with a gradient norm', async () => {
    await withFolder(async (folder) => {
      const recorder = await tensorBoardFiles(folder, 0);
      await recorder.onStep?.(stepProgress(10));
      await recorder.onStep?.(stepProgress(20, 3.25));
      await recorder.close();
      const [[, , first, second]] = await eventsIn(folder);
      const scalars = (steps: number): Record<string, number> => ({
        'train/loss': 1 / steps,
        'train/loss/main': 0.9 / steps,
        'train/loss/auxiliary_4a': 0.1 / steps,
        'train/top1': steps / 1000,
        'train/learning_rate': 0.05,
        'train/images_per_second': 231.4,
      });
      expect(first.scalars).toEqual(float32(scalars(10)));
      expect(second.scalars).toEqual(float32({ ...scalars(20), 'train/gradient_norm': 3.25 }));
    });
  });

  it('an epoch gives what it measured, at the step that it ended with', async () => {
    await withFolder(async (folder) => {
      const recorder = await tensorBoardFiles(folder, 0);
      for (const [epoch, measured] of [
        [1, 'all'],
        [2, 'least'],
      ] as const) {
        await recorder.onStep?.(stepProgress(100 * epoch));
        await recorder.onEpoch(epochRecord(epoch, measured), []);
      }
      await recorder.close();
      const [[, , , first, , second]] = await eventsIn(folder);
      expect(second).toMatchObject({
        step: 200,
        scalars: float32({ 'epoch/loss': 1, 'epoch/loss/main': 0.75, 'epoch/loss/auxiliary_4a': 0.1, 'epoch/top1': 2 / 3 }),
      });
      expect(Object.keys(second.scalars!)).toHaveLength(4);
      expect(first.step).toBe(100);
      expect(first.scalars).toEqual(
        float32({
          'epoch/loss': 2,
          'epoch/loss/main': 1.5,
          'epoch/loss/auxiliary_4a': 0.1,
          'epoch/top1': 0.5,
          'epoch/gradient_norm': 1e-7,
          'validation/loss': 0.75,
          'validation/top1': 0.8,
          'validation/top5': 1,
          'averaged/loss': 0.5,
          'averaged/top1': 0.9,
          'averaged/top5': 1,
        }),
      );
    });
  });

  it('resumed after 120 steps, begins a second file which says that steps from 121 on no longer count; the first stays as it was', async () => {
    await withFolder(async (folder) => {
      const killed = await tensorBoardFiles(folder, 0);
      await killed.onStep?.(stepProgress(130));
      const [before] = await eventsIn(folder);
      const resumed = await tensorBoardFiles(folder, 120);
      await resumed.onStep?.(stepProgress(130));
      const [first, second] = await eventsIn(folder);
      expect(first).toEqual(before);
      expect(second.map(({ step, status }) => ({ step, status }))).toEqual([
        { step: 0, status: undefined },
        { step: 121, status: 1 },
        { step: 130, status: undefined },
      ]);
      await killed.close();
      await resumed.close();
    });
  });

  it('resumed between the last step of an epoch and its validation, writes the epoch at the step of the checkpoint', async () => {
    await withFolder(async (folder) => {
      const recorder = await tensorBoardFiles(folder, 200);
      await recorder.onEpoch(epochRecord(2, 'least'), []);
      await recorder.close();
      const [[, , epoch]] = await eventsIn(folder);
      expect(epoch).toMatchObject({ step: 200, scalars: { 'epoch/loss': 1 } });
    });
  });
});
