import type { CostedSpec } from '../cost/costedSpec.js';
import type { CostRow } from '../cost/costRow.js';
import { grouped } from '../cost/textTable.js';
import { fullName, spellShape, type TensorShape } from '../spec/shapeRow.js';
import { stepLabel } from '../spec/stepLabel.js';
import type { AuxiliaryHeadSpec, ModuleStep, Step } from '../spec/types.js';
import { foldModules } from './foldModules.js';
import { KIND_OF, type StepKind } from './stepKind.js';

/** One box: a step, a part of a module's merge, or where a network begins or ends. */
export interface DrawnStep {
  /** The full name, which is unique in its network. */
  readonly id: string;
  readonly kind: StepKind;
  /** Of steps that stand in no module: what the reader may call the stage. */
  readonly name?: string;
  readonly label: string;
  /** Full name, shapes and cost, a line each, for a reader who points at it. */
  readonly details: readonly string[];
  readonly outputShape: TensorShape;
}

/** Parallel branches and what joins them. */
export interface DrawnModule {
  readonly id: string;
  /** The module's name and cost, a line each; none for a module within a module. */
  readonly caption: readonly string[];
  /** How many equal modules it stands for, and the `id` of the last of them. */
  readonly repeats: number;
  readonly lastId: string;
  /** Columns; an empty one passes the input through. */
  readonly branches: readonly (readonly DrawnStage[])[];
  /** From the branches' ends to the output; the last one has the module's `id`. */
  readonly merge: readonly DrawnStep[];
  /** Whether the input is added to what the last but one of `merge` gives. */
  readonly isResidual: boolean;
  readonly outputShape: TensorShape;
}

export type DrawnStage = DrawnStep | DrawnModule;

export interface DrawnHead {
  readonly id: string;
  readonly caption: readonly string[];
  /** The `id` of the stage whose output it reads. */
  readonly after: string;
  readonly stages: readonly DrawnStage[];
}

/** A network as boxes, before anything is said of their places. */
export interface NetworkDrawing {
  /** From the input to the classifier or the features. */
  readonly stages: readonly DrawnStage[];
  readonly heads: readonly DrawnHead[];
}

interface Source extends CostedSpec {
  readonly rows: ReadonlyMap<string, CostRow>;
  readonly fold: boolean;
}

/** Where a chain stands. */
interface Place {
  readonly prefix?: string;
  readonly isInModule: boolean;
  /** Names of stages that a head reads. */
  readonly anchors: ReadonlySet<string>;
}

/**
 * The boxes of a network.
 *
 * @param costed The network, whose cost the captions tell.
 * @param fold Whether equal modules that follow each other are drawn once.
 */
export function networkDrawing({ spec, cost }: CostedSpec, fold: boolean): NetworkDrawing {
  const source: Source = { spec, cost, rows: new Map(cost.rows.map((row) => [row.name, row])), fold };
  const { inputShape } = spec;
  const main: Place = { isInModule: false, anchors: new Set(spec.auxiliaryHeads.map(({ after }) => after)) };
  const input: DrawnStep = { id: 'input', kind: 'terminal', label: 'input', details: [spellShape(inputShape)], outputShape: inputShape };
  const trunk = chain(spec.trunk, main, source);
  const top = chain(spec.top, { ...main, anchors: new Set() }, source);
  const body = [input, ...trunk, ...top];
  return {
    stages: [...body, end('main', body[body.length - 1].outputShape, source)],
    heads: spec.auxiliaryHeads.map((head) => drawnHead(head, trunk, source)),
  };
}

function drawnHead({ name, after, steps, lossWeight }: AuxiliaryHeadSpec, trunk: readonly DrawnStage[], source: Source): DrawnHead {
  const stages = chain(steps, { prefix: name, isInModule: false, anchors: new Set() }, source);
  const anchor = trunk.find((stage) => stage.id === after || ('branches' in stage && stage.lastId === after))!;
  const features = stages.at(-1) ?? anchor;
  const facts = [`${grouped(source.cost.heads[name].parameters.trainable)} parameters`, `loss × ${lossWeight}`];
  return { id: name, caption: [name, ...facts], after: anchor.id, stages: [...stages, end(name, features.outputShape, source)] };
}

