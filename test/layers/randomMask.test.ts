import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { randomMask } from '../../src/layers/randomMask.js';
import { BACKENDS_BESIDE_CPU, backendUnderTest, usePlainBackend } from '../backendUnderTest.js';

interface Key {
  seed: number;
  step: number;
  purpose: string;
}

/** The kept places as ones, read from a mask. */
function kept(shape: number[], rate: number, { seed, step, purpose }: Key): number[] {
  return tf.tidy(() => {
    const mask = randomMask(shape, rate, { seed: tf.scalar(seed, 'int32'), step: tf.scalar(step, 'int32'), purpose });
    return Array.from(mask.dataSync(), (value) => (value > 0 ? 1 : 0));
  });
}

/** How many standard deviations the mean product of n pairs of centered values lies from 0, where they are independent. */
function correlation(a: ArrayLike<number>, b: (i: number) => number, count: number, rate: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += (a[i] - (1 - rate)) * (b(i) - (1 - rate));
  return sum / (rate * (1 - rate) * Math.sqrt(count));
}

/** How many standard deviations a count of ones lies from what the rate says. */
const surprise = (ones: number, count: number, rate: number) => (ones - count * (1 - rate)) / Math.sqrt(count * rate * (1 - rate));

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);

const SHAPES = [
  { rows: 32, columns: 1024 },
  { rows: 200, columns: 300 },
  { rows: 3000, columns: 24 },
];
const KEYS = [0, 1, 2, 3, 4, 5].map((i) => ({ seed: i * 7919, step: 5 - i, purpose: `dropout_${i % 2}` }));

describe('randomMask', () => {
  const key: Key = { seed: 42, step: 7, purpose: 'main_dropout' };

  beforeAll(() => usePlainBackend(backendUnderTest()));

  it(`is the same, bit by bit, on cpu and ${BACKENDS_BESIDE_CPU.join(' and ')} for 40 random keys, rates and shapes of rank 0 to 4`, async () => {
    const cases = fc.sample(
      fc.record({
        shape: fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 4 }).filter((shape) => shape.reduce((a, b) => a * b, 1) < 60_000),
        rate: fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        seed: fc.integer({ min: 0, max: 2 ** 24 - 1 }),
        step: fc.integer({ min: 0, max: 2 ** 24 - 1 }),
        purpose: fc.string(),
      }),
      { numRuns: 40, seed: 4 },
    );
    const masks: number[][][] = [];
    for (const backend of ['cpu', ...BACKENDS_BESIDE_CPU] as const) {
      await usePlainBackend(backend);
      masks.push(
        cases.map(({ shape, rate, seed, step, purpose }) =>
          tf.tidy(() => [...randomMask(shape, rate, { seed: tf.scalar(seed), step: tf.scalar(step), purpose }).dataSync()]),
        ),
      );
    }
    expect(masks).toEqual(masks.map(() => masks[0]));
    expect(masks.length).toBeGreaterThan(1);
    expect(new Set(cases.map(({ shape }) => shape.length)).size).toBe(5);
    expect(masks[0].some((mask) => mask.length > 2039)).toBe(true);
  });

  it('is pinned: the first 32 of seed 42, step 7', () => {
    expect(kept([2, 16], 0.5, key).join('')).toBe('10111111010000000101101011111100');
  });

  it('holds 0 and 1 / (1 − rate), nothing else', () => {
    const mask = randomMask([64, 64], 0.75, { seed: tf.scalar(1), step: tf.scalar(2), purpose: 'x' });
    expect([...new Set(mask.dataSync())].sort()).toEqual([0, 4]);
  });

  it.each(SHAPES)('keeps the right share in $rows × $columns, in every row and in every column', ({ rows, columns }) => {
    for (const rate of [0.4, 0.7]) {
      for (const each of KEYS) {
        const mask = kept([rows, columns], rate, each);
        expect(Math.abs(surprise(sum(mask), mask.length, rate))).toBeLessThan(4);
        const inRow = new Array<number>(rows).fill(0);
        const inColumn = new Array<number>(columns).fill(0);
        mask.forEach((value, i) => {
          inRow[Math.floor(i / columns)] += value;
          inColumn[i % columns] += value;
        });
        expect(Math.max(...inRow.map((ones) => Math.abs(surprise(ones, columns, rate))))).toBeLessThan(5.5);
        expect(Math.max(...inColumn.map((ones) => Math.abs(surprise(ones, rows, rate))))).toBeLessThan(5.5);
      }
    }
  });

  it.each(SHAPES)('is independent of its neighbours, rows and rectangles in $rows × $columns', ({ rows, columns }) => {
    const rate = 0.4;
    for (const each of KEYS) {
      const mask = kept([rows, columns], rate, each);
      for (const lag of [1, 2, 3, 4, 8, 16, columns - 1, columns, columns + 1, 2 * columns]) {
        expect(Math.abs(correlation(mask, (i) => mask[i + lag], mask.length - lag, rate))).toBeLessThan(4.5);
      }
      const edge = mask.map((value, i) => (value - 0.6) * ((mask[i + columns] ?? 0.6) - 0.6));
      const rectangles = edge.slice(0, -1).reduce((total, value, i) => total + value * edge[i + 1], 0);
      expect(Math.abs(rectangles / ((rate * (1 - rate)) ** 2 * Math.sqrt(mask.length)))).toBeLessThan(4.5);
    }
  });

  it.each([
    { change: 'the next step', other: { step: 8 } },
    { change: 'the next seed', other: { seed: 43 } },
    { change: 'a seed 2039 further', other: { seed: 42 + 2039 } },
    { change: 'another name', other: { purpose: 'auxiliary_4a_dropout' } },
    { change: 'seed and step exchanged', other: { seed: 7, step: 42 } },
  ])('has nothing in common with the mask of $change', ({ other }) => {
    const mask = kept([64, 512], 0.4, key);
    const changed = kept([64, 512], 0.4, { ...key, ...other });
    expect(Math.abs(correlation(mask, (i) => changed[i], mask.length, 0.4))).toBeLessThan(4);
  });

  it('has no two equal rows among 6,000', () => {
    const mask = kept([6000, 64], 0.5, key);
    const rows = new Set(Array.from({ length: 6000 }, (_, row) => mask.slice(row * 64, (row + 1) * 64).join('')));
    expect(rows.size).toBe(6000);
  });
});
