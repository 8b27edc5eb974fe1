import type * as tf from '@tensorflow/tfjs';
import type { z } from 'zod';
import { invalidArgument } from '../errors.js';
import { checkAgainst } from '../checkAgainst.js';
import { withDropout } from '../spec/customizeSpec.js';
import * as field from '../spec/fields.js';
import type { NetworkSpec, Step } from '../spec/types.js';
import { InceptionModel } from './inceptionModel.js';
import { buildNetwork } from './inceptionNet.js';

/** Options of {@link replaceHead}. */
export interface ReplaceHeadOptions {
  /** How many classes the new classifiers tell apart. */
  readonly classes: number;
  /** Their names by index. @default none: `train` names them */
  readonly labels?: readonly string[];
  /** An integer that makes the new classifiers' weights a function of (seed, layer name). Without it they differ from call to call. */
  readonly seed?: number;
  /** The share of features dropped before the main classifier, 0 ≤ dropout < 1. @default the network's; none where it had no classifier */
  readonly dropout?: number;
  /** Whether auxiliary heads stay; each then gets a new classifier too. @default true where the network has some */
  readonly auxiliaryHeads?: boolean;
  /** `'linear'` returns logits. @default the network's */
  readonly classifierActivation?: 'softmax' | 'linear';
}

const schema: z.ZodType<ReplaceHeadOptions> = field.object({
  classes: field.positiveInteger,
  labels: field.listOf(field.text, 'an array of texts').optional(),
  seed: field.integer.optional(),
  dropout: field.dropoutRate.optional(),
  auxiliaryHeads: field.trueOrFalse.optional(),
  classifierActivation: field.oneOf(['softmax', 'linear']).optional(),
});

/**
 * A network like the given one for other classes: the same trunk with the same weights, under classifiers made anew.
 *
 * All but the classifiers' last layers (`main_logits`, `auxiliary_4a_logits`, …) is taken over, moving statistics and frozen layers
 * included; a network without a top gets one, over the average of each channel of its last map. The two networks share nothing: training
 * or disposing of one leaves the other as it is, and the caller disposes of both.
 *
 * @returns A new network under the same name. With auxiliary heads its outputs are in the order of the heads, main first.
 * @throws InceptionError `INVALID_ARGUMENT` naming every option that is unknown or not usable; if there are not as many labels as classes; if
 *   auxiliary heads are asked for and the network has none.
 * @see Yosinski et al. 2014, arXiv:1411.1792: how well the layers of one task serve another.
 * @example
 * ```ts
 * const pets = replaceHead(model, { classes: 2, labels: ['cat', 'dog'], seed: 1 });
 * model.dispose();
 * ```
 */
export function replaceHead<Endpoint extends string, Head extends string>(
  model: InceptionModel<Endpoint, Head>,
  options: ReplaceHeadOptions,
): InceptionModel<Endpoint, Head> {
  if (!(model instanceof InceptionModel)) {
    throw invalidArgument('replaceHead.model', 'an InceptionModel', model, 'Only a network that knows its spec can be built anew.');
  }
  const checked = checkAgainst(schema, options, 'replaceHead');
  const { classes, labels = [], seed } = checked;
  if (labels.length > 0 && labels.length !== classes) {
    throw invalidArgument('replaceHead.labels', `${classes} labels, one a class`, labels);
  }
  const spec = specFor(model, checked);
  const values = new Map(model.weights.map((weight) => [weight.originalName, weight.read()]));
  const anew = new Set(['main', ...spec.auxiliaryHeads.map(({ name }) => name)].map((head) => `${head}_logits`));
  const isKept = (layerName: string): boolean => !anew.has(layerName);
  const replaced: InceptionModel<Endpoint, Head> = buildNetwork(spec, { name: model.name, seed, isOverwritten: isKept });
  replaced.labels = [...labels];
  const kept = replaced.layers.filter(({ name }) => isKept(name));
  for (const layer of kept) takeOver(layer, values, isFrozen(model, layer.name));
  return replaced;
}

function specFor(model: InceptionModel, options: ReplaceHeadOptions): NetworkSpec {
  const { spec } = model;
  const hasHeads = spec.auxiliaryHeads.length > 0;
  const { classes, dropout, auxiliaryHeads = hasHeads, classifierActivation = spec.classifierActivation } = options;
  if (auxiliaryHeads && !hasHeads) {
    const advice = 'Build a network that has them (auxiliaryHeads: true).';
    throw invalidArgument('replaceHead.auxiliaryHeads', `false, since ${spec.name} has no auxiliary heads`, true, advice);
  }
  return {
    ...spec,
    classes,
    top: withDropout(dropout === undefined ? vectorTop(model) : withPlaceForDropout(vectorTop(model)), dropout),
    auxiliaryHeads: auxiliaryHeads ? spec.auxiliaryHeads : [],
    classifierActivation,
  };
}

/** Without a top a network may end in a map, which no classifier reads. */
function vectorTop({ spec, outputs }: InceptionModel): readonly Step[] {
  const endsInMap = spec.classes === 0 && outputs[0].shape.length > 2;
  return endsInMap ? [...spec.top, { op: 'globalAveragePool', name: 'global_pool' }] : spec.top;
}

function withPlaceForDropout(top: readonly Step[]): readonly Step[] {
  return top.some(({ op }) => op === 'dropout') ? top : [...top, { op: 'dropout', name: 'dropout', rate: 0 }];
}

function isFrozen(model: InceptionModel, layerName: string): boolean {
  return !model.trainable || model.layers.some(({ name, trainable }) => name === layerName && !trainable);
}

function takeOver(layer: tf.layers.Layer, values: ReadonlyMap<string, tf.Tensor>, frozen: boolean): void {
  for (const weight of layer.weights) {
    const value = values.get(weight.originalName);
    if (value) weight.write(value);
  }
  if (frozen) layer.trainable = false;
}
