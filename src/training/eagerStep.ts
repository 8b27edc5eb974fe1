import * as tf from '@tensorflow/tfjs';
import { invalidArgument } from '../errors.js';
import { logitsGraph } from '../evaluation/logitsGraph.js';
import type { InceptionModel } from '../networks/inceptionModel.js';
import { runTrainingStep } from '../networks/trainingStepContext.js';
import { smoothedTargets, softmaxCrossEntropy, weightedLoss } from './losses.js';
import { createOptimizer, updateRule, type OptimizerSettings } from './optimizers/optimizer.js';
import { trainableParameters } from './trainableParameters.js';
import type { TrainingStep } from './trainingStep.js';

/** What stays the same from step to step. */
export interface StepSettings {
  readonly optimizer: OptimizerSettings;
  /** By head; a head that is not named counts 1. */
  readonly headWeights: Readonly<Record<string, number>>;
  /** 0 ≤ labelSmoothing < 1. */
  readonly labelSmoothing: number;
  /** L2, on kernels only. */
  readonly weightDecay: number;
}

/**
 * A training step that runs operation by operation on whatever backend is active.
 *
 * @throws InceptionError `INVALID_ARGUMENT` if the model has no classifier or nothing to train.
 */
export function eagerStep(model: InceptionModel, settings: StepSettings): TrainingStep {
  const graph = logitsGraph(model);
  const parameters = trainableParameters(model);
  if (parameters.length === 0) {
    throw invalidArgument(
      `train.model ${model.name}`,
      'at least one trainable layer',
      0,
      'Set layer.trainable = true where it should learn.',
    );
  }
  const variables = parameters.map(({ variable }) => variable);
  const weights = graph.heads.map((head) => settings.headWeights[head] ?? 1);
  const optimizer = createOptimizer(updateRule(settings.optimizer), parameters, settings.weightDecay);

  return {
    heads: graph.heads,
    run: ({ images, labels }, { learningRate, step, seed }) =>
      tf.tidy(() => {
        const input = model.preprocess(images);
        const classes = model.logits[graph.heads[0]].shape[1] as number;
        const targets = smoothedTargets(labels, classes, settings.labelSmoothing);
        // Kept by hand: the gradient's own scope would free what it does not return.
        const kept: tf.Tensor[] = [];
        const forward = (): tf.Scalar => {
          const logits = graph.run(input, true);
          const losses = logits.map((values) => softmaxCrossEntropy(targets, values));
          kept.push(...[logits[0], ...losses].map((tensor) => tf.keep(tensor)));
          return weightedLoss(losses, weights);
        };
        try {
          const { value, grads } = runTrainingStep({ seed, step }, () => tf.variableGrads(forward, variables));
          optimizer.update(grads, { learningRate, step });
          const [mainLogits, ...losses] = kept as [tf.Tensor2D, ...tf.Scalar[]];
          return {
            loss: tf.clone(value),
            headLosses: Object.fromEntries(graph.heads.map((head, index) => [head, tf.clone(losses[index])])),
            correct: tf.sum<tf.Scalar>(tf.cast(tf.equal(tf.argMax(mainLogits, 1), labels), 'int32')),
          };
        } finally {
          tf.dispose(kept);
        }
      }),
    getState: () => optimizer.getState(),
    setState: (state) => optimizer.setState(state),
    dispose: () => optimizer.dispose(),
  };
}
