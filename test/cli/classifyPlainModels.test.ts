import * as tf from '@tensorflow/tfjs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Prediction } from '../../src/inference/classifier.js';
import { createClassifier } from '../../src/inference/createClassifier.js';
import { saveModel } from '../../src/io/saveModel.js';
import { useBackendUnderTest } from '../backendUnderTest.js';
import { runHere, writeColors } from './inceptionCommand.js';

let folder: string;
let photo: string;

beforeAll(async () => {
  await useBackendUnderTest();
  folder = await mkdtemp(join(tmpdir(), 'inception-classify-'));
  await writeColors(folder, { red: 2 });
  photo = join('red', '0.png');
  const model = tf.sequential({
    name: 'plain',
    layers: [
      tf.layers.averagePooling2d({ poolSize: 20, inputShape: [20, 20, 3], name: 'pool' }),
      tf.layers.flatten({ name: 'flat' }),
      tf.layers.dense({ units: 3, activation: 'softmax', name: 'dense', kernelInitializer: tf.initializers.randomNormal({ seed: 4 }) }),
    ],
  });
  await saveModel(model, join(folder, 'plain'));
  model.dispose();
  await writeFile(join(folder, 'names.txt'), '\uFEFFstop\r\ngo \r\nwait\r\n');
  await writeFile(join(folder, 'gap.txt'), 'stop\n\nwait\n');
});
afterAll(() => rm(folder, { recursive: true }));

const classify = (...flags: string[]) => runHere(['classify', 'plain', photo, ...flags], folder);

describe('inception classify, with a model that is not this package’s', () => {
  it('takes --preprocessing and --labels, and answers as createClassifier does with both', async () => {
    const { stdout, stderr } = await classify('--preprocessing', 'unit', '--labels', 'names.txt', '--json');
    const preprocessing = { channelOrder: 'rgb', scale: 1 / 255, offset: [0, 0, 0] } as const;
    const classifier = await createClassifier(join(folder, 'plain'), { preprocessing, labels: ['stop', 'go', 'wait'] });
    expect([stderr, JSON.parse(stdout)]).toEqual(['', [await classifier.classify(join(folder, photo))]]);
    classifier.dispose();
  });

  it.each(['symmetric', 'unit', 'raw', 'caffe'])('--preprocessing %s gives an answer of its own', async (name) => {
    const answer = async (way: string): Promise<number> => {
      const [[first]] = JSON.parse((await classify('--preprocessing', way, '--json')).stdout) as Prediction[][];
      return first.probability;
    };
    const others = ['symmetric', 'unit', 'raw', 'caffe'].filter((other) => other !== name);
    for (const other of others) expect(await answer(name)).not.toBe(await answer(other));
  });

  it.each([
    { flags: [], code: 2, message: /^error: createClassifier\.preprocessing: expected how pictures become / },
    { flags: ['--preprocessing', 'half'], code: 2, message: /^error: --preprocessing: expected one of symmetric, unit, raw, caffe, got 'half'/m },
    { flags: ['--preprocessing', 'unit', '--labels', 'none.txt'], code: 1, message: /^error: --labels: expected imagenet, or a file of class names, got 'none\.txt / },
    { flags: ['--preprocessing', 'unit', '--labels', 'gap.txt'], code: 2, message: /--labels: expected a class name on every line, got 'none on line 2/ },
    { flags: ['--preprocessing', 'unit', '--labels', 'imagenet'], code: 2, message: /\.labels: expected 3 labels, one a class, got 1000/ },
    { flags: ['--engine', 'torch'], code: 2, message: /^error: --engine: expected one of auto, onnx, tfjs, got 'torch'/m },
  ])('$flags ends with $code', async ({ flags, code, message }) => {
    const ended = await classify(...flags);
    expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code, stderr: expect.stringMatching(message) });
  }); // prettier-ignore
});

describe('inception classify --engine', () => {
  it('answers alike on both, in order, for more pictures than one batch has', async () => {
    const pictures = Array.from({ length: 35 }, (_, index) => join('red', `${index % 2}.png`));
    const rows: number[][] = [];
    for (const engine of ['onnx', 'tfjs']) {
      const { stdout } = await runHere(['classify', 'plain', ...pictures, '--preprocessing', 'unit', '--engine', engine, '--json'], folder);
      rows.push((JSON.parse(stdout) as Prediction[][]).map(([first]) => first.probability));
    }
    expect(rows[0]).toHaveLength(35);
    rows[0].forEach((value, index) => expect(Math.abs(value - rows[1][index])).toBeLessThan(1e-4));
    expect(rows[0][0]).not.toBe(rows[0][1]);
    expect(rows[0][34]).toBeCloseTo(rows[0][0], 6);
  });
});
