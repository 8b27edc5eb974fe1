import * as tf from '@tensorflow/tfjs';
import { invalidArgument } from '../errors.js';
import { logitsGraph, type LogitsGraph } from '../evaluation/logitsGraph.js';
import type { InceptionModel } from '../networks/inceptionModel.js';
import { runTrainingStep } from '../networks/trainingStepContext.js';
import { divergedWeights, findDivergence } from './findDivergence.js';
import { clipGradients, globalNorm, type GradientClip } from './gradientClip.js';
import { batchTargets, softmaxCrossEntropy, weightedLoss } from './losses.js';
import { assignState, copyState } from './namedState.js';
import { createOptimizer, updateRule, type OptimizerSettings, type Parameter } from './optimizers/optimizer.js';
import { trainableParameters } from './trainableParameters.js';
import type { StepBatch, StepResult, StepScalars, TrainingStep } from './trainingStep.js';
import { weightAverages } from './weightAverages.js';
import { weightsSnapshot, type WeightsSnapshot } from './weightsSnapshot.js';

/** What stays the same from step to step. */
export interface StepSettings {
  readonly optimizer: OptimizerSettings;
  /** 0 ≤ labelSmoothing < 1. */
  readonly labelSmoothing: number;
  /** On kernels only; in the gradient (L2), or as the optimizer has it. */
  readonly weightDecay: number;
  readonly gradientClip?: GradientClip;
  /** Multiplies the learning rate of a layer's parameters, by the layer's name. Default 1, which costs nothing. */
  readonly rates?: Readonly<Record<string, number>>;
  /** One a class: what a picture's loss is multiplied by. The mean stays over the number of pictures. */
  readonly classWeights?: readonly number[];
  /** Whether averages of all weights are kept, 0 ≤ decay < 1. */
  readonly averaging?: { readonly decay: number };
}

/** A step whose weights others may change as well. */
export interface EagerStep extends TrainingStep {
  /** All that the step reads or changes: the model's weights, the optimizer's state and the averages. */
  readonly variables: readonly tf.Variable[];
  /** To be called before others take the step: `undo` then leaves the weights as it finds them. */
  handOver(): void;
  /** Leaves the weights as they were before the last step, if nobody was handed them since. */
  takeBack(): void;
}

/**
 * A training step that runs operation by operation on whatever backend is active.
 *
 * @throws InceptionError `INVALID_ARGUMENT` if the model has no classifier or nothing to train, or if `rates` names a layer that it has not.
 */
export function eagerStep(model: InceptionModel, settings: StepSettings): EagerStep {
  const graph = logitsGraph(model);
  const parameters = trainableParameters(model);
  assertSettings(model, parameters, settings);
  const optimizer = createOptimizer(updateRule(settings.optimizer), parameters, settings);
  const averages = settings.averaging && weightAverages(model, settings.averaging.decay);
  const state = { ...optimizer.state, ...averages?.state };
  let before: WeightsSnapshot | undefined;
  let swapped = false;
  const assertOwnWeights = (): void => {
    if (swapped) throw new Error('eagerStep: the model holds its averages. Call swapAverages() again first.');
  };

  return {
    heads: graph.heads,
    variables: [...model.weights.map((weight) => weight.read() as tf.Variable), ...Object.values(state)],
    handOver() {
      assertOwnWeights();
      before?.dispose();
      before = undefined;
    },
    takeBack: () => before?.restore(),
    run(batch, scalars) {
      this.handOver();
      before = weightsSnapshot(model);
      return tf.tidy(() => {
        const { gradients, ...found } = measure({ model, graph, parameters, settings }, batch, scalars);
        optimizer.update(clipGradients(gradients, found.gradientNorm, settings.gradientClip ?? {}), scalars);
        averages?.update(scalars.step);
        return found;
      });
    },
    async undo(batch, scalars) {
      const failed = await divergedWeights(model);
      before?.restore();
      const found = await findDivergence(model, batch, scalars);
      return found.largest === undefined ? found : (failed ?? found);
    },
    getState() {
      assertOwnWeights();
      return copyState(state);
    },
    setState(values) {
      assertOwnWeights();
      assignState(state, values);
    },
    ...(averages && {
      swapAverages() {
        averages.swap();
        swapped = !swapped;
      },
    }),
    dispose() {
      before?.dispose();
      optimizer.dispose();
      averages?.dispose();
    },
  };
}

function assertSettings(model: InceptionModel, parameters: readonly Parameter[], { rates = {} }: StepSettings): void {
  assertTrainable(model, parameters);
  const layers = new Set(model.layers.map(({ name }) => name));
  for (const [layer, rate] of Object.entries(rates)) {
    if (!layers.has(layer)) throw invalidArgument('train.rates', `layers of ${model.name}`, layer);
    if (!(rate >= 0 && Number.isFinite(rate))) throw invalidArgument(`train.rates.${layer}`, 'a number, 0 or more', rate);
  }
}

function assertTrainable({ name }: InceptionModel, trainable: readonly unknown[]): void {
  if (trainable.length > 0) return;
  throw invalidArgument(`train.model ${name}`, 'at least one trainable layer', 0, 'Set layer.trainable = true where it should learn.');
}

/** What a step is made of. */
interface StepParts {
  readonly model: InceptionModel;
  readonly graph: LogitsGraph;
  readonly parameters: readonly Parameter[];
  readonly settings: StepSettings;
}

/** Forward and backward: the losses and the gradients by the variables' names. It changes nothing but moving statistics. */
function measure(
  { model, graph, parameters, settings }: StepParts,
  { images, labels, mixed }: StepBatch,
  { headWeights, seed, step }: StepScalars,
): StepResult & { readonly gradients: tf.NamedTensorMap } {
  const input = model.preprocess(images);
  const classes = model.logits[graph.heads[0]].shape[1] as number;
  const targets = batchTargets({ labels, mixed }, { ...settings, classes });
  // Kept by hand: the gradient's own scope would free what it does not return.
  const kept: tf.Tensor[] = [];
  const forward = (): tf.Scalar => {
    const logits = graph.run(input, true);
    const losses = logits.map((values) => softmaxCrossEntropy(targets, values));
    kept.push(...[logits[0], ...losses].map((tensor) => tf.keep(tensor)));
    return weightedLoss(losses, headWeights);
  };
  // Those of a layer that was frozen after the step was made stay as they are.
  const variables = parameters.map(({ variable }) => variable).filter(({ trainable }) => trainable);
  assertTrainable(model, variables);
  try {
    const { value, grads } = runTrainingStep({ seed, step }, () => tf.variableGrads(forward, variables));
    const [mainLogits, ...losses] = kept as [tf.Tensor2D, ...tf.Scalar[]];
    return {
      loss: tf.clone(value),
      headLosses: Object.fromEntries(graph.heads.map((head, index) => [head, tf.clone(losses[index])])),
      correct: tf.sum<tf.Scalar>(tf.cast(tf.equal(tf.argMax(mainLogits, 1), labels), 'int32')),
      gradientNorm: globalNorm(Object.values(grads)),
      gradients: grads,
    };
  } finally {
    tf.dispose(kept);
  }
}
