import type { ChartArea, Scale } from './chartAxes.js';
import { html, type Html } from './html.js';

/** A moment in a chart. */
export interface ChartMark {
  readonly x: number;
  /** A letter or number that stands above the line. */
  readonly sign: string;
  /** What the letter means, so that the x value can follow: `best epoch`. Marks of one name share a place in the legend. */
  readonly name: string;
}

/** Signs nearer to each other than this would overlap: they share one place. */
const SIGN_ROOM = 24;

/** More of one kind are drawn, but no longer named one by one. */
const MOST_NAMED = 5;

/** Marks as upright lines with their signs above the chart; one beyond its edge stands at the edge. */
export function markLines(marks: readonly ChartMark[], scale: Scale, { left, right, top, bottom }: ChartArea): Html | false {
  if (marks.length === 0) return false;
  const placed = marks.map(({ x, sign }) => ({ at: Math.min(right, Math.max(left, scale.place(x))), sign })).sort((a, b) => a.at - b.at);
  const clusters: { first: number; last: number; signs: Set<string> }[] = [];
  for (const { at, sign } of placed) {
    const open = clusters[clusters.length - 1];
    if (open !== undefined && at - open.last < SIGN_ROOM) {
      open.last = at;
      open.signs.add(sign);
    } else clusters.push({ first: at, last: at, signs: new Set([sign]) });
  }
  return html`<g class="marks">
    ${[...new Set(placed.map(({ at }) => at))].map((at) => html`<line x1="${at}" x2="${at}" y1="${top - 4}" y2="${bottom}" />`)}
    ${clusters.map(({ first, last, signs }) => html`<text x="${(first + last) / 2}" y="${top - 9}" text-anchor="${anchorAt((first + last) / 2, left, right)}">${[...signs].join(' ')}</text>`)}
  </g>`;
}

/** At the chart's edges a sign leans inwards: outside stand the axes' labels. */
function anchorAt(at: number, left: number, right: number): 'start' | 'middle' | 'end' {
  if (at - left < SIGN_ROOM) return 'start';
  return right - at < SIGN_ROOM ? 'end' : 'middle';
}

/** What the signs mean and where they stand; for all charts that have the same marks. */
export function marksLegend(marks: readonly ChartMark[]): Html | false {
  if (marks.length === 0) return false;
  const byName = new Map<string, ChartMark[]>();
  for (const mark of marks) byName.set(mark.name, [...(byName.get(mark.name) ?? []), mark]);
  return html`<ul class="legend">
    ${[...byName].map(([name, all]) => html`<li><b class="sign">${all[0].sign}</b> ${name} ${places(all)}</li>`)}
  </ul>`;
}

function places(marks: readonly ChartMark[]): string {
  const named = marks.slice(0, MOST_NAMED).map(({ x }) => Number(x.toFixed(1)));
  const more = marks.length - named.length;
  return `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
