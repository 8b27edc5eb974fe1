import { axisTicks } from './axisTicks.js';
import { html, type Html } from './html.js';

/** One line of a chart. A value that is not finite leaves a gap. */
export interface ChartSeries {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface LineChartOptions {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  /** At most four, so that each keeps its own mark. */
  readonly series: readonly ChartSeries[];
  /** Level lines across the chart, such as what guessing would reach. */
  readonly levels?: readonly { readonly name: string; readonly y: number }[];
  /** The smallest range that the y axis covers. */
  readonly yRange?: readonly [low: number, high: number];
  /** How a y value is written beside its mark, and how the round ones at the axis are. */
  readonly spell: (value: number) => string;
  readonly spellTick: (value: number) => string;
}

const WIDTH = 600;
const HEIGHT = 320;
const AREA = { left: 76, right: WIDTH - 16, top: 14, bottom: HEIGHT - 46 };

/** Above this many points marks would hide the line. */
const MOST_MARKS = 30;

/** A line's mark around the origin; with the dashes in the style sheet it tells the lines apart without their colors. */
const MARKS: readonly Html[] = [
  html`<circle r="4" />`,
  html`<rect x="-3.6" y="-3.6" width="7.2" height="7.2" />`,
  html`<path d="M0-5 4.8 3.6H-4.8Z" />`,
  html`<path d="M0-5.2 5.2 0 0 5.2-5.2 0Z" />`,
];

interface Scale {
  readonly ticks: readonly number[];
  place(value: number): number;
}

/**
 * A line chart as SVG with axes, round marks on them and a legend; its colors come from the page's style sheet.
 *
 * @returns A `<figure>`. Where no value is finite, it says so instead of drawing.
 */
export function lineChart(options: LineChartOptions): Html {
  const { title, series } = options;
  const points = series.flatMap((line) => line.points).filter(isDrawable);
  if (points.length === 0) {
    return html`<figure class="chart">
      <figcaption>${title}</figcaption>
      <p class="note">There is no finite value to draw.</p>
    </figure>`;
  }
  const levels = (options.levels ?? []).filter(({ y }) => Number.isFinite(y));
  const x = scale(points.map((point) => point.x), [AREA.left, AREA.right], { most: 10, smallestStep: 1, exact: true }); // prettier-ignore
  const y = scale([...points, ...levels, ...(options.yRange ?? []).map((value) => ({ y: value }))].map((point) => point.y), [AREA.bottom, AREA.top], {}); // prettier-ignore
  return html`<figure class="chart">
    <figcaption>${title}</figcaption>
    <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${describe(options)}">
      ${axes(options, x, y)} ${levels.map((level, index) => levelLine(level, y.place(level.y), index))}
      ${series.map((line, index) => curve(line, index, x, y, options.spell))}
    </svg>
    <ul class="legend">
      ${series.map(({ name }, index) => html`<li>${swatch(index)} ${name}</li>`)}
    </ul>
  </figure>`;
}

function isDrawable({ x, y }: { readonly x: number; readonly y: number }): boolean {
  return Number.isFinite(x) && Number.isFinite(y);
}

/** A linear scale over round marks, or (`exact`) one that ends where the values end and keeps only the marks between. */
function scale(
  values: readonly number[],
  [from, to]: readonly [number, number],
  { exact = false, ...tickOptions }: { most?: number; smallestStep?: number; exact?: boolean },
): Scale {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const marks = axisTicks(low, high, tickOptions);
  const [start, end] = exact ? (low === high ? [low - 1, high + 1] : [low, high]) : [marks[0], marks[marks.length - 1]];
  const place = (value: number): number => Math.round(10 * (from + ((value - start) / (end - start)) * (to - from))) / 10;
  return { ticks: exact ? marks.filter((mark) => mark >= low && mark <= high) : marks, place };
}

function axes({ xLabel, yLabel, spellTick }: LineChartOptions, x: Scale, y: Scale): Html {
  const middle = (AREA.top + AREA.bottom) / 2;
  return html`<g class="axes">
    ${y.ticks.map((tick) => html`<line x1="${AREA.left}" x2="${AREA.right}" y1="${y.place(tick)}" y2="${y.place(tick)}" /><text x="${AREA.left - 8}" y="${y.place(tick) + 4}" text-anchor="end">${spellTick(tick)}</text>`)}
    ${x.ticks.map((tick) => html`<text x="${x.place(tick)}" y="${AREA.bottom + 20}" text-anchor="middle">${tick}</text>`)}
    <text x="${(AREA.left + AREA.right) / 2}" y="${HEIGHT - 6}" text-anchor="middle">${xLabel}</text>
    <text transform="translate(14 ${middle}) rotate(-90)" text-anchor="middle">${yLabel}</text>
  </g>`;
}

function levelLine({ name }: { name: string }, y: number, index: number): Html {
  const textY = y - 5 < AREA.top + 8 ? y + 14 : y - 5;
  const anchor = index % 2 === 0 ? 'end' : 'start';
  const textX = anchor === 'end' ? AREA.right - 4 : AREA.left + 4;
  return html`<g class="level"
    ><line x1="${AREA.left}" x2="${AREA.right}" y1="${y}" y2="${y}" /><text x="${textX}" y="${textY}" text-anchor="${anchor}"
      >${name}</text
    ></g
  >`;
}

function curve({ name, points }: ChartSeries, index: number, x: Scale, y: Scale, spell: (value: number) => string): Html {
  const runs = finiteRuns(points);
  const marked = (run: ChartSeries['points']): boolean => run.length === 1 || points.length <= MOST_MARKS;
  return html`<g class="series series-${index % MARKS.length}">
    ${runs.filter((run) => run.length > 1).map((run) => html`<polyline points="${run.map((point) => `${x.place(point.x)},${y.place(point.y)}`).join(' ')}" />`)}
    ${runs
      .filter(marked)
      .flatMap((run) =>
        run.map(
          (point) =>
            html`<g transform="translate(${x.place(point.x)} ${y.place(point.y)})"
              >${MARKS[index % MARKS.length]}<title>${name}, ${point.x}: ${spell(point.y)}</title></g
            >`,
        ),
      )}
  </g>`;
}

/** The points between one gap and the next. */
function finiteRuns(points: ChartSeries['points']): ChartSeries['points'][] {
  const runs: { x: number; y: number }[][] = [[]];
  for (const point of points) {
    if (isDrawable(point)) runs[runs.length - 1].push(point);
    else runs.push([]);
  }
  return runs.filter((run) => run.length > 0);
}

function swatch(index: number): Html {
  const which = index % MARKS.length;
  return html`<svg class="swatch" viewBox="-16 -8 32 16" aria-hidden="true">
    <g class="series series-${which}">
      <line x1="-16" x2="16" y1="0" y2="0" />
      ${MARKS[which]}
    </g>
  </svg>`;
}

/** What a reader who cannot see the chart should know of it. */
function describe({ title, xLabel, series, spell }: LineChartOptions): string {
  const ends = series.map(({ name, points }) => {
    const drawable = points.filter(isDrawable);
    if (drawable.length === 0) return `${name}: no finite value`;
    const [first, last] = [drawable[0], drawable[drawable.length - 1]];
    return `${name} from ${spell(first.y)} at ${xLabel} ${first.x} to ${spell(last.y)} at ${xLabel} ${last.x}`;
  });
  return `${title}. ${ends.join('; ')}.`;
}
