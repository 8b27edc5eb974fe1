import * as tf from '@tensorflow/tfjs';
import { concatAgainstAdd } from '../../examples/concatAgainstAdd.js';
import { freeBranches } from '../../examples/freeBranches.js';
import { notebook } from '../../examples/notebook.js';
import { oneByOne } from '../../examples/oneByOne.js';
import { runExample } from './runExample.js';

describe('notebook: Inception(x, 64) on 224×224×3', () => {
  it('has 256 parameters in each first convolution and each of 6 batch normalizations, 141,952 in all', async () => {
    const { result } = await runExample(notebook);
    const parametersOf = (layer: string): number[] => result.rows.filter((row) => row.layer === layer).map((row) => row.parameters);
    expect(parametersOf('Conv2D').sort((a, b) => a - b)).toEqual([256, 256, 256, 256, 36_928, 102_464]);
    expect(parametersOf('BatchNormalization')).toEqual([256, 256, 256, 256, 256, 256]);
    expect(result.total).toBe(141_952);
  });

  it('keeps 224×224 in every layer and ends with 256 channels', async () => {
    const { rows } = (await runExample(notebook)).result;
    expect(new Set(rows.map(({ outputShape }) => outputShape))).toEqual(new Set(['224×224×3', '224×224×64', '224×224×256']));
    expect(rows[rows.length - 1]).toEqual({ layer: 'Concatenate', outputShape: '224×224×256', parameters: 0 });
  });

  it('compiles with SGD, and inceptionModule(x, 64) is the same: 141,952 parameters, outputs equal with equal weights', async () => {
    const { result } = await runExample(notebook);
    expect(result).toMatchObject({ optimizer: 'SGD', short: 141_952, difference: 0 });
  });
});

describe('concatAgainstAdd', () => {
  it('concat makes 6 of 3 + 3 channels and keeps both branches; add keeps 3 and sums', async () => {
    const { result } = await runExample(concatAgainstAdd);
    expect(result).toEqual({ concatChannels: 6, addChannels: 3, concatKeepsFirst: true, concatKeepsSecond: true, addSums: true });
  });
});

describe('freeBranches', () => {
  it.each([
    { kernelSize: 1, zeros: 0, without: 28 },
    { kernelSize: 3, zeros: 1, without: 26 },
    { kernelSize: 5, zeros: 2, without: 24 },
  ])('kernel $kernelSize with padding $zeros keeps 28×28; without it leaves $without', async ({ kernelSize, zeros, without }) => {
    const { result } = await runExample(freeBranches);
    expect(result.padded).toContainEqual({ kernelSize, zeros, shape: [28, 28, 8] });
    expect(result.unpadded).toContainEqual({ kernelSize, shape: [without, without, 8] });
  });

  it('four branches with kernels 7, 1×3 and 3×1 and two pools meet at 14×14 with 16 + 32 + 8 + 8 channels', async () => {
    expect((await runExample(freeBranches)).result.halved).toEqual([14, 14, 64]);
  });
});

describe('oneByOne', () => {
  it('doubles 6×6×1 exactly, makes 6×6×32 into 6×6×1, and mixes 64 channels into 28', async () => {
    const { result } = await runExample(oneByOne);
    expect(result).toMatchObject({ doubledShape: [6, 6, 1], timesTwo: 0, flattenedShape: [6, 6, 1] });
    expect(result.mixed).toEqual([
      { name: '3x3', outputShape: [28, 28, 64], multiplyAdds: 28 * 28 * 9 * 16 * 64 },
      { name: '1x1', outputShape: [28, 28, 28], multiplyAdds: 28 * 28 * 64 * 28 },
    ]);
  });

  it('equals a dense layer over channels to 1e-6', async () => {
    expect((await runExample(oneByOne)).result.againstDense).toBeLessThan(1e-6);
  });
});

it.each([{ example: notebook }, { example: concatAgainstAdd }, { example: oneByOne }])(
  '$example.name leaves as many tensors the second time as the first',
  async ({ example }) => {
    await runExample<unknown>(example);
    const before = tf.memory().numTensors;
    await runExample<unknown>(example);
    expect(tf.memory().numTensors).toBe(before);
  },
);
