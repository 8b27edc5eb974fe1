import { chartAxes, chartScale, type ChartArea, type Scale } from './chartAxes.js';
import { markLines, type ChartMark } from './chartMarks.js';
import { html, type Html } from './html.js';

/** One line of a chart. A value that is not finite leaves a gap. */
export interface ChartSeries {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface LineChartOptions {
  readonly title: string;
  readonly xLabel: string;
  /** What is measured and in what unit. */
  readonly yLabel: string;
  /** At most four, so that each keeps its own mark. */
  readonly series: readonly ChartSeries[];
  /** Level lines across the chart, such as what guessing would reach. */
  readonly levels?: readonly { readonly name: string; readonly y: number }[];
  /** Moments, as upright lines; `marksLegend` says what their signs mean. */
  readonly marks?: readonly ChartMark[];
  /** The smallest range that the y axis covers. */
  readonly yRange?: readonly [low: number, high: number];
  /** How a y value is written beside its mark, and how the round ones at the axis are. */
  readonly spell: (value: number) => string;
  readonly spellTick: (value: number) => string;
}

const AREA: ChartArea = { width: 480, height: 300, left: 62, right: 468, top: 26, bottom: 254 };

/** Above this many points marks would hide the line. */
const MOST_MARKS = 30;

/** A line's mark around the origin; with the dashes in the style sheet it tells the lines apart without their colors. */
const MARKS: readonly Html[] = [
  html`<circle r="3.6" />`,
  html`<rect x="-3.3" y="-3.3" width="6.6" height="6.6" />`,
  html`<path d="M0-4.6 4.4 3.3H-4.4Z" />`,
  html`<path d="M0-4.8 4.8 0 0 4.8-4.8 0Z" />`,
];

/**
 * A line chart as SVG with axes, round marks on them and a legend; its colors come from the page's style sheet.
 *
 * @returns A `<figure>`. Where no value is finite, it says so instead of drawing.
 */
export function lineChart(options: LineChartOptions): Html {
  const { title, yLabel, xLabel, series, marks = [], spellTick } = options;
  const points = series.flatMap((line) => line.points).filter(isDrawable);
  const caption = html`<figcaption>${title} <span class="unit">${yLabel}</span></figcaption>`;
  if (points.length === 0) {
    return html`<figure class="chart">
      ${caption}
      <p class="note">There is no finite value to draw.</p>
    </figure>`;
  }
  const levels = (options.levels ?? []).filter(({ y }) => Number.isFinite(y));
  const ys = [...points, ...levels].map(({ y }) => y).concat(options.yRange ?? []);
  const x = chartScale(points.map((point) => point.x), [AREA.left, AREA.right], { most: 8, smallestStep: 1, exact: true }); // prettier-ignore
  const y = chartScale(ys, [AREA.bottom, AREA.top]);
  return html`<figure class="chart">
    ${caption}
    <svg viewBox="0 0 ${AREA.width} ${AREA.height}" role="img" aria-label="${describe(options)}">
      ${chartAxes({ area: AREA, x, y, xLabel, spellY: spellTick })} ${markLines(marks, x, AREA)}
      ${levels.map((level, index) => levelLine(level, y.place(level.y), index))}
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

function levelLine({ name }: { name: string }, y: number, index: number): Html {
  const textY = y - 6 < AREA.top + 8 ? y + 15 : y - 6;
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
