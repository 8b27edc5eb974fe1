import { fullName } from './shapeRow.js';
import type { NetworkSpec, Step } from './types.js';

/** A step's full name, where it stands in the spec, and the step. */
export interface NamedStep {
  readonly name: string;
  readonly path: string;
  /** The step of the trunk or the top, or the auxiliary head, that it is or is part of. */
  readonly stage: string;
  /** The index of the branch that it stands in, of the innermost module round it; none outside of modules. */
  readonly branch?: number;
  readonly step: Step;
}

/**
 * A chain's steps in building order, those inside modules after their module.
 *
 * @param prefix The module or head that the chain belongs to, or none for the trunk and the top.
 */
export function namedSteps(steps: readonly Step[], path: string, prefix?: string): NamedStep[] {
  return steps.flatMap((step, index) => {
    const own: NamedStep = { name: fullName(prefix, step.name), path: `${path}[${index}]`, stage: prefix ?? step.name, step };
    if (step.op !== 'module') return [own];
    const { name, stage } = own;
    const inner = step.branches.map((branch, number) =>
      namedSteps(branch, `${own.path}.branches[${number}]`, name).map((within) => ({ branch: number, ...within, stage })),
    );
    return [own, ...inner.flat()];
  });
}

/** Every step of a network with its full name: trunk, top, auxiliary heads. */
export function namedStepsOf({ trunk, top, auxiliaryHeads }: NetworkSpec): NamedStep[] {
  const heads = auxiliaryHeads.flatMap(({ name, steps }, index) => namedSteps(steps, `auxiliaryHeads[${index}].steps`, name));
  return [...namedSteps(trunk, 'trunk'), ...namedSteps(top, 'top'), ...heads];
}

/** The endings that layers of one step may bear; two steps must not end up at one layer name. */
const LAYERS: Partial<Record<Step['op'], readonly string[]>> = {
  convolution: ['', '_padding', '_conv', '_bn', '_relu'],
  separableConvolution: ['', '_padding', '_conv', '_bn', '_relu'],
  maxPool: ['', '_padding'],
  averagePool: ['', '_padding'],
  module: ['', '_copy', '_concat', '_add', '_projection', '_projection_conv', '_scale', '_relu'],
};

/**
 * What is wrong with the names of a set of steps: every step whose layers would bear the name of another's.
 *
 * @param taken Names that are not free, each with who has it.
 * @returns For each clash the path of the name, what was expected of it, and the name.
 */
export function nameClashes(
  steps: readonly Pick<NamedStep, 'name' | 'path' | 'step'>[],
  taken: ReadonlyMap<string, string> = new Map(),
): { path: string; expected: string; name: string }[] {
  const owners = new Map(taken);
  return steps.flatMap(({ name, path, step }) => {
    const layers = (LAYERS[step.op] ?? ['']).map((ending) => name + ending);
    const clash = layers.find((layer) => owners.has(layer));
    const owner = clash && owners.get(clash);
    for (const layer of layers) owners.set(layer, owners.get(layer) ?? path);
    if (clash === undefined) return [];
    return [{ path: `${path}.name`, expected: `a name of its own ('${clash}' is taken by ${owner})`, name: step.name }];
  });
}
