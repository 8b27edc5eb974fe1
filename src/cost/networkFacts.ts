import { namedStepsOf } from '../spec/namedSteps.js';
import { spellShape } from '../spec/shapeRow.js';
import { minimumInputSize } from '../spec/inputSizes.js';
import type { NetworkSpec, Padding, Preprocessing } from '../spec/types.js';
import { bothSides } from '../spec/windows.js';
import type { CostedSpec } from './costedSpec.js';
import { fieldOfTrunk } from './fieldOfTrunk.js';
import { styleUse, type Use } from './styleUse.js';
import { grouped } from './textTable.js';

/** What can be said of a whole network, a line each, by what it is: always the same lines in the same order. */
export interface NetworkFacts {
  /** What it costs and takes in. */
  readonly measures: Readonly<Record<string, string>>;
  /** How its layers are made and fed. */
  readonly manner: Readonly<Record<string, string>>;
}

/** The facts of a network that stand above a comparison with another. */
export function networkFacts({ spec, cost }: CostedSpec): NetworkFacts {
  const { parameters, multiplyAdds, activationBytes } = cost;
  const least = minimumInputSize(spec);
  const measures = {
    'trainable parameters': grouped(parameters.trainable),
    'moving statistics': grouped(parameters.nonTrainable),
    'multiply-adds': grouped(multiplyAdds),
    'activation bytes': grouped(activationBytes),
    input: spellShape(spec.inputShape),
    'smallest input': `${least}×${least}`,
    'receptive field of the last map': spellShape(fieldOfTrunk(cost).size),
    classes: spec.classes === 0 ? 'none' : grouped(spec.classes),
    'auxiliary heads': spec.auxiliaryHeads.map(({ name }) => name).join(', ') || 'none',
  };
  const { classifierActivation, preprocessing } = spec;
  const manner = {
    ...styleFacts(spec),
    padding: paddingFact(spec),
    classifier: classifierActivation,
    preprocessing: preprocessingFact(preprocessing),
  };
  return { measures, manner };
}

function styleFacts(spec: NetworkSpec): Record<string, string> {
  const { order, initialBias, initializer, batchNormalization } = spec.convolution;
  const { momentum, epsilon, scale, center } = batchNormalization;
  const learned = [...(scale ? ['gamma'] : []), ...(center ? ['beta'] : [])].join(' and ') || 'neither gamma nor beta';
  const use = styleUse(spec);
  return {
    'order of a unit': order,
    bias: useFact(use.initialBias, `yes, from ${initialBias}`) ?? 'no',
    'batch normalisation': useFact(use.batchNormalization, `${learned}, epsilon ${epsilon}, momentum ${momentum}`) ?? 'none',
    initializer,
  };
}

/** What a part of the style says, and where, if that is not in every step that it could be for; nothing where it is for none. */
function useFact({ users, others }: Use, what: string): string | undefined {
  if (users.length === 0) return undefined;
  if (others.length === 0) return what;
  if (users.length === 1) return `${what}, in ${users[0]} only`;
  return `${what}, ${others.length === 1 ? `not in ${others[0]}` : `in ${users.length} steps`}`;
}

/** The paddings of all windows larger than one value, with how many have each. */
function paddingFact(spec: NetworkSpec): string {
  const paddings = namedStepsOf(spec).flatMap(({ step }) => {
    if (!('kernelSize' in step) && !('poolSize' in step)) return [];
    const window = bothSides('kernelSize' in step ? step.kernelSize : step.poolSize);
    return Math.max(...window) > 1 ? [spellPadding(step.padding)] : [];
  });
  const kinds = [...new Set(paddings)].sort();
  return kinds.map((kind) => `${kind} ${paddings.filter((padding) => padding === kind).length}`).join(', ') || 'no windows';
}

/** A padding in words: `same`, `2 zeros`. */
export function spellPadding(padding: Padding = 'same'): string {
  return typeof padding === 'string' ? padding : `${padding.zeros} ${padding.zeros === 1 ? 'zero' : 'zeros'}`;
}

function preprocessingFact({ channelOrder, scale, offset }: Preprocessing): string {
  const factor = scale < 1 ? `/ ${Number((1 / scale).toPrecision(6))}` : `× ${scale}`;
  const offsets = [...new Set(offset)].length === 1 ? `${offset[0]}` : offset.join(', ');
  return `${channelOrder.toUpperCase()} ${factor}, plus ${offsets}`;
}
