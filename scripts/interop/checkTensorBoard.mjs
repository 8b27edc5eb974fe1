// Holds the event files that this package writes to the real TensorBoard: a training that is killed within a record and resumed shows every
// scalar once, equal as float32, and none of the steps that the killed one had done after its checkpoint.
// Usage: node scripts/interop/checkTensorBoard.mjs PYTHON [DIST]
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { built, runPython } from './interop.mjs';

const { tensorBoardFiles } = built('training/tensorBoardFiles.js');

const STEPS_PER_EPOCH = 125;
const KILLED_AT = 290;
const CHECKPOINT_AT = 220;
const STEPS = 375;

/** Scalars that no float64 holds as they are once they are float32, and that differ before and after the resumption. */
const scalarsAt = (steps, life) => ({
  'train/loss': 1 / (steps + life),
  'train/loss/main': 0.7 / (steps + life),
  'train/loss/auxiliary_4a': 0.1 / (steps + life),
  'train/top1': steps / (1000 + life),
  'train/learning_rate': 0.05 / life,
  'train/images_per_second': 100.1 * life + steps,
  'train/gradient_norm': 1e-7 * steps * life,
});
const epochScalars = (epoch, life) => ({
  'epoch/loss': 1 / (epoch + life),
  'epoch/loss/main': 0.7 / (epoch + life),
  'epoch/top1': epoch / (10 + life),
  'validation/loss': 1.1 / (epoch + life),
  'validation/top1': epoch / (9 + life),
  'validation/top5': epoch / (8 + life),
  'averaged/loss': 1.3 / (epoch + life),
  'averaged/top1': epoch / (7 + life),
  'averaged/top5': epoch / (6 + life),
});

/** Trains from one step to another, and notes what must be seen. */
async function train(recorder, from, to, life, expected) {
  const note = (steps, scalars) => {
    for (const [tag, value] of Object.entries(scalars)) (expected[tag] ??= []).push([steps, Math.fround(value)]);
  };
  for (let steps = from + 1; steps <= to; steps++) {
    const step = ((steps - 1) % STEPS_PER_EPOCH) + 1;
    const epoch = Math.ceil(steps / STEPS_PER_EPOCH);
    const values = scalarsAt(steps, life);
    await recorder.onStep({
      steps,
      step,
      stepsPerEpoch: STEPS_PER_EPOCH,
      loss: values['train/loss'],
      headLosses: { main: values['train/loss/main'], auxiliary_4a: values['train/loss/auxiliary_4a'] },
      epochTop1: values['train/top1'],
      learningRate: values['train/learning_rate'],
      imagesPerSecond: values['train/images_per_second'],
      gradientNorm: values['train/gradient_norm'],
    });
    if (steps % 10 === 0 || step === STEPS_PER_EPOCH) note(steps, values);
    if (step !== STEPS_PER_EPOCH) continue;
    const means = epochScalars(epoch, life);
    const evaluation = (key) => ({ loss: means[`${key}/loss`], top1: means[`${key}/top1`], top5: means[`${key}/top5`] });
    const record = {
      loss: means['epoch/loss'],
      headLosses: { main: means['epoch/loss/main'] },
      top1: means['epoch/top1'],
      validation: evaluation('validation'),
      averaged: evaluation('averaged'),
    };
    await recorder.onEpoch(record, [record]);
    note(steps, means);
  }
}

const folder = mkdtempSync(join(tmpdir(), 'inception-interop-'));
try {
  const startedAt = Date.now() / 1000;
  const expected = {};
  const killed = await tensorBoardFiles(folder, 0);
  await train(killed, 0, KILLED_AT, 1, expected);
  const [file] = await readdir(folder);
  truncateSync(join(folder, file), statSync(join(folder, file)).size - 7);
  for (const tag of Object.keys(expected)) expected[tag] = expected[tag].filter(([step]) => step <= CHECKPOINT_AT);
  const resumed = await tensorBoardFiles(folder, CHECKPOINT_AT);
  await train(resumed, CHECKPOINT_AT, STEPS, 2, expected);

  // Neither file is closed: TensorBoard reads them while training runs.
  for (const [reader, found] of Object.entries(runPython('readTensorBoard.py', folder))) {
    assert.deepEqual(Object.keys(found).sort(), Object.keys(expected).sort(), reader);
    for (const [tag, points] of Object.entries(expected)) {
      assert.deepEqual(
        found[tag].map(([step, value]) => [step, value]),
        points,
        `${reader}: ${tag}`,
      );
      for (const [, , wallTime] of found[tag]) assert.ok(wallTime >= startedAt && wallTime <= Date.now() / 1000, `${reader}: ${tag}`);
    }
    const count = Object.values(found).flat().length;
    console.log(`ok     TensorBoard, ${reader}: ${count} points of ${Object.keys(found).length} curves, equal as float32, each step once`);
  }
  await killed.close();
  await resumed.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
