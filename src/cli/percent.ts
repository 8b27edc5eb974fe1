import { percent as share } from '../cost/textTable.js';

/** A fraction as a percentage of one decimal, seven characters wide: `' 76.6 %'`. A value that does not exist is a dash. */
export function percent(fraction: number): string {
  return Number.isFinite(fraction) ? share(fraction).padStart(7) : '    – %';
}
