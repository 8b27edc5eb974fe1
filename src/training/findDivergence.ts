import * as tf from '@tensorflow/tfjs';
import type { InceptionModel } from '../networks/inceptionModel.js';
import { observeBatchStatistics, runTrainingStep } from '../networks/trainingStepContext.js';
import type { Divergence, StepBatch, StepScalars } from './trainingStep.js';

/** Beyond this a number is of no use: its square is infinite in float32. */
const LARGEST_USABLE = 1e30;

/**
 * The first layer, from the input, whose weights are not finite or beyond ±1e30, else the first whose values on this batch are, in
 * training mode and with the step's own masks. It changes no weight, reads back, and holds every layer's values at once.
 *
 * @returns Undefined if there is none.
 */
export async function findDivergence(
  model: InceptionModel,
  { images }: StepBatch,
  { seed, step }: Pick<StepScalars, 'seed' | 'step'>,
): Promise<Divergence | undefined> {
  const byWeights = await divergedWeights(model);
  if (byWeights !== undefined) return byWeights;
  const outputs = inOrder(Object.values(model.logits));
  const [input, ...computed] = outputs;
  const graph = tf.model({ inputs: [input], outputs: computed });
  const usable = tf.tidy(() => {
    const pictures = model.preprocess(images);
    const pass = (): tf.Tensor[] => [graph.call([pictures], { training: true })].flat();
    const values = runTrainingStep({ seed, step }, () => observeBatchStatistics(() => undefined, pass));
    return [pictures, ...values].map(isUsable);
  });
  const layer = await firstUnusable(usable, (index) => outputs[index].sourceLayer.name);
  return layer === undefined ? undefined : { layer, what: 'values' };
}

/** The first layer, from the input, whose weights are not finite or beyond ±1e30. */
export async function divergedWeights(model: InceptionModel): Promise<Divergence | undefined> {
  const layers = [...new Set(inOrder(Object.values(model.logits)).map(({ sourceLayer }) => sourceLayer))];
  const owned = layers.flatMap((layer) => layer.weights.map((weight) => ({ layer: layer.name, weight })));
  const usable = owned.map(({ weight }) => isUsable(weight.read()));
  const layer = await firstUnusable(usable, (index) => owned[index].layer);
  return layer === undefined ? undefined : { layer, what: 'weights' };
}

/** Everything that tensors are computed from, and they: each after all that it needs. */
function inOrder(tensors: readonly tf.SymbolicTensor[]): tf.SymbolicTensor[] {
  const done = new Set<tf.SymbolicTensor>();
  const visit = (tensor: tf.SymbolicTensor): void => {
    if (done.has(tensor)) return;
    tensor.inputs.forEach(visit);
    done.add(tensor);
  };
  tensors.forEach(visit);
  return [...done];
}

/** One truth value; NaN compares as false. */
function isUsable(values: tf.Tensor): tf.Tensor {
  return tf.tidy(() => tf.all(tf.lessEqual(tf.abs(values), LARGEST_USABLE)));
}

async function firstUnusable(usable: tf.Tensor[], nameOf: (index: number) => string): Promise<string | undefined> {
  try {
    const flags = await Promise.all(usable.map((flag) => flag.data()));
    const index = flags.findIndex(([flag]) => !flag);
    return index < 0 ? undefined : nameOf(index);
  } finally {
    tf.dispose(usable);
  }
}
