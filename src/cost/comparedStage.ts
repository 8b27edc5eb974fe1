import { isDeepStrictEqual } from 'node:util';
import { fullName, spellShape, type ShapeRow } from '../spec/shapeRow.js';
import { stepLabel } from '../spec/stepLabel.js';
import type { Merge, NetworkSpec, Step } from '../spec/types.js';
import type { CostedSpec } from './costedSpec.js';
import { groupConsecutive } from './groupConsecutive.js';
import { stageCosts, type StageCost } from './stageCosts.js';

/** A stage of a network as it is laid beside another's; equal ones that follow each other are one. */
export interface ComparedStage {
  readonly names: readonly string[];
  /** `'trunk'`, `'top'`, or the auxiliary head's name. */
  readonly part: string;
  readonly op: ShapeRow['op'];
  /** What it does: `3×3, 64 /2`; of a module how it merges, where that is not by concatenation. */
  readonly label: string;
  /** A module's, each written out: `1×1, 96 → 3×3, 128`. */
  readonly branches: readonly string[];
  readonly shape: string;
  /** Pixels of the picture from one value of the map to the next, downwards; 0 of a vector. */
  readonly scale: number;
  /** Whether fewer values leave it, downwards, than enter. */
  readonly reduces: boolean;
}

/** A network's stages in building order. */
export function comparedStages({ spec, cost }: CostedSpec): ComparedStage[] {
  const rows = new Map(cost.rows.map((row) => [row.name, row]));
  const stages = stageCosts(cost).map((stage) => comparedStage(stage, rows, spec));
  return groupConsecutive(stages, areAlike).map((group) => ({ ...group[0], names: group.flatMap(({ names }) => names) }));
}

/** Whether two stages differ in nothing but their names. */
function areAlike(a: ComparedStage, b: ComparedStage): boolean {
  return isDeepStrictEqual({ ...a, names: [] }, { ...b, names: [] });
}

function comparedStage(stage: StageCost, rows: ReadonlyMap<string, ShapeRow>, spec: NetworkSpec): ComparedStage {
  const { name, part, op, step, inputShape, outputShape, receptiveField } = stage;
  const text = (inner: Step, prefix: string): string => {
    const innerName = fullName(prefix, inner.name);
    if (inner.op === 'module') return `(${inner.branches.map((branch) => chain(branch, innerName)).join(' | ')})${mergeLabel(inner.merge)}`;
    return stepLabel(inner, { inputShape: (rows.get(innerName) as ShapeRow).inputShape, convolution: spec.convolution });
  };
  const chain = (steps: readonly Step[], prefix: string): string => steps.map((inner) => text(inner, prefix)).join(' → ') || 'identity';
  const own = {
    names: [name],
    part,
    op,
    shape: spellShape(outputShape),
    scale: outputShape.length === 3 ? receptiveField.stride[0] : 0,
    reduces: outputShape.length === 3 && outputShape[0] < inputShape[0],
  };
  if (step === undefined) return { ...own, label: `dense ${spec.classes}, ${spec.classifierActivation}`, branches: [] };
  if (step.op !== 'module') return { ...own, label: stepLabel(step, { inputShape, convolution: spec.convolution }), branches: [] };
  return { ...own, label: mergeLabel(step.merge).trim(), branches: step.branches.map((branch) => chain(branch, name)) };
}

function mergeLabel(merge: Merge = 'concat'): string {
  if (merge === 'concat') return '';
  if (merge === 'add') return ' added up';
  return ` × ${merge.residual} + input${merge.activation === 'linear' ? ', linear' : ''}`;
}
