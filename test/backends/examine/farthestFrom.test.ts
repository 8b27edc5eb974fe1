import { farthestFrom } from '../../../src/backends/examine/farthestFrom.js';

const values = (named: Readonly<Record<string, readonly number[]>>): Map<string, Float32Array> =>
  new Map(Object.entries(named).map(([name, numbers]) => [name, Float32Array.from(numbers)]));

const RIGHT = values({ sum: [1, -4, 2], product: [0, 8] });

describe('farthestFrom', () => {
  it.each([
    { of: 'equal values', found: { sum: [1, -4, 2], product: [0, 8] }, expected: { what: '', difference: 0 } },
    { of: '0.5 of 4 and 0.5 of 8', found: { sum: [1.5, -4, 2], product: [0, 8.5] }, expected: { what: 'sum', difference: 0.125 } },
    { of: 'a NaN', found: { sum: [1, -4, 2], product: [NaN, 8] }, expected: { what: 'product', difference: Infinity } },
    { of: 'an infinity', found: { sum: [1, -Infinity, 2], product: [0, 8] }, expected: { what: 'sum', difference: Infinity } },
    { of: 'a missing value', found: { sum: [1, -4], product: [0, 8] }, expected: { what: 'sum', difference: Infinity } },
    { of: 'a missing result', found: { sum: [1, -4, 2] }, expected: { what: 'product', difference: Infinity } },
  ])('$of: $expected.difference', ({ found, expected }) => {
    expect(farthestFrom(RIGHT, values(found as Record<string, number[]>))).toEqual(expected);
  });
});
