import { invalidArgument } from '../errors.js';
import type { InceptionModel } from '../networks/inceptionModel.js';

/** What a head's loss counts: always the same, or in a straight line from the beginning of training to its end. */
export type HeadWeight = number | readonly [first: number, last: number];

/** One weight for all auxiliary heads, or by head's name. */
export type HeadWeights = HeadWeight | Readonly<Record<string, HeadWeight>>;

const isWeight = (value: unknown): boolean => typeof value === 'number' && value >= 0 && Number.isFinite(value);

function assertHeadWeight(where: string, weight: unknown): void {
  const fits = Array.isArray(weight) ? weight.length === 2 && weight.every(isWeight) : isWeight(weight);
  if (!fits) throw invalidArgument(where, 'a number, 0 or more, or two: [first, last]', weight);
}

const isByHead = (given: HeadWeights | undefined): given is Readonly<Record<string, HeadWeight>> =>
  typeof given === 'object' && given !== null && !Array.isArray(given);

/**
 * Every head's weight, main first: as given, else the spec's.
 *
 * @throws InceptionError `INVALID_ARGUMENT` for a head that the model has not, or a weight that is negative or not finite.
 */
export function headWeightsOf(model: InceptionModel, given: HeadWeights | undefined): Record<string, HeadWeight> {
  const heads = Object.keys(model.logits);
  const named = isByHead(given) ? given : {};
  for (const [head, weight] of Object.entries(named)) {
    if (!heads.includes(head)) throw invalidArgument('train.headWeights', `heads among ${heads.join(', ')}`, head);
    assertHeadWeight(`train.headWeights.${head}`, weight);
  }
  const forAll = isByHead(given) ? undefined : given;
  if (forAll !== undefined) assertHeadWeight('train.headWeights', forAll);
  const fromSpec = Object.fromEntries(model.spec.auxiliaryHeads.map(({ name, lossWeight }) => [name, lossWeight]));
  const fallback = (head: string): HeadWeight => (head === heads[0] ? 1 : (forAll ?? fromSpec[head] ?? 1));
  return Object.fromEntries(heads.map((head) => [head, named[head] ?? fallback(head)]));
}

/**
 * The heads' weights at a moment.
 *
 * @param done The share of training that is over, 0 to 1.
 */
export function headWeightsAt(weights: Readonly<Record<string, HeadWeight>>, done: number): number[] {
  return Object.values(weights).map((weight) => (typeof weight === 'number' ? weight : weight[0] + (weight[1] - weight[0]) * done));
}
