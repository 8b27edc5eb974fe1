import { spellShape, type TensorShape } from '../spec/shapeRow.js';
import type { LineMark, Marks, Point } from './drawingMarks.js';
import { FONT_SIZE, SMALL_FONT_SIZE } from './drawingStyle.js';
import type { DrawnHead, DrawnModule, DrawnStage, DrawnStep } from './networkDrawing.js';
import { textWidth } from './textWidth.js';

/** A part of the picture whose size is known before its place. Lengths are pixels. */
export interface Block {
  readonly width: number;
  readonly height: number;
  /** How far below its top the line that enters it ends, and whether that is at a fork rather than a box. */
  readonly entry: { readonly depth: number; readonly isFork: boolean };
  /** How far below its top the line that leaves it begins. */
  readonly exit: number;
  /** @param center Where its middle is from the left: where lines enter and leave. */
  place(center: number, top: number, marks: Marks): void;
}

/** Between two blocks of a chain. */
export interface Link {
  readonly length: number;
  /** What passes along it, where the picture says so. */
  readonly shape?: TensorShape;
  readonly kind: LineMark['kind'];
}

const BOX_HEIGHT = 28;
const NAMED_BOX_HEIGHT = 44;
const LEAST_BOX_WIDTH = 84;
const BOX_PADDING = 8;
const COLUMN_GAP = 14;
const SHORTCUT_WIDTH = 12;
export const FRAME_PADDING = 14;
/** Of the frames that show behind one that stands for several. */
export const STACK_STEP = 4;
const LEAST_FRAME_WIDTH = 416;
const BADGE_WIDTH = 64;
/** An arrow without words. */
const ARROW_LENGTH = 18;
/** Of a caption's lines. */
export const LINE_HEIGHT = 16;
const LABEL_DISTANCE = 6;
/** From the bottom of a box up to where the line to a head leaves it. */
export const PORT_RISE = BOX_HEIGHT / 2;

/** A step or module. */
export function stageBlock(stage: DrawnStage): Block {
  if (!('branches' in stage)) return stepBlock(stage);
  return stage.caption.length === 0 ? branchesBlock(stage) : framedBlock(stage, 'module', branchesBlock(stage));
}

function stepBlock(step: DrawnStep, least = LEAST_BOX_WIDTH): Block {
  const { name, label } = step;
  const words = Math.max(textWidth(label, FONT_SIZE), textWidth(name ?? '', FONT_SIZE, { bold: true }));
  const width = Math.max(least, Math.ceil(words) + 2 * BOX_PADDING);
  const height = name === undefined ? BOX_HEIGHT : NAMED_BOX_HEIGHT;
  return {
    ...{ width, height, entry: { depth: 0, isFork: false }, exit: height },
    place: (center, y, { boxes }) => void boxes.push({ step, x: center - width / 2, y, width, height }),
  };
}

/** Blocks one under the other with a link between each two; without blocks, a line that nothing stands on. */
export function chainBlock(blocks: readonly Block[], links: readonly Link[]): Block {
  const tops = startsOf(blocks.map(({ height }, index) => height + (links[index]?.length ?? 0)));
  const last = blocks.length - 1;
  return {
    width: Math.max(SHORTCUT_WIDTH, ...blocks.map(({ width }) => width)),
    height: blocks.length === 0 ? 0 : tops[last] + blocks[last].height,
    entry: blocks[0]?.entry ?? { depth: 0, isFork: false },
    exit: blocks.length === 0 ? 0 : tops[last] + blocks[last].exit,
    place: (center, top, marks) =>
      blocks.forEach((block, index) => {
        block.place(center, top + tops[index], marks);
        if (index === last) return;
        const { kind, shape, length } = links[index];
        const next = blocks[index + 1];
        const start = top + tops[index] + block.exit;
        const end = top + tops[index + 1] + next.entry.depth;
        const label = shape && shapeLabel(shape, [center, top + tops[index + 1] - length / 2]);
        marks.lines.push({ points: [[center, start], [center, end]], kind, hasArrow: !next.entry.isFork, ...(label && { label }) }); // prettier-ignore
      }),
  };
}

/** Where each of several lengths begins that are laid one after the other from 0 on. */
function startsOf(lengths: readonly number[]): number[] {
  let end = 0;
  return lengths.map((length) => {
    const start = end;
    end += length;
    return start;
  });
}

