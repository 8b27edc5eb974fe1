import type * as tf from '@tensorflow/tfjs';

/** What a step learns from. */
export interface StepBatch {
  /** `[batch, height, width, 3]` float32, RGB, 0–255. */
  readonly images: tf.Tensor4D;
  /** `[batch]` int32 class indices. */
  readonly labels: tf.Tensor1D;
  /** Where pictures were mixed: the second class of each, int32, and the first one's share, float32; both `[batch]`. */
  readonly mixed?: { readonly labels: tf.Tensor1D; readonly shares: tf.Tensor1D };
}

/** All else that changes from step to step, as tensors: a step that was recorded once can then be run with new values. */
export interface StepScalars {
  /** float32. */
  readonly learningRate: tf.Scalar;
  /** int32: steps done before this one since training began. */
  readonly step: tf.Scalar;
  /** `[heads]` float32: each head's weight in the sum that is minimized, in the order of {@link TrainingStep.heads}. */
  readonly headWeights: tf.Tensor1D;
  /** int32: what random numbers (dropout's masks) are a function of, together with `step`. */
  readonly seed: tf.Scalar;
  /** float32: a step whose loss is larger, or is not a number, may leave the weights as they are. Default: none does. */
  readonly lossLimit?: tf.Scalar;
}

/** What a step found, before it changed the weights. The caller disposes of the tensors. */
export interface StepResult {
  /** The weighted sum that was minimized, without weight decay's share. */
  readonly loss: tf.Scalar;
  /** Each head's own loss, unweighted, main first. */
  readonly headLosses: Readonly<Record<string, tf.Scalar>>;
  /** How many pictures the main head got right; a mixed one counts for its first class. */
  readonly correct: tf.Scalar;
  /** The length of all gradients together as one vector, before clipping. */
  readonly gradientNorm: tf.Scalar;
}

/** Where a step that went wrong did so. */
export interface Divergence {
  /** The first layer, from the input, whose weights or values are not finite or beyond ±1e30; else the first with large values. */
  readonly layer: string;
  readonly what: 'weights' | 'values';
  /** Where all is finite: the largest of that layer's values, without its sign. */
  readonly largest?: number;
}

/**
 * One step of training: forward, backward, update. The loop knows nothing more of it, so that a step recorded as one native graph can
 * take the place of the one that runs operation by operation.
 */
export interface TrainingStep {
  /** The heads' names, main first. */
  readonly heads: readonly string[];
  /** Changes the model's weights and the optimizer's state. Reads nothing back. */
  run(batch: StepBatch, scalars: StepScalars): StepResult;
  /** Puts the weights (not the optimizer's state) back to before the last step, and finds the layer at which that step went wrong. */
  undo(batch: StepBatch, scalars: StepScalars): Promise<Divergence>;
  /** A copy of the optimizer's state and, where weights are averaged, of the averages, by name. The caller disposes of it. */
  getState(): Record<string, tf.Tensor>;
  /**
   * Exchanges the model's weights and their averages: call it twice to have them as they were. Absent where weights are not averaged.
   */
  swapAverages?(): void;
  /** @throws InceptionError `WEIGHTS_MISMATCH` if the state belongs to another model or optimizer. */
  setState(state: Readonly<Record<string, tf.Tensor>>): void;
  /** Frees the optimizer's state; the model stays. */
  dispose(): void;
}
