import type { CostedSpec } from '../cost/costedSpec.js';
import type { CostSum } from '../cost/costRow.js';
import { grouped } from '../cost/textTable.js';
import { wrapText } from '../cost/wrapText.js';
import { spellShape } from '../spec/shapeRow.js';
import { spellStyle } from '../spec/stepLabel.js';
import type { NetworkSpec } from '../spec/types.js';
import type { Marks } from './drawingMarks.js';
import { FONT_SIZE, KIND_STYLES, TITLE_FONT_SIZE } from './drawingStyle.js';
import type { Html } from './html.js';
import { outlineShape } from './outlineShape.js';
import type { StepKind } from './stepKind.js';
import { svgElement } from './svgElement.js';
import { textWidth } from './textWidth.js';

/** What stands above the network: markup from 0, 0 and its height in pixels. */
export interface PictureHeading {
  readonly markup: readonly Html[];
  readonly height: number;
}

const LINE_HEIGHT = 20;
/** What the first of the facts stands on. */
const FIRST_LINE = TITLE_FONT_SIZE + 24;
const SAMPLE = { width: 28, height: 18 } as const;
const SAMPLE_GAP = 8;
const ENTRY_GAP = 18;
const ROW_HEIGHT = 26;

const NOTATION = '3×3, 64 /2: window, filters, stride; SAME padding where nothing else is said';

/** A network's name and variant on one line. */
export function networkTitle({ name, variant }: NetworkSpec): string {
  return onOneLine(variant === '' ? name : `${name} (${variant})`);
}

/** Title, facts and a legend of the kinds of boxes that are drawn. */
export function pictureHeading(costed: CostedSpec, { boxes }: Marks, width: number): PictureHeading {
  const facts = factsOf(costed).flatMap((fact) => wrapped(fact, width));
  const legendTop = FIRST_LINE + (facts.length - 1) * LINE_HEIGHT + 12;
  const legend = legendOf(new Set(boxes.map(({ step }) => step.kind)), width, legendTop);
  const title = svgElement('text', { y: TITLE_FONT_SIZE, 'font-size': TITLE_FONT_SIZE, 'font-weight': 'bold' }, networkTitle(costed.spec));
  const lines = facts.map((fact, index) => svgElement('text', { y: FIRST_LINE + index * LINE_HEIGHT }, fact));
  return { markup: [title, ...lines, ...legend.markup], height: legend.height };
}

function factsOf({ spec, cost }: CostedSpec): string[] {
  const { inputShape, classes, source, convolution } = spec;
  const { main, heads, ...whole } = cost;
  const spell = ({ parameters, multiplyAdds }: CostSum): string =>
    `${grouped(parameters.trainable)} trainable parameters, ${grouped(multiplyAdds)} multiply-adds`;
  return [
    `input ${spellShape(inputShape)}, ${classes === 0 ? 'no classifier' : `${grouped(classes)} classes`}`,
    spell(main),
    ...(Object.keys(heads).length === 0 ? [] : [`with auxiliary heads: ${spell(whole)}`]),
    `each convolution: ${spellStyle(convolution)}`,
    ...(source === '' ? [] : [`after ${source}`]),
    NOTATION,
  ];
}

/** A sample of each kind whose boxes do not say what they are, in rows. */
function legendOf(drawn: ReadonlySet<StepKind>, width: number, top: number): PictureHeading {
  const kinds = Object.keys(KIND_STYLES) as StepKind[];
  let [x, y] = [0, top];
  const markup = kinds.flatMap((kind) => {
    const { legend } = KIND_STYLES[kind];
    if (legend === undefined || !drawn.has(kind)) return [];
    const needed = SAMPLE.width + SAMPLE_GAP + textWidth(legend, FONT_SIZE);
    if (x > 0 && x + needed > width) [x, y] = [0, y + ROW_HEIGHT];
    const words = svgElement('text', { x: x + SAMPLE.width + SAMPLE_GAP, y: y + 14 }, legend);
    const entry = [...outlineShape(KIND_STYLES[kind], { x, y, ...SAMPLE }), words];
    x += Math.ceil(needed) + ENTRY_GAP;
    return entry;
  });
  return { markup, height: y + SAMPLE.height };
}

function onOneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** A text in lines that fit a width, broken between words. */
function wrapped(text: string, width: number): string[] {
  return wrapText(onOneLine(text), { width, breaks: /(?<= )/, measure: (line) => textWidth(line, FONT_SIZE) });
}