/** A classifier, or where there is none the place at which the features leave. */
function end(head: string, features: TensorShape, { spec, rows }: Source): DrawnStep {
  const { classes, classifierActivation } = spec;
  if (classes === 0) {
    return { id: 'output', kind: 'terminal', label: 'features', details: [spellShape(features)], outputShape: features };
  }
  const label = `dense ${classes}, ${classifierActivation}`;
  return drawnStep(rows.get(`${head}_logits`)!, { kind: 'dense', name: head, label });
}

function chain(steps: readonly Step[], place: Place, source: Source): DrawnStage[] {
  const shapesOf = ({ name }: ModuleStep): CostRow => source.rows.get(fullName(place.prefix, name))!;
  const folding = { fold: source.fold && !place.isInModule, shapesOf, anchors: place.anchors };
  return foldModules(steps, folding).map((stage) => {
    if ('modules' in stage) return drawnModule(stage.modules, place, source);
    const { step } = stage;
    const row = source.rows.get(fullName(place.prefix, step.name))!;
    const label = stepLabel(step, { inputShape: row.inputShape, convolution: source.spec.convolution });
    return drawnStep(row, { kind: KIND_OF[step.op], label, ...(!place.isInModule && { name: step.name }) });
  });
}

function drawnModule([first, ...others]: readonly [ModuleStep, ...ModuleStep[]], place: Place, source: Source): DrawnModule {
  const id = fullName(place.prefix, first.name);
  const lastId = fullName(place.prefix, others.at(-1)?.name ?? first.name);
  const inside: Place = { prefix: id, isInModule: true, anchors: new Set() };
  const branches = first.branches.map((branch) => chain(branch, inside, source));
  const row = source.rows.get(id)!;
  const widths = branches.map((branch) => (branch.at(-1) ?? { outputShape: row.inputShape }).outputShape[2]);
  return {
    ...{ id, lastId, repeats: others.length + 1, branches, outputShape: row.outputShape },
    caption: place.isInModule ? [] : captionOf(id, lastId, source),
    merge: mergeOf(first, row, widths, source),
    isResidual: typeof first.merge === 'object',
  };
}

function captionOf(id: string, lastId: string, { cost }: Source): string[] {
  const { parameters, multiplyAdds } = cost.modules.find(({ name }) => name === id)!;
  const each = id === lastId ? '' : ' each';
  return [
    id === lastId ? id : `${id} … ${lastId}`,
    `${grouped(parameters.trainable)} parameters${each}`,
    `${grouped(multiplyAdds)} multiply-adds${each}`,
  ];
}

/** What makes one map of the branches' ends, which have these channels. */
function mergeOf({ merge = 'concat' }: ModuleStep, row: CostRow, channels: readonly number[], { rows }: Source): DrawnStep[] {
  const concat = `concat ${channels.join(' + ')}`;
  if (typeof merge === 'string') return [drawnStep(row, { kind: 'merge', label: merge === 'concat' ? concat : 'add' })];
  const projection = rows.get(fullName(row.name, 'projection'))!;
  const { inputShape: joined, outputShape } = projection;
  return [
    { id: `${row.name} concat`, kind: 'merge', label: concat, details: [row.name, spellShape(joined)], outputShape: joined },
    drawnStep(projection, { kind: 'convolution', label: `1×1, ${outputShape[2]}, linear, bias` }),
    drawnStep(row, {
      kind: 'merge',
      label: `${merge.residual === 1 ? '' : `× ${merge.residual}, `}add${merge.activation === 'linear' ? '' : ', ReLU'}`,
    }),
  ];
}

function drawnStep(row: CostRow, look: Pick<DrawnStep, 'kind' | 'name' | 'label'>): DrawnStep {
  const { name, inputShape, outputShape, parameters, multiplyAdds } = row;
  const cost = parameters.trainable > 0 ? [`${grouped(parameters.trainable)} parameters, ${grouped(multiplyAdds)} multiply-adds`] : [];
  return { id: name, ...look, details: [name, `${spellShape(inputShape)} → ${spellShape(outputShape)}`, ...cost], outputShape };
}
