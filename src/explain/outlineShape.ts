import type { Point, Rectangle } from './drawingMarks.js';
import type { KindStyle } from './drawingStyle.js';
import type { Html } from './html.js';
import { svgElement, type SvgAttributes } from './svgElement.js';

/** Of the corners of a cut outline, and between the lines of a double one, in pixels. */
const CUT = 8;
const INSET = 3;
const LARGEST_RADIUS = 14;

/** A kind's outline round a rectangle, filled. */
export function outlineShape({ outline, fill, border }: KindStyle, area: Rectangle): Html[] {
  const { x, y, width, height } = area;
  const rectangle = (extra: SvgAttributes = {}): Html => svgElement('rect', { x, y, width, height, fill, stroke: border, ...extra });
  switch (outline) {
    case 'square':
      return [rectangle()];
    case 'round':
      return [rectangle({ rx: Math.min(height / 2, LARGEST_RADIUS) })];
    case 'dashed':
      return [rectangle({ 'stroke-dasharray': '5 3' })];
    case 'thick':
      return [rectangle({ 'stroke-width': 2.5 })];
    case 'cut':
      return [svgElement('polygon', { points: cutCorners(area).join(' '), fill, stroke: border })];
    case 'double': {
      const inner = { x: x + INSET, y: y + INSET, width: width - 2 * INSET, height: height - 2 * INSET, fill: 'none', stroke: border };
      return [rectangle(), svgElement('rect', inner)];
    }
  }
}

function cutCorners({ x, y, width, height }: Rectangle): Point[] {
  const [right, bottom] = [x + width, y + height];
  const upper: Point[] = [[x, y + CUT], [x + CUT, y], [right - CUT, y], [right, y + CUT]]; // prettier-ignore
  const lower: Point[] = [[right, bottom - CUT], [right - CUT, bottom], [x + CUT, bottom], [x, bottom - CUT]]; // prettier-ignore
  return [...upper, ...lower];
}
