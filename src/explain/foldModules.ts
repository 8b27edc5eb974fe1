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
  return steps.reduce<Stage[]>((stages, step) => {
    if (step.op !== 'module') return [...stages, { step }];
    const before = stages.at(-1);
    const last = before !== undefined && 'modules' in before ? before.modules[before.modules.length - 1] : undefined;
    if (!fold || last === undefined || anchors.has(last.name) || signature(last) !== signature(step))
      return [...stages, { modules: [step] }];
    const { modules } = before as Extract<Stage, { modules: unknown }>;
    return [...stages.slice(0, -1), { modules: [...modules, step] }];
  }, []);
}
