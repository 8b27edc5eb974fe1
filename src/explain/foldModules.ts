import { groupConsecutive } from '../cost/groupConsecutive.js';
import type { TensorShape } from '../spec/shapeRow.js';
import type { ModuleStep, Step } from '../spec/types.js';

/** A step of a chain, or equal modules that follow each other. */
export type Stage = { readonly step: Exclude<Step, ModuleStep> } | { readonly modules: readonly [ModuleStep, ...ModuleStep[]] };

/** The shapes that enter and leave a module. */
export interface ModuleShapes {
  readonly inputShape: TensorShape;
  readonly outputShape: TensorShape;
}

/** What decides which modules are drawn once. */
export interface Folding {
  /** Whether equal modules are drawn once at all. */
  readonly fold: boolean;
  readonly shapesOf: (module: ModuleStep) => ModuleShapes;
  /** Names of modules on whose output something else hangs: only the last of those drawn once may be such a module. */
  readonly anchors: ReadonlySet<string>;
}

/** A chain with its equal modules brought together: equal in everything but their own names, shapes included. */
export function foldModules(steps: readonly Step[], { fold, shapesOf, anchors }: Folding): Stage[] {
  const signature = (module: ModuleStep): string => {
    const { inputShape, outputShape } = shapesOf(module);
    return JSON.stringify([{ ...module, name: '' }, inputShape, outputShape]);
  };
  const areOne = (before: Step, step: Step): boolean => {
    if (!fold || before.op !== 'module' || step.op !== 'module' || anchors.has(before.name)) return false;
    return signature(before) === signature(step);
  };
  return groupConsecutive(steps, areOne).map(([first, ...others]): Stage => {
    return first.op === 'module' ? { modules: [first, ...(others as ModuleStep[])] } : { step: first };
  });
}
