import { chainBlock, framedBlock, PORT_RISE, shapeLabel, stageBlock, type Block, type Link } from './blockLayout.js';
import type { LineMark, Marks } from './drawingMarks.js';
import type { DrawnStage, NetworkDrawing } from './networkDrawing.js';

/** Everything in its place; the picture's left and top are 0. */
export interface NetworkLayout extends Marks {
  readonly width: number;
  readonly height: number;
}

/** Between two stages: an arrow and its words. */
const STAGE_GAP = 34;
/** Between the main path and the heads, and between two heads. */
const HEAD_GAP = 36;
/** From where a head's line leaves the main path down to the head's frame. */
const HEAD_DROP = 18;
/** From the top of a head's frame to the words on its line, which stand beside its caption. */
const HEAD_LABEL_DEPTH = 30;
/** Between the lines of two heads that read the same box. */
const LANE_STEP = 6;

/** The heads by the `id` of the stage that they read. */
type HeadBlocks = ReadonlyMap<string, readonly Block[]>;

/**
 * Places a network from top to bottom, its middle on one line and its heads to the right, so that nothing lies over anything else.
 *
 * Modules nest, so that their places can be computed. Graphviz, which knows nothing of columns, lets branches drift and draws Inception v3
 * nearly twice as high; `networkDot` writes what it reads.
 */
export function networkLayout({ stages, heads }: NetworkDrawing): NetworkLayout {
  const marks: Marks = { boxes: [], frames: [], lines: [] };
  const blocks = stages.map(stageBlock);
  const headBlocks = new Map<string, Block[]>(heads.map(({ after }) => [after, []]));
  for (const head of heads) headBlocks.get(head.after)!.push(framedBlock(head, 'head', stagesBlock(head.stages)));
  const lengths = gapsBefore(stages, blocks, headBlocks);
  const links = linksOf(stages, 'step').map((link, index) => ({ ...link, length: lengths[index + 1] }));
  const main = chainBlock(blocks, links);
  main.place(main.width / 2, 0, marks);
  for (const stage of stages) placeHeads(stage, headBlocks.get(stage.id) ?? [], main.width + HEAD_GAP, marks);
  const areas = [...marks.boxes, ...marks.frames];
  const width = Math.max(main.width, ...areas.map((area) => area.x + area.width));
  return { ...marks, width, height: Math.max(...areas.map((area) => area.y + area.height)) };
}

/** Stages one under the other, shapes on the arrows. */
function stagesBlock(stages: readonly DrawnStage[]): Block {
  return chainBlock(stages.map(stageBlock), linksOf(stages, 'head'));
}

function linksOf(stages: readonly DrawnStage[], kind: LineMark['kind']): Link[] {
  return stages.slice(0, -1).map(({ outputShape }) => ({ length: STAGE_GAP, shape: outputShape, kind }));
}

/** The room above each stage: more where its head would otherwise stand beside the head of a stage before. */
function gapsBefore(stages: readonly DrawnStage[], blocks: readonly Block[], heads: HeadBlocks): number[] {
  let top = 0;
  let free = 0;
  return stages.map(({ id }, index) => {
    const own = (heads.get(id) ?? []).map(({ height }) => height);
    const port = blocks[index].exit - PORT_RISE;
    const least = index === 0 ? 0 : STAGE_GAP;
    const gap = own.length === 0 ? least : Math.max(least, free - top - port);
    if (own.length > 0) free = top + gap + port + HEAD_DROP + Math.max(...own) + HEAD_GAP;
    top += gap + blocks[index].height;
    return gap;
  });
}

/** The heads that read a stage, side by side from `left` on, each with its line. */
function placeHeads(stage: DrawnStage, heads: readonly Block[], left: number, marks: Marks): void {
  if (heads.length === 0) return;
  const box = marks.boxes.find(({ step }) => step.id === stage.id)!;
  const port = box.y + box.height - PORT_RISE;
  heads.reduce((x, block, lane) => {
    const center = x + block.width / 2;
    const top = port + HEAD_DROP;
    const y = port - lane * LANE_STEP;
    const end = top + block.entry.depth;
    const label = shapeLabel(stage.outputShape, [center, top + HEAD_LABEL_DEPTH]);
    marks.lines.push({ points: [[box.x + box.width, y], [center, y], [center, end]], kind: 'head', hasArrow: !block.entry.isFork, label }); // prettier-ignore
    block.place(center, top, marks);
    return x + block.width + HEAD_GAP;
  }, left);
}
