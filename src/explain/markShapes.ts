import { FRAME_PADDING, LINE_HEIGHT, STACK_STEP } from './blockLayout.js';
import type { BoxMark, FrameMark, LineMark, Marks } from './drawingMarks.js';
import { COLORS, FONT_SIZE, KIND_STYLES, SMALL_FONT_SIZE } from './drawingStyle.js';
import type { Html } from './html.js';
import { outlineShape } from './outlineShape.js';
import { svgElement } from './svgElement.js';

const ARROW = { length: 7, halfWidth: 3.5 } as const;
const BADGE_FONT_SIZE = 24;
/** Half the distance of a box's two lines. */
const HALF_LINE = 9;
const LINE_COLORS = { step: COLORS.quiet, shortcut: COLORS.text, head: COLORS.headBorder } as const;

/** Frames, lines and boxes as SVG, those in front last. */
export function markShapes({ frames, lines, boxes }: Marks): Html[] {
  return [...frames.flatMap(frameShape), ...lines.flatMap(lineShape), ...boxes.map(boxShape)];
}

/** From the middle of a line of text down to what its letters stand on. */
function baseline(fontSize: number): number {
  return 0.35 * fontSize;
}

function boxShape({ step, ...area }: BoxMark): Html {
  const x = area.x + area.width / 2;
  const middle = area.y + area.height / 2 + baseline(FONT_SIZE);
  const { name, label } = step;
  const words =
    name === undefined
      ? [svgElement('text', { x, y: middle }, label)]
      : [
          svgElement('text', { x, y: middle - HALF_LINE, 'font-weight': 'bold' }, name),
          svgElement('text', { x, y: middle + HALF_LINE }, label),
        ];
  const details = svgElement('title', {}, step.details.join('\n'));
  return svgElement('g', { 'text-anchor': 'middle' }, [details, ...outlineShape(KIND_STYLES[step.kind], area), ...words]);
}

function frameShape({ of, kind, x, y, width, height }: FrameMark): Html[] {
  const look =
    kind === 'head'
      ? { fill: COLORS.head, stroke: COLORS.headBorder, 'stroke-dasharray': '6 4' }
      : { fill: COLORS.module, stroke: COLORS.moduleBorder };
  const repeats = 'repeats' in of ? of.repeats : 1;
  const [left, right] = [x + FRAME_PADDING, x + width - FRAME_PADDING];
  const offsets = repeats > 1 ? [2 * STACK_STEP, STACK_STEP, 0] : [0];
  const [title, ...facts] = of.caption;
  const top = y + 22;
  const small = { 'font-size': SMALL_FONT_SIZE, fill: COLORS.quiet };
  const badge = { x: right, y: y + 30, 'font-size': BADGE_FONT_SIZE, 'font-weight': 'bold', 'text-anchor': 'end' };
  return [
    ...offsets.map((offset) => svgElement('rect', { x: x + offset, y: y + offset, width, height, rx: 8, ...look })),
    svgElement('text', { x: left, y: top, 'font-weight': 'bold' }, title),
    ...facts.map((fact, index) => svgElement('text', { x: left, y: top + (index + 1) * LINE_HEIGHT, ...small }, fact)),
    ...(repeats > 1 ? [svgElement('text', badge, `×${repeats}`)] : []),
  ];
}

function lineShape({ points, kind, hasArrow, label }: LineMark): Html[] {
  const color = LINE_COLORS[kind];
  const path = { points: points.join(' '), fill: 'none', stroke: color, 'stroke-width': kind === 'shortcut' ? 2 : 1.2 };
  // Every line ends downwards.
  const [x, y] = points[points.length - 1];
  const base = y - ARROW.length;
  const tip = { points: [[x, y], [x - ARROW.halfWidth, base], [x + ARROW.halfWidth, base]].join(' '), fill: color }; // prettier-ignore
  const words = label && {
    x: label.x,
    y: label.y + baseline(SMALL_FONT_SIZE),
    'font-size': SMALL_FONT_SIZE,
    fill: kind === 'head' ? color : COLORS.quiet,
  };
  return [
    svgElement('polyline', path),
    ...(hasArrow ? [svgElement('polygon', tip)] : []),
    ...(words ? [svgElement('text', words, label.text)] : []),
  ];
}
