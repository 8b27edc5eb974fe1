import { costedSpec } from '../cost/costedSpec.js';
import type { SpecOrModel } from '../cost/specOf.js';
import { spellShape, type TensorShape } from '../spec/shapeRow.js';
import { checkDrawingOptions, type DrawingOptions } from './drawingOptions.js';
import { COLORS, FONT_SIZE, KIND_STYLES, SMALL_FONT_SIZE, type KindStyle } from './drawingStyle.js';
import { networkDrawing, type DrawnHead, type DrawnModule, type DrawnStage, type DrawnStep } from './networkDrawing.js';
import { networkTitle } from './pictureHeading.js';

/** Where the next arrow begins. */
interface End {
  readonly id: string;
  readonly shape: TensorShape;
}

/** Lines of DOT: what stands in a frame, and the arrows, which must not be named before all frames are. */
interface Statements {
  readonly nodes: string[];
  readonly edges: string[];
}

type Attributes = Readonly<Record<string, string | number>>;

const OUTLINES: Readonly<Record<KindStyle['outline'], Attributes>> = {
  square: { shape: 'box', style: 'filled' },
  round: { shape: 'box', style: 'filled,rounded' },
  cut: { shape: 'octagon', style: 'filled' },
  double: { shape: 'box', style: 'filled', peripheries: 2 },
  dashed: { shape: 'box', style: 'filled,dashed' },
  thick: { shape: 'box', style: 'filled,bold' },
};

/**
 * A network as a graph in the DOT language, for Graphviz or an editor of graphs: a cluster for each module and head, a node for each step,
 * shapes on the arrows between stages. `networkSvg` draws the same with places of its own.
 *
 * @param specOrModel A spec, or anything that carries one, such as an InceptionModel.
 * @throws InceptionError as `costOf` does; `INVALID_ARGUMENT` for an unknown option.
 * @see https://graphviz.org/doc/info/lang.html
 * @example
 * ```ts
 * networkDot(networkSpec('googlenet')).split('\n')[0]; // digraph "googlenet" {
 * ```
 */
export function networkDot(specOrModel: SpecOrModel, options: DrawingOptions = {}): string {
  const { fold } = checkDrawingOptions('networkDot', options);
  const costed = costedSpec(specOrModel);
  const { spec } = costed;
  const { stages, heads } = networkDrawing(costed, fold);
  const title = networkTitle(spec);
  const statements: Statements = { nodes: [], edges: [] };
  chainStatements(stages, undefined, 'main', statements);
  for (const head of heads) headStatements(head, stages, statements);
  const text = { fontname: 'Arial', fontsize: FONT_SIZE, fontcolor: COLORS.text };
  const small = { ...text, fontsize: SMALL_FONT_SIZE, fontcolor: COLORS.quiet };
  return [
    `digraph ${quote(spec.name)} {`,
    `graph ${list({ label: title, labelloc: 't', bgcolor: COLORS.page, ordering: 'out', nodesep: 0.2, ranksep: 0.25, ...text })};`,
    `node ${list({ height: 0.4, ...text })};`,
    `edge ${list({ color: COLORS.quiet, arrowsize: 0.6, ...small })};`,
    ...statements.nodes,
    ...statements.edges,
    '}\n',
  ].join('\n');
}

function headStatements({ id, caption, after, stages }: DrawnHead, main: readonly DrawnStage[], { nodes, edges }: Statements): void {
  const inside: Statements = { nodes: [], edges };
  const anchor = main.find((stage) => stage.id === after)!;
  chainStatements(stages, { id: after, shape: anchor.outputShape }, 'head', inside);
  nodes.push(...cluster(id, caption, { style: 'filled,rounded,dashed', fillcolor: COLORS.head, color: COLORS.headBorder }, inside.nodes));
}