/** A shape's words to the right of a line. */
export function shapeLabel(shape: TensorShape, [x, y]: Point): NonNullable<LineMark['label']> {
  return { text: spellShape(shape), x: x + LABEL_DISTANCE, y };
}

function branchBlock(branch: readonly DrawnStage[]): Block {
  const link: Link = { length: ARROW_LENGTH, kind: 'step' };
  return chainBlock(branch.map(stageBlock), new Array<Link>(Math.max(0, branch.length - 1)).fill(link));
}

/** A module without its frame. */
function branchesBlock({ branches, merge, isResidual }: DrawnModule): Block {
  const columns = branches.map(branchBlock);
  if (!isResidual) return columnsBlock(columns, merge[0]);
  const [concat, projection, add] = merge;
  const residual = chainBlock([columnsBlock(columns, concat), stepBlock(projection)], [{ length: ARROW_LENGTH, kind: 'step' }]);
  return columnsBlock([branchBlock([]), residual], add);
}

/** Blocks side by side between a fork and a bar that joins them. One that has only shortcuts beside it stands in the middle. */
function columnsBlock(columns: readonly Block[], join: DrawnStep): Block {
  const lefts = startsOf(columns.map(({ width }) => width + COLUMN_GAP));
  const middles = columns.map(({ width }, index) => lefts[index] + width / 2);
  const spread = lefts[columns.length - 1] + columns[columns.length - 1].width;
  const occupied = middles.filter((_, index) => columns[index].height > 0);
  const axis = occupied.length === 1 ? occupied[0] : spread / 2;
  const bar = stepBlock(join, 2 * Math.max(axis, spread - axis));
  const barTop = Math.max(...columns.map(({ height }) => height)) + 2 * ARROW_LENGTH;
  const height = barTop + bar.height;
  return {
    ...{ width: bar.width, height, entry: { depth: 0, isFork: true }, exit: height },
    place: (center, top, marks) => {
      columns.forEach((column, index) => placeColumn(column, [center, center + middles[index] - axis], [top, top + barTop], marks));
      bar.place(center, top + barTop, marks);
    },
  };
}

/** One column with its lines: from the fork's middle to its own, and from top to bottom. */
function placeColumn(column: Block, [fork, x]: Point, [top, bottom]: readonly [number, number], { lines, ...marks }: Marks): void {
  const first = top + ARROW_LENGTH;
  const start: Point[] = x === fork ? [[x, top]] : [[fork, top], [x, top]]; // prettier-ignore
  if (column.height === 0) return void lines.push({ points: [...start, [x, bottom]], kind: 'shortcut', hasArrow: true });
  const { entry, exit } = column;
  lines.push({ points: [...start, [x, first + entry.depth]], kind: 'step', hasArrow: !entry.isFork });
  column.place(x, first, { lines, ...marks });
  lines.push({ points: [[x, first + exit], [x, bottom]], kind: 'step', hasArrow: true }); // prettier-ignore
}

/** A block in a frame, with a caption to the left of the line that enters it. */
export function framedBlock(of: DrawnModule | DrawnHead, kind: 'module' | 'head', inside: Block): Block {
  const widths = of.caption.map((line, index) => textWidth(line, index === 0 ? FONT_SIZE : SMALL_FONT_SIZE, { bold: index === 0 }));
  const isStack = 'repeats' in of && of.repeats > 1;
  const badge = isStack ? BADGE_WIDTH : 0;
  const aside = 2 * (Math.max(badge, ...widths) + 2 * FRAME_PADDING);
  const width = Math.ceil(Math.max(kind === 'module' ? LEAST_FRAME_WIDTH : 0, inside.width + 2 * FRAME_PADDING, aside));
  const above = of.caption.length * LINE_HEIGHT + FRAME_PADDING;
  const height = above + inside.height + FRAME_PADDING;
  return {
    width,
    height: height + (isStack ? 2 * STACK_STEP : 0),
    entry: { ...inside.entry, depth: above + inside.entry.depth },
    exit: above + inside.exit,
    place: (center, y, marks) => {
      marks.frames.push({ of, kind, x: center - width / 2, y, width, height });
      inside.place(center, y + above, marks);
    },
  };
}
