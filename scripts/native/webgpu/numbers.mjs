/** Numbers between −1 and 1 that depend on nothing but their place and a seed. */
export function numbers(shape, seed) {
  let state = (seed * 2654435761 + 1) >>> 0;
  return Float32Array.from({ length: shape.reduce((product, side) => product * side, 1) }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/** max|a − b| / max|b|; infinite where a number is missing. */
export function difference(a, b) {
  if (a.length !== b.length) return Infinity;
  let [largest, apart] = [0, 0];
  b.forEach((value, index) => {
    largest = Math.max(largest, Math.abs(value));
    const distance = Math.abs(a[index] - value);
    apart = Math.max(apart, Number.isNaN(distance) ? Infinity : distance);
  });
  return apart === 0 ? 0 : apart / largest;
}

export function demand(claim, holds, found) {
  if (!holds) throw new Error(`expected ${claim}, got ${JSON.stringify(found)}`);
  console.log(`  ${claim}`);
}