/** @param level What the arrows say: nothing within a module. */
function chainStatements(
  stages: readonly DrawnStage[],
  start: End | undefined,
  level: 'main' | 'head' | 'branch',
  statements: Statements,
): End | undefined {
  return stages.reduce<End | undefined>((end, stage) => {
    if (end !== undefined) statements.edges.push(edge(end.id, entryOf(stage), edgeLook(level, end.shape)));
    if ('branches' in stage) moduleStatements(stage, statements);
    else statements.nodes.push(node(stage));
    return { id: stage.id, shape: stage.outputShape };
  }, start);
}

function edgeLook(level: 'main' | 'head' | 'branch', shape: TensorShape): Attributes {
  if (level === 'branch') return { weight: 4 };
  const label = { label: ` ${spellShape(shape)}` };
  return level === 'head' ? { ...label, color: COLORS.headBorder, fontcolor: COLORS.headBorder } : { ...label, weight: 8 };
}

function moduleStatements({ id, branches, merge, isResidual, outputShape, ...own }: DrawnModule, { nodes, edges }: Statements): void {
  const [name, ...facts] = own.caption;
  const caption = own.repeats > 1 ? [`×${own.repeats}: ${name}`, ...facts] : own.caption;
  const fork: End = { id: `${id} fork`, shape: outputShape };
  const inside: Statements = { nodes: [`${quote(fork.id)} ${list({ shape: 'point', width: 0.06 })};`], edges };
  for (const branch of branches) {
    const end = chainStatements(branch, fork, 'branch', inside)!;
    edges.push(edge(end.id, merge[0].id, branch.length === 0 ? { style: 'bold' } : { weight: 2 }));
  }
  merge.forEach((step, index) => {
    inside.nodes.push(node(step));
    if (index > 0) edges.push(edge(merge[index - 1].id, step.id, { weight: 4 }));
  });
  if (isResidual) edges.push(edge(fork.id, id, { style: 'bold' }));
  const firsts = branches.filter((branch) => branch.length > 0).map(([first]) => quote(entryOf(first)));
  if (firsts.length > 1) inside.nodes.push(`{ rank=same; ${firsts.join('; ')} }`);
  // A module within a module has no frame of its own.
  if (caption.length === 0) return void nodes.push(...inside.nodes);
  nodes.push(...cluster(id, caption, { style: 'filled,rounded', fillcolor: COLORS.module, color: COLORS.moduleBorder }, inside.nodes));
}

function entryOf(stage: DrawnStage): string {
  return 'branches' in stage ? `${stage.id} fork` : stage.id;
}

function cluster(id: string, caption: readonly string[], look: Attributes, inside: readonly string[]): string[] {
  // \l ends a line that is flush left.
  const label = caption.map((line) => `${quote(line).slice(1, -1)}\\l`).join('');
  return [
    `subgraph ${quote(`cluster ${id}`)} {`,
    `graph [label="${label}", ${list({ labeljust: 'l', ...look }).slice(1)};`,
    ...inside,
    '}',
  ];
}

function node({ id, kind, name, label, details }: DrawnStep): string {
  const { outline, fill, border } = KIND_STYLES[kind];
  const words = name === undefined ? label : `${name}\n${label}`;
  return `${quote(id)} ${list({ label: words, ...OUTLINES[outline], fillcolor: fill, color: border, tooltip: details.join('\n') })};`;
}

function edge(from: string, to: string, look: Attributes): string {
  return `${quote(from)} -> ${quote(to)} ${list(look)};`;
}

function list(attributes: Attributes): string {
  const pairs = Object.entries(attributes).map(([key, value]) => `${key}=${typeof value === 'number' ? value : quote(value)}`);
  return `[${pairs.join(', ')}]`;
}

/** A text in DOT: its backslashes and ampersands are no escapes, and its line ends stay. A spec has no other control characters. */
function quote(text: string): string {
  const escaped = text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/&/g, '&amp;').replace(/\r?\n/g, '\\n');
  return `"${escaped}"`;
}
