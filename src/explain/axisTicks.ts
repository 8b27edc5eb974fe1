/** The round steps between the marks of an axis, within a power of ten. */
const ROUND_STEPS = [1, 2, 5, 10];

/**
 * Round numbers that cover a range, as marks on an axis: at most `most + 1` of them, the first at or below `low`, the last at or above `high`.
 *
 * @param options `most`: how many intervals there may be (default 5). `smallestStep`: 1 for an axis of whole things, such as epochs.
 * @example
 * ```ts
 * axisTicks(0, 0.93); // [0, 0.2, 0.4, 0.6, 0.8, 1]
 * ```
 */
export function axisTicks(low: number, high: number, { most = 5, smallestStep = 0 } = {}): number[] {
  const span = high > low ? high - low : Math.abs(low) || 1;
  const power = 10 ** Math.floor(Math.log10(span / most));
  const steps = [...ROUND_STEPS, 20].map((factor) => Math.max(factor * power, smallestStep));
  const countOf = (step: number): number => Math.ceil(high / step) - Math.floor(low / step);
  const step = steps.find((candidate) => countOf(candidate) <= most) ?? steps[steps.length - 1];
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(Math.ceil(high / step - 1e-9), first + 1);
  // Rounding to the step's own digits keeps 0.1 + 0.2 off the axis.
  const digits = Math.max(0, Math.min(20, 1 - Math.floor(Math.log10(step))));
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toFixed(digits)));
}
