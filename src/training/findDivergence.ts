import * as tf from '@tensorflow/tfjs';
import type { InceptionModel } from '../networks/inceptionModel.js';
import { observeBatchStatistics, runTrainingStep } from '../networks/trainingStepContext.js';
import type { Divergence, StepBatch, StepScalars } from './trainingStep.js';

/** What layers give in a training that goes well stays far below. */
const LARGE = 1e3;

/** Beyond this a number is of no use: its square is infinite in float32. */
const LARGEST_USABLE = 1e30;

/**
 * The first layer, from the input, whose weights are not finite or beyond ±1e30, else the first whose values on this batch are, in
 * training mode and with the step's own masks; else the first with large values. It changes no weight, reads back, and
 * holds every layer's values at once.
 */
export async function findDivergence(
  model: InceptionModel,
  { images }: StepBatch,
  { seed, step }: Pick<StepScalars, 'seed' | 'step'>,
): Promise<Divergence> {
  const byWeights = await divergedWeights(model);
  if (byWeights !== undefined) return byWeights;
  const outputs = inOrder(Object.values(model.logits));
  const [input, ...computed] = outputs;
  const graph = tf.model({ inputs: [input], outputs: computed });
  const [usable, largest] = tf.tidy(() => {
    const pictures = model.preprocess(images);
    const pass = (): tf.Tensor[] => [graph.call([pictures], { training: true })].flat();
    const values = runTrainingStep({ seed, step }, () => observeBatchStatistics(() => undefined, pass));
    const all = [pictures, ...values];
    return [all.map(isUsable), all.map((one) => tf.max(tf.abs(one)))];
  });
  const nameOf = (index: number): string => outputs[index].sourceLayer.name;
  try {
    const layer = await firstUnusable(usable, nameOf);
    return layer === undefined ? await firstLarge(largest, nameOf) : { layer, what: 'values' };
  } finally {
    tf.dispose(largest);
  }
}

/** Where values begin to grow: the first layer with one beyond ±1,000, or the one with the largest. */
async function firstLarge(largest: readonly tf.Tensor[], nameOf: (index: number) => string): Promise<Divergence> {
  const values = (await Promise.all(largest.map((one) => one.data()))).map(([value]) => value);
  const first = values.findIndex((value) => value > LARGE);
  const index = first < 0 ? values.indexOf(Math.max(...values)) : first;
  return { layer: nameOf(index), what: 'values', largest: values[index] };
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
