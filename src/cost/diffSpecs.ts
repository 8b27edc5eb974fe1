import { isDeepStrictEqual } from 'node:util';
import { specOf, type SpecOrModel } from './specOf.js';
import { namedStepsOf, type NamedStep } from '../spec/namedSteps.js';
import { bothSides } from '../spec/windows.js';
import type { ConvolutionStep, NetworkSpec, PoolStep, Size, Step } from '../spec/types.js';

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
  return [...diffValues('', overview(left), overview(right)), ...diffSteps(namedStepsOf(left), namedStepsOf(right))];
}

/** Everything but the steps, without what has no effect. */
function overview(spec: NetworkSpec): Record<string, unknown> {
  const { name, variant, inputShape, classes, classifierActivation, convolution, preprocessing, auxiliaryHeads } = spec;
  const { order, useBias, initialBias, initializer, batchNormalization } = convolution;
  const style = {
    order,
    useBias,
    ...(useBias && { initialBias }),
    initializer,
    ...(order !== 'conv-relu' && { batchNormalization: { ...batchNormalization } }),
  };
  const heads = Object.fromEntries(auxiliaryHeads.map((head) => [head.name, { after: head.after, lossWeight: head.lossWeight }]));
  return { name, variant, inputShape, classes, classifierActivation, convolution: style, preprocessing, auxiliaryHeads: heads };
}

function diffSteps(a: readonly NamedStep[], b: readonly NamedStep[]): SpecDifference[] {
  const inA = byName(a);
  const inB = byName(b);
  const gone = withoutInner(a.filter(({ name }) => !inB.has(name))).map((named) => ({ path: named.name, a: describe(named), b: null }));
  const added = withoutInner(b.filter(({ name }) => !inA.has(name))).map((named) => ({ path: named.name, a: null, b: describe(named) }));
  const common = a.filter(({ name }) => inB.has(name));
  const changed = common.flatMap((named) => diffValues(named.name, describe(named), describe(inB.get(named.name) as NamedStep)));
  const [orderA, orderB] = [common, b.filter(({ name }) => inA.has(name))].map((steps) => steps.map(({ name }) => name));
  const moved = isDeepStrictEqual(orderA, orderB) ? [] : [{ path: 'order of steps', a: orderA, b: orderB }];
  return [...gone, ...added, ...changed, ...moved];
}

function byName(steps: readonly NamedStep[]): Map<string, NamedStep> {
  return new Map(steps.map((named) => [named.name, named]));
}

/** The steps that stand in none of the others: a module says enough for its branches. */
function withoutInner(steps: readonly NamedStep[]): NamedStep[] {
  return steps.filter(({ path }) => !steps.some((outer) => path.startsWith(`${outer.path}.`)));
}

/** A step's settings with its defaults written out, and the branch it stands in. */
function describe({ path, step }: NamedStep): Record<string, unknown> {
  const branch = /branches\[(\d+)\]\[\d+\]$/.exec(path)?.[1];
  return { ...settings(step), ...(branch !== undefined && { branch: Number(branch) }) };
}

function settings(step: Step): Record<string, unknown> {
  switch (step.op) {
    case 'convolution':
      return { ...step, kernelSize: short(step.kernelSize), ...sliding(step), activation: step.activation ?? 'relu' };
    case 'maxPool':
    case 'averagePool':
      return { ...step, poolSize: short(step.poolSize), ...sliding(step) };
    case 'adaptiveAveragePool':
      return { ...step, outputSize: short(step.outputSize) };
    case 'dense':
      return { ...step, activation: step.activation ?? 'linear' };
    case 'module':
      return {
        ...step,
        merge: step.merge ?? 'concat',
        branches: step.branches.map((branch) => branch.map(({ name }) => name).join(' → ')),
      };
    case 'globalAveragePool':
    case 'globalMaxPool':
    case 'localResponseNormalization':
    case 'dropout':
    case 'flatten':
      return { ...step };
  }
}

function sliding({ strides, padding }: ConvolutionStep | PoolStep): Record<string, unknown> {
  return { strides: short(strides ?? 1), padding: padding ?? 'same' };
}

/** A square's two sides as one number. */
function short(size: Size): Size {
  const [height, width] = bothSides(size);
  return height === width ? height : size;
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
