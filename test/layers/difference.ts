/** max|a − b| / max|b|: how far `actual` is from `expected`, as everywhere in this package. */
export function difference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) throw new Error(`${actual.length} values against ${expected.length}`);
  let largest = 0;
  let scale = 0;
  for (let i = 0; i < expected.length; i++) {
    largest = Math.max(largest, Math.abs(actual[i] - expected[i]));
    scale = Math.max(scale, Math.abs(expected[i]));
  }
  if (Number.isNaN(largest) || scale === 0) throw new Error('nothing to compare: NaN, or an expectation of zeros');
  return largest / scale;
}

/** The slope of `loss` in every direction, in double precision, by central differences. */
export function finiteDifferences(loss: (at: Float64Array) => number, at: ArrayLike<number>, step = 1e-5): Float64Array {
  const point = Float64Array.from(at);
  return Float64Array.from(point, (value, i) => {
    point[i] = value + step;
    const above = loss(point);
    point[i] = value - step;
    const below = loss(point);
    point[i] = value;
    return (above - below) / (2 * step);
  });
}
