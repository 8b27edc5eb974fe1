/** A fraction as a percentage of one decimal, six characters wide: `' 76.6 %'`. A value that does not exist is a dash. */
export function percent(fraction: number): string {
  return Number.isFinite(fraction) ? `${(100 * fraction).toFixed(1).padStart(5)} %` : '    – %';
}
