import * as tf from '@tensorflow/tfjs';
import type { InceptionModel } from '../../src/networks/inceptionModel.js';
import { eagerStep, type StepSettings } from '../../src/training/eagerStep.js';
import { graphStep } from '../../src/training/graphStep.js';
import type { StepBatch, StepScalars, TrainingStep } from '../../src/training/trainingStep.js';
import { countRuns } from '../compile/nativeBinding.js';

/** What a training is made of. */
export interface ShortTraining {
  readonly model: () => InceptionModel;
  readonly settings: StepSettings;
  /** Default 10. */
  readonly steps?: number;
  /** Small by default: where weights move much, a ReLU turns on by the last digit of a step before, and gradients jump. */
  readonly learningRate?: number;
  /** The size of every batch, or of each. Default 4. */
  readonly batch?: number | readonly number[];
  /** Whether pictures are mixed. */
  readonly mixed?: boolean;
  /** By default none. */
  readonly lossLimit?: number;
}

/** What a training came to. */
export interface ShortTrainingOutcome {
  /** Of each step: the loss, those of the heads, the right answers and the length of the gradients. */
  readonly found: readonly (readonly number[])[];
  readonly weights: Record<string, Float32Array>;
  /** What the weights were at the beginning. */
  readonly initial: Record<string, Float32Array>;
  readonly state: Record<string, Float32Array>;
  /** How many of the steps were one graph. */
  readonly graphs: number;
  readonly refusals: readonly string[];
}

export interface StepInputs extends StepBatch, StepScalars {}

/** One step's pictures, which are noise, and its scalars. The caller disposes of them. */
export function inputsOfStep(
  model: InceptionModel,
  step: TrainingStep,
  number: number,
  training: Omit<ShortTraining, 'model'>,
): StepInputs {
  const { batch = 4, learningRate = 1e-5, lossLimit, mixed } = training;
  const size = typeof batch === 'number' ? batch : batch[number];
  const { classes, inputShape } = model.spec;
  const labels = (stride: number): tf.Tensor1D =>
    tf.tensor1d(
      Array.from({ length: size }, (_, index) => (number + index * stride) % classes),
      'int32',
    );
  return {
    images: tf.randomUniform([size, ...inputShape], 0, 255, 'float32', number + 1),
    labels: labels(1),
    ...(mixed && { mixed: { labels: labels(2), shares: tf.linspace(0.2, 0.9, size) } }),
    learningRate: tf.scalar(learningRate / (1 + number)),
    step: tf.scalar(number, 'int32'),
    seed: tf.scalar(7, 'int32'),
    headWeights: tf.tensor1d(step.heads.map((_, head) => (head === 0 ? 1 : 0.3))),
    ...(lossLimit !== undefined && { lossLimit: tf.scalar(lossLimit) }),
  };
}

const read = (tensors: Readonly<Record<string, tf.Tensor>>): Record<string, Float32Array> =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, Float32Array.from(tensor.dataSync())]));

export const weightsOf = (model: InceptionModel): Record<string, Float32Array> =>
  read(Object.fromEntries(model.weights.map((weight) => [weight.originalName, weight.read()])));

export function stateOf(step: TrainingStep): Record<string, Float32Array> {
  const state = step.getState();
  const values = read(state);
  tf.dispose(state);
  return values;
}

/** Runs a step, and disposes of what it was given. */
export function runOnce(step: TrainingStep, inputs: StepInputs): number[] {
  const { loss, headLosses, correct, gradientNorm } = step.run(inputs, inputs);
  const found = [loss, ...Object.values(headLosses), correct, gradientNorm];
  const values = found.map((tensor) => tensor.dataSync()[0]);
  tf.dispose([found, { ...inputs }]);
  return values;
}

/** A training by one of the engines. */
export function trainBy(engine: 'eager' | 'graph', training: ShortTraining): ShortTrainingOutcome {
  const model = training.model();
  const refusals: string[] = [];
  const step =
    engine === 'eager'
      ? eagerStep(model, training.settings)
      : graphStep(model, training.settings, { onRefused: ({ message }) => void refusals.push(message) });
  const initial = weightsOf(model);
  const { result: found, graphs } = countRuns(() =>
    Array.from({ length: training.steps ?? 10 }, (_, number) => runOnce(step, inputsOfStep(model, step, number, training))),
  );
  const outcome = { found, weights: weightsOf(model), initial, state: stateOf(step), graphs, refusals };
  step.dispose();
  model.dispose();
  return outcome;
}

/** The largest size of any number. */
const largest = (values: Float32Array): number => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/** max|a − b| / max|b|; 0 where nothing differs. */
export function distance(actual: Float32Array, expected: Float32Array, scale = largest(expected)): number {
  const apart = largest(expected.map((value, index) => actual[index] - value));
  return apart === 0 ? 0 : apart / scale;
}

/**
 * max|a − b| / max|b| of each tensor, by name. Gradients that are nothing but rounding, so that all that comes of them is, are held to
 * the largest of their kind: tensors whose values are below a thousandth of it, to that thousandth; biases of convolutions with batch
 * normalization, which takes their gradient away where it comes next, to a tenth.
 */
export function distances(actual: Record<string, Float32Array>, expected: Record<string, Float32Array>): (readonly [string, number])[] {
  expect(Object.keys(actual)).toEqual(Object.keys(expected));
  const kindOf = (name: string): string => name.slice(name.lastIndexOf('/')).replace('/bias', '/beta');
  const largestOfKind: Record<string, number> = {};
  for (const [name, values] of Object.entries(expected)) {
    largestOfKind[kindOf(name)] = Math.max(largestOfKind[kindOf(name)] ?? 0, largest(values));
  }
  return Object.entries(expected).map(([name, values]) => {
    const isNormalized = name.includes('_conv/bias') && name.replace('_conv/bias', '_bn/beta') in expected;
    const share = isNormalized ? 10 : 1000;
    return [name, distance(actual[name], values, Math.max(largest(values), largestOfKind[kindOf(name)] / share))];
  });
}
