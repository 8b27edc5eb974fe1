import * as tf from '@tensorflow/tfjs';
import type { z } from 'zod';
import { applyClassifier } from '../blocks/applyClassifier.js';
import { applyStep, applySteps } from '../blocks/applyStep.js';
import type { BuildContext } from '../blocks/buildContext.js';
import { checkAgainst } from '../checkAgainst.js';
import * as field from '../spec/fields.js';
import type { NetworkSpec } from '../spec/types.js';
import { validateSpec } from '../spec/validateSpec.js';
import { InceptionModel } from './inceptionModel.js';

/** Options of {@link inceptionNet} beside the spec. */
export interface BuildOptions {
  /** The model's name. @default the spec's name */
  readonly name?: string;
  /** An integer that makes the initial weights a function of (seed, layer name). Without it they differ from build to build. */
  readonly seed?: number;
}

const schema: z.ZodType<BuildOptions> = field.object({ name: field.text.optional(), seed: field.integer.optional() });

/** A tensor and the name by which the model's records know it. */
type Named = readonly [name: string, tensor: tf.SymbolicTensor];

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
  return buildNetwork(spec, checkAgainst(schema, options, 'inceptionNet'));
}

/** As {@link inceptionNet}, for who gives layers other weights at once: the kernels of those that `isOverwritten` names are not drawn. */
export function buildNetwork(
  spec: NetworkSpec,
  { seed, name, isOverwritten }: BuildOptions & Pick<BuildContext, 'isOverwritten'>,
): InceptionModel {
  const checked = validateSpec(spec);
  const context: BuildContext = { style: checked.convolution, seed, isOverwritten };
  const input = tf.input({ shape: [...checked.inputShape], name: 'input' });
  const { stages, output } = buildTrunk(input, checked, context);
  const endpoints = Object.fromEntries(stages);
  const features = applySteps(output, checked.top, undefined, context);
  const { heads, logits } = buildHeads(features, endpoints, checked, context);
  return new InceptionModel(checked, {
    input,
    endpoints,
    heads: Object.fromEntries(heads),
    logits: Object.fromEntries(logits),
    outputs: checked.classes === 0 ? [features] : heads.map(([, head]) => head),
    name: name ?? checked.name,
  });
}

/** Every trunk step's output in order, and the last of them. */
function buildTrunk(
  input: tf.SymbolicTensor,
  { trunk }: NetworkSpec,
  context: BuildContext,
): { stages: readonly Named[]; output: tf.SymbolicTensor } {
  let output = input;
  const stages = trunk.map((step): Named => {
    output = applyStep(output, step, undefined, context);
    return [step.name, output];
  });
  return { stages, output };
}

/** Every classifier, main first; none where there are no classes. */
function buildHeads(
  features: tf.SymbolicTensor,
  endpoints: Readonly<Record<string, tf.SymbolicTensor>>,
  { classes, classifierActivation: activation, auxiliaryHeads }: NetworkSpec,
  context: BuildContext,
): { heads: readonly Named[]; logits: readonly Named[] } {
  if (classes === 0) return { heads: [], logits: [] };
  const auxiliary = auxiliaryHeads.map(({ name, after, steps }): Named => [name, applySteps(endpoints[after], steps, name, context)]);
  const classifiers = [['main', features] as const, ...auxiliary].map(
    ([name, x]) => [name, applyClassifier(x, { name, classes, activation }, context)] as const,
  );
  return {
    heads: classifiers.map(([name, { probabilities }]) => [name, probabilities]),
    logits: classifiers.map(([name, classifier]) => [name, classifier.logits]),
  };
}
