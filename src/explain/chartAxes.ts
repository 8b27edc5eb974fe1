import { axisTicks } from './axisTicks.js';
import { html, type Html } from './html.js';

/** The picture of a chart, and within it the rectangle that values are drawn in. */
export interface ChartArea {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Round marks along an axis, and where a value stands on it. */
export interface Scale {
  readonly ticks: readonly number[];
  place(value: number): number;
}

/** A linear scale over round marks, or (`exact`) one that ends where the values end and keeps only the marks between. */
export function chartScale(
  values: readonly number[],
  [from, to]: readonly [number, number],
  { exact = false, ...tickOptions }: { most?: number; smallestStep?: number; exact?: boolean } = {},
): Scale {
  // Spreading 10,000 epochs of four lines over an argument list would come close to its limit.
  const [low, high] = [values.reduce((least, value) => Math.min(least, value)), values.reduce((most, value) => Math.max(most, value))];
  const marks = axisTicks(low, high, tickOptions);
  const [start, end] = exact ? (low === high ? [low - 1, high + 1] : [low, high]) : [marks[0], marks[marks.length - 1]];
  const place = (value: number): number => tenths(from + ((value - start) / (end - start)) * (to - from));
  return { ticks: exact ? marks.filter((mark) => mark >= low && mark <= high) : marks, place };
}

export interface AxesOptions {
  readonly area: ChartArea;
  readonly x: Scale;
  readonly y: Scale;
  readonly xLabel: string;
  readonly spellX?: (value: number) => string;
  readonly spellY: (value: number) => string;
}

/** Level lines at the y axis' marks, the marks' values at both axes, and the name of the x axis below. */
export function chartAxes({ area, x, y, xLabel, spellX = String, spellY }: AxesOptions): Html {
  const { left, right, bottom, height } = area;
  return html`<g class="axes">
    ${y.ticks.map((tick) => html`<line x1="${left}" x2="${right}" y1="${y.place(tick)}" y2="${y.place(tick)}" /><text x="${left - 7}" y="${y.place(tick) + 4.5}" text-anchor="end">${spellY(tick)}</text>`)}
    ${x.ticks.map((tick) => html`<text x="${x.place(tick)}" y="${bottom + 22}" text-anchor="middle">${spellX(tick)}</text>`)}
    <text x="${(left + right) / 2}" y="${height - 6}" text-anchor="middle">${xLabel}</text>
  </g>`;
}

/** A tenth of a pixel is finer than a screen. */
export const tenths = (value: number): number => Math.round(10 * value) / 10;
