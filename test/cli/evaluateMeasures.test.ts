import { mkdir, readFile, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import sharp from 'sharp';
import { exitCosts } from '../../src/cost/exitCosts.js';
import type { HeadComparison } from '../../src/evaluation/compareHeads.js';
import type { EarlyExit } from '../../src/evaluation/earlyExit.js';
import type { Evaluation } from '../../src/evaluation/evaluationTally.js';
import type { Prediction } from '../../src/inference/classifier.js';
import { saveModel } from '../../src/io/saveModel.js';
import { useBackendUnderTest } from '../backendUnderTest.js';
import { removeFolders, temporaryFolder } from '../data/pictureFiles.js';
import type { ChildResult } from '../io/compiledSources.js';
import { TINY_SPEC, tinyNetwork } from '../training/tinyNetwork.js';
import { expectError, ON_BACKEND, runHere } from './inceptionCommand.js';

let folder: string;
const LABELS = ['blue', 'green', 'red'];

/** 40 × 30 pixels that grow brighter to the right and downwards, so that no two crops are alike; one channel stands out. */
async function writeSlope(path: string, channel: number, shade: number): Promise<void> {
  const pixels = Uint8Array.from({ length: 40 * 30 * 3 }, (_, index) => {
    const [x, y] = [Math.floor(index / 3) % 40, Math.floor(index / 120)];
    return Math.min(255, 3 * x + 2 * y + (index % 3 === 2 - channel ? 60 + shade : 0));
  });
  await sharp(pixels, { raw: { width: 40, height: 30, channels: 3 } }).png().toFile(path); // prettier-ignore
}

beforeAll(async () => {
  folder = await temporaryFolder();
  await useBackendUnderTest();
  for (const [name, count] of Object.entries({ blue: 3, green: 2, red: 4 })) {
    await mkdir(join(folder, 'photos', name), { recursive: true });
    for (let shade = 0; shade < count; shade++) {
      await writeSlope(join(folder, 'photos', name, `${shade}.png`), LABELS.indexOf(name), 40 * shade);
    }
  }
  const models = {
    one: tinyNetwork(1),
    two: tinyNetwork(2),
    larger: tinyNetwork(3, { inputShape: [18, 18, 3], auxiliaryHeads: [] }),
    other: tinyNetwork(4),
  };
  for (const [name, model] of Object.entries(models)) {
    model.labels = name === 'other' ? [...LABELS].reverse() : LABELS;
    await saveModel(model, join(folder, name));
    model.dispose();
  }
});
afterAll(removeFolders);

const run = (line: string): Promise<ChildResult> => runHere(`${line} ${ON_BACKEND.join(' ')}`.split(' '), folder);

async function succeed(line: string): Promise<ChildResult> {
  const result = await run(line);
  expect({ code: result.code, stderr: result.stderr }).toEqual({ code: 0, stderr: expect.any(String) as string });
  return result;
}

type Measured = Evaluation & { readonly headComparison?: HeadComparison; readonly earlyExit?: EarlyExit };
const measure = async (line: string): Promise<Measured> => JSON.parse((await succeed(`${line} --json`)).stdout) as Measured;

describe('inception evaluate', () => {
  it('--crops 10 --with: the evaluation of three models together, each named by its path, one with a larger input and no second head', async () => {
    const together = await measure('evaluate one photos --crops 10 --with two --with larger --top-k 2,3');
    expect(together).toMatchObject({ count: 9, crops: 10, topK: [{ k: 2 }, { k: 3, accuracy: 1 }] });
    expect(together.members?.map(({ name, heads }) => [name, Object.keys(heads)])).toEqual([
      ['one', ['main', 'auxiliary_3a']],
      ['two', ['main', 'auxiliary_3a']],
      ['larger', ['main']],
    ]);
    const { loss, heads } = await measure('evaluate two photos --crops 10');
    expect(together.members?.[1].loss).toBeCloseTo(loss, 6);
    expect(Object.keys(heads)).toEqual(['main', 'auxiliary_3a']);
    const plain = await measure('evaluate two photos');
    expect(plain.loss).not.toBeCloseTo(loss, 6);
    expect(plain).not.toHaveProperty('crops');
  });

  it('--heads --early-exit: comparison and savings beside the same evaluation; for people as tables', async () => {
    const { headComparison, earlyExit, ...evaluation } = await measure('evaluate one photos --heads --early-exit');
    expect(evaluation).toEqual(await measure('evaluate one photos'));
    expect(headComparison?.heads.main).toMatchObject(evaluation.heads.main);
    expect(headComparison?.voteFits.map(({ fittedOn, judgedOn }) => [fittedOn, judgedOn])).toEqual([[5, 4], [4, 5]]); // prettier-ignore
    expect(earlyExit).toMatchObject({ multiplyAdds: exitCosts(TINY_SPEC).whole, top1: evaluation.top1 });
    expect(earlyExit?.points).toHaveLength(10);
    const { stdout } = await succeed('evaluate one photos --heads --early-exit --crops 12');
    expect(stdout).toMatch(/^9 pictures, 12 crops of each, 3 classes; always saying the largest class would reach 44\.4 %$/m);
    expect(stdout).toMatch(/^main {11}top-1 +[\d.]+ % {2}top-5 +100\.0 % {2}loss \d\.\d{4}$/m);
    expect(stdout).toMatch(/^mean recall of the classes [\d.]+ %, mean F1 [\d.]+ %; expected calibration error [\d.]+ %$/m);
    expect(stdout).toMatch(/^calibrated vote +[\d.]+ % +100\.0 % +\d\.\d{4} +[\d.]+ %$/m);
    expect(stdout).toMatch(/^best head: (main|auxiliary_3a)$/m);
    expect(stdout).toMatch(/^temperatures main [\d.]+, auxiliary_3a [\d.]+: fitted on 5 pictures, used for the other 4$/m);
    expect(stdout).toMatch(/^ +99\.9 % +[\d.]+ % +[\d,]+ +-?[\d.]+ % +[\d.]+ % +[\d.]+ %$/m);
  });

  it('--predictions writes one line a picture, in the folder’s order, with the answers that the evaluation counts', async () => {
    const { stderr, stdout } = await succeed('evaluate one photos --predictions answers.csv --json');
    expect(stderr).toContain('wrote 9 predictions to answers.csv\n');
    const rows = parse<Record<string, string>>(await readFile(join(folder, 'answers.csv')), { columns: true });
    expect(rows.map(({ name }) => name)).toEqual([
      ...['blue/0.png', 'blue/1.png', 'blue/2.png', 'green/0.png', 'green/1.png', 'red/0.png', 'red/1.png', 'red/2.png', 'red/3.png'],
    ]);
    const { top1, loss } = JSON.parse(stdout) as Evaluation;
    expect(rows.filter(({ correct }) => correct === '1')).toHaveLength(Math.round(9 * top1));
    const losses = rows.map((row) => -Math.log(Number(row.label_probability)));
    expect(losses.reduce((sum, value) => sum + value, 0) / 9).toBeCloseTo(loss, 10);
    for (const row of rows) {
      const probabilities = LABELS.map((name) => Number(row[`p_${name}`]));
      expect(probabilities.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 10);
      expect(Number(row.confidence)).toBe(Math.max(...probabilities));
      expect(LABELS[probabilities.indexOf(Math.max(...probabilities))]).toBe(row.predicted);
    }
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it.each([
    ['evaluate one photos --crops 11', 2, /^error: --crops: expected one of 1, 10, 12, 144, got '11'\.$/m],
    ['evaluate one photos --top-k 0', 2, /^error: --top-k: expected a whole number from 1 to 1,000,000, got '0'\.$/m],
    ['evaluate one photos --early-exit --with two', 2, /^error: --early-exit: expected one model, got '2 together'\. Leave out --with\.$/m],
    ['evaluate larger photos --early-exit', 2, /^error: --early-exit: expected a model with auxiliary heads, got 'tiny without any'\./m],
    [
      'evaluate one photos --with other',
      2,
      /labels of model 2 \(tiny\): expected blue, green, red, got 'red, green, blue'\. Models that answer together/,
    ],
    ['evaluate one photos --with none', 1, /none/],
    [
      'evaluate one photos --predictions photos',
      2,
      /^error: --predictions: expected a file, got 'the folder photos'\. Name a file in it\.$/m,
    ],
    [
      'evaluate one photos --predictions no/such/a.csv',
      1,
      /^error: --predictions: expected a file in a folder that exists, got 'no\/such\/a\.csv'/m,
    ],
  ] as const)('%s ends with %i', async (line, code, error) => {
    expectError(await run(line), code, error);
  });

  it('prints what it measured, though predictions cannot be written', async () => {
    await symlink('/dev/null', join(folder, 'device.csv'));
    const ended = await run('evaluate one photos --predictions device.csv --json');
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/^error: --predictions: expected to write device\.csv, got a pipe or a device/m);
    expect(JSON.parse(ended.stdout)).toEqual(JSON.parse((await succeed('evaluate one photos --json')).stdout));
  });

  it('does not compute before it knows where predictions go', async () => {
    await mkdir(join(folder, 'a.csv'));
    expectError(await run('evaluate none photos --predictions a.csv'), 2, /^error: --predictions: /m);
  });
});

describe('inception classify', () => {
  it('--crops 12 --with: the mean of two models’ answers', async () => {
    const classify = async (line: string): Promise<number[]> => {
      const [predictions] = JSON.parse((await succeed(`classify ${line} --json`)).stdout) as Prediction[][];
      return LABELS.map((label) => predictions.find((prediction) => prediction.label === label)?.probability ?? NaN);
    };
    const rows: number[][] = [];
    for (const models of ['one', 'larger', 'one --with larger']) rows.push(await classify(`${models} photos/red/0.png --crops 12`));
    const [one, larger, both] = rows;
    both.forEach((probability, index) => expect(probability).toBeCloseTo((one[index] + larger[index]) / 2, 6));
    expect(one).not.toEqual(await classify('one photos/red/0.png'));
  });
});
