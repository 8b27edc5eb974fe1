import { isDeepStrictEqual } from 'node:util';
import type { TensorShape } from '../spec/shapeRow.js';
import { alignSequences, pairAlike } from './alignSequences.js';
import { costOf, type BranchCost } from './costOf.js';
import type { CostSum } from './costRow.js';
import { diffSpecs } from './diffSpecs.js';
import { fieldOfTrunk } from './fieldOfTrunk.js';
import type { ReceptiveField } from './receptiveField.js';
import { specOf, type SpecOrModel } from './specOf.js';
import { stageCosts, type StageCost } from './stageCosts.js';
import { stageDifferences } from './stageDifferences.js';

/** A quantity before a change and after. */
export interface QuantityChange {
  readonly before: number;
  readonly after: number;
  /** After less before. */
  readonly difference: number;
  /** After over before; null where there was none before. */
  readonly ratio: number | null;
}

/** What a change does to what a part costs; a part that is not there costs nothing. */
export interface CostSumChange {
  /** Trainable ones. */
  readonly parameters: QuantityChange;
  readonly multiplyAdds: QuantityChange;
  readonly activationBytes: QuantityChange;
}

/** Something before a change and after; null where it is not there. */
export interface BeforeAndAfter<T> {
  readonly before: T | null;
  readonly after: T | null;
}

/** What a change does to one part. */
export interface PartChange extends CostSumChange {
  readonly name: BeforeAndAfter<string>;
  readonly outputShape: BeforeAndAfter<TensorShape>;
  readonly receptiveField: BeforeAndAfter<ReceptiveField>;
}

/** What a change does to a module, or to a step outside of any. */
export interface StageChange extends PartChange {
  /** The branches that it touches. */
  readonly branches: readonly PartChange[];
}

/** What sets the costs of two networks apart. */
export interface CostChange {
  /** Auxiliary heads included. */
  readonly whole: CostSumChange;
  /** Trunk, top and main classifier: what remains for inference. */
  readonly main: CostSumChange;
  /** Of what leaves the trunk. */
  readonly receptiveField: BeforeAndAfter<ReceptiveField>;
  /**
   * Every stage that differs in its settings or in what it costs, in order. A larger receptive field that comes from further up is not
   * enough.
   */
  readonly stages: readonly StageChange[];
}

/**
 * What a change does to a network's cost: stage by stage, branch by branch, and in all.
 *
 * @param before A spec, or anything that carries one, such as an InceptionModel; so is `after`.
 * @throws InceptionError as {@link costOf} does.
 * @example
 * ```ts
 * const googlenet = networkSpec('googlenet', { variant: 'paper' });
 * const { stages } = costChange(googlenet, changeSpec(googlenet, { inception_3a_5x5_reduce: null }));
 * stages[0].branches[0].multiplyAdds; // { before: 12443648, after: 120422400, difference: 107978752, ratio: 9.677… }
 * ```
 */
export function costChange(before: SpecOrModel, after: SpecOrModel): CostChange {
  const specs = [specOf(before), specOf(after)];
  const [left, right] = specs.map((spec) => costOf(spec));
  const touched = new Set(stageDifferences(diffSpecs(specs[0], specs[1]), specs).map(({ stage }) => stage));
  const pairs = alignSequences(stageCosts(left), stageCosts(right), (a, b) => (a.name === b.name ? 1 : 0));
  return {
    whole: sumChange(left, right),
    main: sumChange(left.main, right.main),
    receptiveField: { before: fieldOfTrunk(left), after: fieldOfTrunk(right) },
    stages: pairs
      .filter(([a, b]) => differ(a, b) || [a, b].some((stage) => touched.has(stage?.name)))
      .map(([a, b]): StageChange => ({ ...partChange(a, b), branches: branchChanges(a, b) })),
  };
}

type Part = StageCost | BranchCost;

function branchChanges(before: StageCost | null, after: StageCost | null): PartChange[] {
  const pairs = pairAlike<BranchCost>(before?.branches ?? [], after?.branches ?? [], sharedSteps);
  return pairs
    .filter(([a, b]) => differ(a, b) || !isDeepStrictEqual(a?.receptiveField, b?.receptiveField))
    .map(([a, b]) => partChange(a, b));
}

/** The share of their steps that two branches have in common, by name. */
function sharedSteps(a: BranchCost, b: BranchCost): number {
  const [left, right] = [a, b].map(({ name }) => name.split(' → '));
  return left.filter((name) => right.includes(name)).length / Math.max(left.length, right.length);
}

function differ(before: Part | null, after: Part | null): boolean {
  const costs = [before, after].map(
    (part) => part && [part.name, part.parameters, part.multiplyAdds, part.activationBytes, part.outputShape],
  );
  return !isDeepStrictEqual(costs[0], costs[1]);
}

function partChange(before: Part | null, after: Part | null): PartChange {
  const pick = <T>(value: (part: Part) => T): BeforeAndAfter<T> => ({ before: before && value(before), after: after && value(after) });
  return {
    name: pick(({ name }) => name),
    ...sumChange(before, after),
    outputShape: pick(({ outputShape }) => outputShape),
    receptiveField: pick(({ receptiveField }) => receptiveField),
  };
}

function sumChange(before: CostSum | null, after: CostSum | null): CostSumChange {
  const change = (value: (sum: CostSum) => number): QuantityChange => {
    const [was, is] = [before, after].map((sum) => (sum === null ? 0 : value(sum)));
    return { before: was, after: is, difference: is - was, ratio: was === 0 ? null : is / was };
  };
  return {
    parameters: change(({ parameters }) => parameters.trainable),
    multiplyAdds: change(({ multiplyAdds }) => multiplyAdds),
    activationBytes: change(({ activationBytes }) => activationBytes),
  };
}
