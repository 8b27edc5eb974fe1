import * as tf from '@tensorflow/tfjs';
import type { StepBatch } from './trainingStep.js';

/** What the network should answer for each picture of a batch, times what the picture counts. */
export interface Targets {
  /** `[batch, classes]` float32. */
  readonly values: tf.Tensor2D;
  /** `[batch, 1]`: the sum of each row, where pictures count differently. Absent where every row sums to 1. */
  readonly weights?: tf.Tensor2D;
}

export interface TargetSettings {
  readonly classes: number;
  /** 0 ≤ labelSmoothing < 1. */
  readonly labelSmoothing: number;
  /** One a class. */
  readonly classWeights?: readonly number[];
}

/**
 * The targets of a batch: each picture's classes by their shares (one class, or the two of a mixed picture), each times its class's
 * weight, then smoothed: `q = (1 − labelSmoothing) · δ + labelSmoothing / classes`.
 *
 * So a mixed picture's loss is what its two classes' losses would be, by their shares, each with its own class's weight.
 *
 * @see Szegedy et al. 2015, arXiv:1512.00567, §7 (smoothing); Zhang et al. 2017, arXiv:1710.09412, §2 (mixed targets).
 */
export function batchTargets({ labels, mixed }: Pick<StepBatch, 'labels' | 'mixed'>, settings: TargetSettings): Targets {
  const { classes, labelSmoothing, classWeights } = settings;
  const hard = mixed === undefined ? oneHot(labels, classes) : mixedTargets(labels, mixed, classes);
  if (classWeights === undefined) {
    if (labelSmoothing === 0) return { values: hard };
    return { values: tf.add(tf.mul(hard, 1 - labelSmoothing), labelSmoothing / classes) };
  }
  const weighted = tf.mul<tf.Tensor2D>(hard, tf.tensor1d([...classWeights]));
  const weights = tf.sum<tf.Tensor2D>(weighted, 1, true);
  if (labelSmoothing === 0) return { values: weighted, weights };
  return { values: tf.add(tf.mul(weighted, 1 - labelSmoothing), tf.mul(weights, labelSmoothing / classes)), weights };
}

function oneHot(labels: tf.Tensor1D, classes: number): tf.Tensor2D {
  // Ones and zeros first: wasm's OneHot cuts any other value to an integer, and writes integers whatever type it is asked for.
  return tf.cast(tf.oneHot(labels, classes), 'float32') as tf.Tensor2D;
}

function mixedTargets(labels: tf.Tensor1D, mixed: NonNullable<StepBatch['mixed']>, classes: number): tf.Tensor2D {
  const shares = tf.reshape<tf.Rank.R2>(mixed.shares, [-1, 1]);
  return tf.add<tf.Tensor2D>(tf.mul(oneHot(labels, classes), shares), tf.mul(oneHot(mixed.labels, classes), tf.sub(1, shares)));
}

/**
 * Mean cross-entropy between targets and the softmax of logits, in nats. It works on logits, so no probability is clipped and no
 * gradient is lost; its gradient is `(softmax · weights − targets) / batch` and takes two operations, or three, instead of the softmax's
 * whole chain. The mean is over the pictures, whatever they count (Keras' convention).
 *
 * @param targets As from {@link batchTargets}. No gradient flows into them.
 * @param logits `[batch, classes]`.
 * @returns A scalar.
 */
export function softmaxCrossEntropy({ values, weights }: Targets, logits: tf.Tensor2D): tf.Scalar {
  const batch = logits.shape[0];
  const crossEntropy = tf.customGrad((x, save) => {
    const shifted = tf.sub(x as tf.Tensor2D, tf.max(x as tf.Tensor2D, 1, true));
    const logProbabilities = tf.sub(shifted, tf.log(tf.sum(tf.exp(shifted), 1, true)));
    (save as tf.GradSaveFunc)([logProbabilities]);
    const answer = (saved: tf.Tensor): tf.Tensor => (weights === undefined ? tf.exp(saved) : tf.mul(tf.exp(saved), weights));
    return {
      value: tf.div(tf.neg(tf.sum(tf.mul(values, logProbabilities))), batch),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.mul(tf.sub(answer(saved[0]), values), tf.div(dy, batch)),
    };
  });
  return crossEntropy(logits) as tf.Scalar;
}

/**
 * The sum that training minimizes: each head's loss times its weight.
 *
 * @param losses One scalar a head.
 * @param weights `[heads]` in the same order: 1 for the main head, 0.3 for GoogLeNet's auxiliary heads.
 * @see Szegedy et al. 2014, arXiv:1409.4842, §5.
 */
export function weightedLoss(losses: readonly tf.Scalar[], weights: tf.Tensor1D): tf.Scalar {
  const each = tf.unstack(weights);
  return losses.map((loss, index) => tf.mul(loss, each[index])).reduce((sum, loss) => tf.add(sum, loss)) as tf.Scalar;
}
