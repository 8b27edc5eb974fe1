import { isDeepStrictEqual } from 'node:util';
import { namedStepsOf, type NamedStep } from '../spec/namedSteps.js';
import type { NetworkSpec } from '../spec/types.js';
import { specOf, type SpecOrModel } from './specOf.js';
import { stepSettings } from './stepSettings.js';
import { styleUse } from './styleUse.js';

/** One thing that sets two specs apart. */
export interface SpecDifference {
  /** What differs: `convolution.useBias`, `inception_3a_5x5.kernelSize`, or a step's name where only one spec has it. */
  readonly path: string;
  /** The first spec's value, or null where it has no such thing. */
  readonly a: unknown;
  /** The second spec's value, or null. */
  readonly b: unknown;
}

/**
 * What sets two networks apart: input, classes, style, preprocessing, heads, and their steps, matched by full name.
 *
 * A default that one spec writes out and the other leaves out is no difference, nor is `source`.
 *
 * @param a A spec, or anything that carries one, such as an InceptionModel; so is `b`.
 * @returns Nothing for networks that are alike, whatever order a record's keys are in.
 * @throws InceptionError as {@link specOf} does.
 * @example
 * ```ts
 * const [paper, torchvision] = ['paper', 'torchvision'].map((variant) => networkSpec('googlenet', { variant }));
 * diffSpecs(paper, torchvision).find(({ path }) => path === 'inception_3a_5x5.kernelSize'); // { path, a: 5, b: 3 }
 * ```
 */
export function diffSpecs(a: SpecOrModel, b: SpecOrModel): SpecDifference[] {
  const [left, right] = [specOf(a), specOf(b)];
  return [...diffValues('', overview(left), overview(right)), ...diffSteps(settledSteps(left), settledSteps(right))];
}

/** Everything but the steps, without what has no effect. */
function overview(spec: NetworkSpec): Record<string, unknown> {
  const { name, variant, inputShape, classes, classifierActivation, convolution, preprocessing, auxiliaryHeads } = spec;
  const { order, useBias, initialBias, initializer, batchNormalization } = convolution;
  const use = styleUse(spec);
  const style = {
    order,
    useBias,
    ...(use.initialBias.users.length > 0 && { initialBias }),
    initializer,
    ...(use.batchNormalization.users.length > 0 && { batchNormalization: { ...batchNormalization } }),
  };
  const heads = Object.fromEntries(auxiliaryHeads.map((head) => [head.name, { after: head.after, lossWeight: head.lossWeight }]));
  return { name, variant, inputShape, classes, classifierActivation, convolution: style, preprocessing, auxiliaryHeads: heads };
}

/** A step with what it says, {@link stepSettings}, and the branch it stands in. */
interface SettledStep extends NamedStep {
  readonly settings: Readonly<Record<string, unknown>>;
}

function settledSteps(spec: NetworkSpec): SettledStep[] {
  return namedStepsOf(spec).map((named) => {
    const { step, branch } = named;
    return { ...named, settings: { ...stepSettings(step, spec.convolution), ...(branch !== undefined && { branch }) } };
  });
}

function diffSteps(a: readonly SettledStep[], b: readonly SettledStep[]): SpecDifference[] {
  const [inA, inB] = [a, b].map((steps) => new Map(steps.map(({ name, settings }) => [name, settings])));
  const gone = withoutInner(a.filter(({ name }) => !inB.has(name))).map(({ name, settings }) => ({ path: name, a: settings, b: null }));
  const added = withoutInner(b.filter(({ name }) => !inA.has(name))).map(({ name, settings }) => ({ path: name, a: null, b: settings }));
  const common = a.filter(({ name }) => inB.has(name));
  const changed = common.flatMap(({ name, settings }) => diffValues(name, settings, inB.get(name)));
  const [orderA, orderB] = [common, b.filter(({ name }) => inA.has(name))].map((steps) => steps.map(({ name }) => name));
  const moved = isDeepStrictEqual(orderA, orderB) ? [] : [{ path: 'order of steps', a: orderA, b: orderB }];
  return [...gone, ...added, ...changed, ...moved];
}

/** The steps that stand in none of the others: a module says enough for its branches, which come right after it. */
function withoutInner(steps: readonly SettledStep[]): SettledStep[] {
  const outermost: SettledStep[] = [];
  for (const step of steps) {
    const before = outermost.at(-1);
    if (before === undefined || !step.path.startsWith(`${before.path}.`)) outermost.push(step);
  }
  return outermost;
}

/** Records are compared key by key, anything else as one value. */
function diffValues(path: string, a: unknown, b: unknown): SpecDifference[] {
  if (isDeepStrictEqual(a, b)) return [];
  if (!isRecord(a) || !isRecord(b)) return [{ path, a: a ?? null, b: b ?? null }];
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].flatMap((key) => diffValues(path === '' ? key : `${path}.${key}`, a[key], b[key]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
