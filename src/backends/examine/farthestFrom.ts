import type { ComputedValues } from './checkedOperations.js';

/** Where two computations differ most, and by how much: max|a − b| / max|b|, infinite where a number is missing. */
export interface Farthest {
  readonly what: string;
  readonly difference: number;
}

/** Compares all values of one computation with those of another, which is taken for right. */
export function farthestFrom(reference: ComputedValues, found: ComputedValues): Farthest {
  let farthest: Farthest = { what: '', difference: 0 };
  for (const [what, right] of reference) {
    const difference = relativeDifference(found.get(what), right);
    if (difference > farthest.difference) farthest = { what, difference };
  }
  return farthest;
}

function relativeDifference(values: Float32Array | undefined, right: Float32Array): number {
  if (values?.length !== right.length) return Infinity;
  let [largest, apart] = [0, 0];
  for (const [index, value] of right.entries()) {
    const distance = Math.abs(values[index] - value);
    largest = Math.max(largest, Math.abs(value));
    apart = Math.max(apart, Number.isNaN(distance) ? Infinity : distance);
  }
  return apart / largest;
}
