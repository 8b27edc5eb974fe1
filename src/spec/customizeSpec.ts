import { invalidArgument } from '../errors.js';
import type { NetworkOptions } from './options.js';
import { traceShapes } from './traceShapes.js';
import type { AuxiliaryHeadSpec, NetworkSpec, Preprocessing, Step } from './types.js';
import { withStem } from './withStem.js';
import { widenSteps } from './widenSteps.js';

/**
 * A published network as the options want it: other input, classes, width, end, top or heads.
 *
 * @param published With its top and all its heads, at full width.
 * @param where The builder's name, for messages.
 * @throws InceptionError `INVALID_ARGUMENT` if `finalModule` is none of the network's or leaves no place for a head that was asked for;
 *   `INPUT_TOO_SMALL` if the input is below the network's minimum.
 */
export function customizeSpec(published: NetworkSpec, options: NetworkOptions, where: string): NetworkSpec {
  const { inputShape = published.inputShape, widthMultiplier = 1, includeTop = true, auxiliaryHeads = false } = options;
  const { batchNormalization } = published.convolution;
  const trunk = endAt(withStem(published.trunk, options.stem), options.finalModule, where);
  const heads = auxiliaryHeads ? headsOn(trunk, published.auxiliaryHeads, options, where) : [];
  const spec: NetworkSpec = {
    ...published,
    name: options.name ?? published.name,
    inputShape,
    classes: includeTop ? (options.classes ?? published.classes) : 0,
    convolution: {
      ...published.convolution,
      batchNormalization: { ...batchNormalization, momentum: options.momentum ?? batchNormalization.momentum },
    },
    trunk: widenSteps(trunk, widthMultiplier),
    top: includeTop ? widenSteps(withDropout(published.top, options.dropout), widthMultiplier) : pooled(options.pooling),
    auxiliaryHeads: heads.map((head) => ({ ...head, steps: widenSteps(head.steps, widthMultiplier) })),
    classifierActivation: options.classifierActivation ?? published.classifierActivation,
    preprocessing: forChannels(published.preprocessing, inputShape[2]),
  };
  traceShapes(spec);
  // The tables share steps and kernel sizes between stages and calls; a spec is the caller's own, to change at will.
  return JSON.parse(JSON.stringify(spec)) as NetworkSpec;
}

function endAt(trunk: readonly Step[], finalModule: string | undefined, where: string): readonly Step[] {
  if (finalModule === undefined) return trunk;
  const names = trunk.filter(({ op }) => op === 'module').map(({ name }) => name);
  if (!names.includes(finalModule)) throw invalidArgument(`${where}.finalModule`, `one of ${names.join(', ')}`, finalModule);
  return trunk.slice(0, trunk.findIndex(({ name }) => name === finalModule) + 1);
}

function headsOn(
  trunk: readonly Step[],
  heads: readonly AuxiliaryHeadSpec[],
  { finalModule }: NetworkOptions,
  where: string,
): readonly AuxiliaryHeadSpec[] {
  if (heads.length === 0) {
    const advice = 'Neither its paper nor its code has any; validateSpec and inceptionNet take a spec to which you added some.';
    throw invalidArgument(`${where}.auxiliaryHeads`, 'false, since this network has no auxiliary heads', true, advice);
  }
  const kept = heads.filter(({ after }) => trunk.some(({ name }) => name === after));
  if (kept.length > 0) return kept;
  const places = heads.map(({ after }) => after).join(' and ');
  throw invalidArgument(`${where}.auxiliaryHeads`, `false, since heads hang on ${places} and finalModule is '${finalModule}'`, true);
}

/** The top with another rate, if one is given, and without a dropout that would drop nothing. */
export function withDropout(top: readonly Step[], rate: number | undefined): readonly Step[] {
  return top
    .map((step) => (step.op === 'dropout' ? { ...step, rate: rate ?? step.rate } : step))
    .filter((step) => step.op !== 'dropout' || step.rate > 0);
}

function pooled(pooling: NetworkOptions['pooling']): readonly Step[] {
  if (pooling === undefined) return [];
  return [{ op: pooling === 'avg' ? 'globalAveragePool' : 'globalMaxPool', name: 'global_pool' }];
}

/** Offsets for another number of channels than the published three: their mean in each, for grey pictures and the like. */
function forChannels(preprocessing: Preprocessing, channels: number): Preprocessing {
  const { offset } = preprocessing;
  if (offset.length === channels) return preprocessing;
  const mean = offset.reduce((sum, value) => sum + value, 0) / offset.length;
  return { ...preprocessing, channelOrder: 'rgb', offset: Array.from({ length: channels }, () => mean) };
}
