import * as tf from '@tensorflow/tfjs';
import { applyStep, applySteps } from '../blocks/applyStep.js';
import { applyClassifier } from '../blocks/auxiliaryHead.js';
import type { BuildContext } from '../blocks/buildContext.js';
import { invalidArgument } from '../errors.js';
import { traceShapes } from '../spec/traceShapes.js';
import type { NetworkSpec, Step } from '../spec/types.js';
import { validateSpec } from '../spec/validateSpec.js';
import { InceptionModel } from './inceptionModel.js';

/** Options of {@link inceptionNet} beside the spec. */
export interface BuildOptions {
  /** The model's name. @default the spec's name */
  readonly name?: string;
  /** Makes the initial weights a function of (seed, layer name). Without it they differ from build to build. */
  readonly seed?: number;
}

/**
 * Builds any network from its spec: one of the library's, one changed, or your own.
 *
 * Input `[batch, height, width, channels]` as in `spec.inputShape`, preprocessed. Each classifier ends in the layer of its head's name
 * (`main`, `auxiliary_4a`, …) over one of the same name with `_logits`.
 *
 * @returns One output, or with auxiliary heads an array, main first. With `classes: 0` the features under the classifier.
 * @throws InceptionError `INVALID_ARGUMENT` if the spec is not valid; the message gives the path of every fault.
 * @throws InceptionError `INPUT_TOO_SMALL` if a window does not fit; the message gives the minimum.
 * @example
 * ```ts
 * const spec = networkSpec('googlenet', { classes: 10, widthMultiplier: 0.5 });
 * const model = inceptionNet({ ...spec, name: 'mine' }, { seed: 1 });
 * ```
 */
export function inceptionNet(spec: NetworkSpec, options: BuildOptions = {}): InceptionModel {
  const { seed, name } = options;
  if (seed !== undefined && !Number.isInteger(seed)) throw invalidArgument('inceptionNet.seed', 'an integer', seed);
  const checked = validateSpec(spec);
  traceShapes(checked);
  const context: BuildContext = { style: checked.convolution, seed };
  const input = tf.input({ shape: [...checked.inputShape], name: 'input' });
  const endpoints = buildTrunk(input, checked.trunk, context);
  const last = Object.values(endpoints).at(-1) ?? input;
  const features = applySteps(last, checked.top, undefined, context);
  if (checked.classes === 0) {
    const parts = { input, endpoints, heads: {}, logits: {}, outputs: [features], name: name ?? checked.name };
    return new InceptionModel(checked, parts);
  }
  const heads: Record<string, tf.SymbolicTensor> = {};
  const logits: Record<string, tf.SymbolicTensor> = {};
  const classify = (x: tf.SymbolicTensor, head: string): void => {
    const { classes, classifierActivation: activation } = checked;
    const classifier = applyClassifier(x, { name: head, classes, activation }, context);
    logits[head] = classifier.logits;
    heads[head] = classifier.probabilities;
  };
  classify(features, 'main');
  for (const { name: head, after, steps } of checked.auxiliaryHeads) {
    classify(applySteps(endpoints[after], steps, head, context), head);
  }
  return new InceptionModel(checked, { input, endpoints, heads, logits, outputs: Object.values(heads), name: name ?? checked.name });
}

/** Every trunk step's output by name, in order. */
function buildTrunk(input: tf.SymbolicTensor, trunk: readonly Step[], context: BuildContext): Record<string, tf.SymbolicTensor> {
  const endpoints: Record<string, tf.SymbolicTensor> = {};
  let x = input;
  for (const step of trunk) {
    x = applyStep(x, step, undefined, context);
    endpoints[step.name] = x;
  }
  return endpoints;
}
