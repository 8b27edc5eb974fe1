import type { TensorShape } from '../spec/shapeRow.js';
import { specOfSteps } from '../spec/specOfSteps.js';
import { traceShapes } from '../spec/traceShapes.js';
import type { ConvolutionStyle, ModuleStep, Shape, Step } from '../spec/types.js';
import { operationCost, sumCosts, type CostRow, type CostSum } from './costRow.js';
import { receptiveFields, type ReceptiveField, type ReceptiveFields } from './receptiveField.js';
import { specOf, type SpecOrModel } from './specOf.js';

/** One branch of a module. */
export interface BranchCost extends CostSum {
  /** Its steps in order: `5x5_reduce → 5x5`; `identity` for a branch without any. */
  readonly name: string;
  readonly outputShape: TensorShape;
  readonly receptiveField: ReceptiveField;
  /** Of the whole spec's multiply-adds, 0 to 1. */
  readonly share: number;
}

/** One module with its branches; its sums include its merge. */
export interface ModuleCost extends CostSum {
  readonly name: string;
  readonly inputShape: TensorShape;
  readonly outputShape: TensorShape;
  /** The largest of its branches', and of its input's where it adds that. */
  readonly receptiveField: ReceptiveField;
  /** Of the whole spec's multiply-adds, 0 to 1. */
  readonly share: number;
  /** In the spec's order. */
  readonly branches: readonly BranchCost[];
}

/** What a network costs for one picture: everything its spec holds, auxiliary heads included. */
export interface Cost extends CostSum {
  /** One for each operation, in building order: trunk, top, heads. */
  readonly rows: readonly CostRow[];
  readonly modules: readonly ModuleCost[];
  /** Trunk, top and main classifier: what remains for inference. */
  readonly main: CostSum;
  /** The auxiliary heads by name, each with its classifier. */
  readonly heads: Readonly<Record<string, CostSum>>;
}

/**
 * Parameters, multiply-adds and activation memory of a network, by operation, branch, module and head, before any tensor exists.
 *
 * @param specOrModel A spec, or anything that carries one, such as an InceptionModel.
 * @throws InceptionError `INVALID_ARGUMENT` if the spec is not valid; `INPUT_TOO_SMALL` if a window does not fit.
 * @example
 * ```ts
 * const { parameters, multiplyAdds } = costOf(networkSpec('googlenet', { variant: 'paper' }));
 * parameters.trainable; // 6998552
 * multiplyAdds; // 1582671872
 * ```
 */
export function costOf(specOrModel: SpecOrModel): Cost {
  const spec = specOf(specOrModel);
  const shapes = traceShapes(spec);
  const costs = shapes.map((row) => operationCost(row, spec.convolution));
  const whole = sumCosts(costs);
  const share = ({ multiplyAdds }: CostSum): number => (whole.multiplyAdds === 0 ? 0 : multiplyAdds / whole.multiplyAdds);
  const fields = receptiveFields(spec, shapes);
  const rows = shapes.map((row, index): CostRow => {
    const { output } = fields.get(row.name) as ReceptiveFields;
    return { ...row, ...costs[index], receptiveField: fieldOf(output), share: share(costs[index]) };
  });
  const head = ({ name }: { name: string }): [string, CostSum] => [name, sumCosts(rows.filter(({ part }) => part === name))];
  return {
    ...whole,
    rows,
    modules: rows
      .filter(isModule)
      .map((merge) => moduleCost(merge, rows, { share, input: fieldOf((fields.get(merge.name) as ReceptiveFields).input) })),
    main: sumCosts(rows.filter(({ part }) => part === 'trunk' || part === 'top')),
    heads: Object.fromEntries(spec.auxiliaryHeads.map(head)),
  };
}

/**
 * The cost of a chain of steps over an input: one module, or a part of a network that is being designed.
 *
 * @param inputShape `[height, width, channels]` in pixels and channels.
 * @param convolution What surrounds each convolution. Default: batch normalisation and ReLU, no bias.
 * @throws InceptionError `INVALID_ARGUMENT` or `INPUT_TOO_SMALL` as {@link costOf} does.
 * @example
 * ```ts
 * const fiveByFive: Step = { op: 'convolution', name: '5x5', filters: 32, kernelSize: 5 };
 * costOfSteps([fiveByFive], [28, 28, 192]).multiplyAdds; // 120422400
 * ```
 */
export function costOfSteps(steps: readonly Step[], inputShape: Shape, convolution?: ConvolutionStyle): Cost {
  return costOf(specOfSteps('steps', steps, inputShape, convolution));
}

function fieldOf({ size, stride }: ReceptiveField): ReceptiveField {
  return { size, stride };
}

function isModule({ op, module, branch }: CostRow): boolean {
  return op === 'module' && module !== undefined && branch === undefined;
}

interface ModuleSurroundings {
  readonly share: (cost: CostSum) => number;
  /** What enters the module. */
  readonly input: ReceptiveField;
}

function moduleCost(merge: CostRow, rows: readonly CostRow[], { share, input }: ModuleSurroundings): ModuleCost {
  const { name, inputShape, outputShape, receptiveField } = merge;
  const own = rows.filter((row) => row.module === name && row.part === merge.part);
  const sums = sumCosts(own);
  const identity = { name: 'identity', outputShape: inputShape, receptiveField: input };
  const branches = (merge.step as ModuleStep).branches.map((branch, index): BranchCost => {
    const steps = own.filter((row) => row.branch === index);
    const total = sumCosts(steps);
    const end = steps.at(-1);
    const label = branch.map((step) => step.name).join(' → ');
    const reached = end && { name: label, outputShape: end.outputShape, receptiveField: end.receptiveField };
    return { ...total, ...(reached ?? identity), share: share(total) };
  });
  return { ...sums, name, inputShape, outputShape, receptiveField, share: share(sums), branches };
}
