import { grouped, percent as percentOf } from '../cost/textTable.js';

/** A share between 0 and 1 as a percentage with one decimal, `77.4 %`, that does not break before its sign. What is no number is `n/a`. */
export function percent(share: number): string {
  return Number.isFinite(share) ? percentOf(share).replace(' ', '\u00a0').replace('-', '\u2212') : 'n/a';
}

/** A loss, a rate or a time with so many digits as it needs to be told from its neighbors: `0.431`, `12.35`, `1.2e-5`. */
export function measure(value: number): string {
  if (!Number.isFinite(value)) return 'n/a';
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size >= 1e6 || size < 1e-3) return value.toExponential(1);
  if (size >= 1000) return grouped(Math.round(value));
  return Number(value.toPrecision(size >= 1 ? 4 : 3)).toString();
}

/** A loss in nats, with three decimals so that a column of them can be compared. */
export function nats(loss: number): string {
  if (!Number.isFinite(loss)) return 'n/a';
  return Math.abs(loss) < 1000 ? loss.toFixed(3) : measure(loss);
}

/** Milliseconds as a reader says them: `850 ms`, `12.4 s`, `2 min 5 s`. */
export function duration(elapsedMs: number): string {
  if (!Number.isFinite(elapsedMs)) return 'n/a';
  if (elapsedMs < 999.5) return `${Math.round(elapsedMs)} ms`;
  if (elapsedMs < 59_950) return `${(elapsedMs / 1000).toFixed(1)} s`;
  const seconds = Math.round(elapsedMs / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** A number of bytes in the unit that suits it: `512 B`, `36.0 KiB`. */
export function byteText(bytes: number): string {
  if (!Number.isFinite(bytes)) return 'n/a';
  let value = bytes;
  let unit = 0;
  for (; value >= 1023.95 && unit < BYTE_UNITS.length - 1; unit++) value /= 1024;
  return `${unit === 0 ? value : value.toFixed(1)} ${BYTE_UNITS[unit]}`;
}
