import * as tf from '@tensorflow/tfjs';

/**
 * What the network should answer: `q = (1 − labelSmoothing) · δ + labelSmoothing / classes`.
 *
 * @param labels `[batch]` class indices, int32.
 * @returns `[batch, classes]` float32; every row sums to 1.
 * @see Szegedy et al. 2015, arXiv:1512.00567, §7.
 */
export function smoothedTargets(labels: tf.Tensor1D, classes: number, labelSmoothing: number): tf.Tensor2D {
  // Ones and zeros first: wasm's OneHot cuts any other value to an integer, and writes integers whatever type it is asked for.
  const hard = tf.cast(tf.oneHot(labels, classes), 'float32') as tf.Tensor2D;
  return labelSmoothing === 0 ? hard : tf.add(tf.mul(hard, 1 - labelSmoothing), labelSmoothing / classes);
}

/**
 * Mean cross-entropy between targets and the softmax of logits, in nats. It works on logits, so no probability is clipped and no
 * gradient is lost; its gradient is `(softmax − targets) / batch` and takes two operations instead of the softmax's whole chain.
 *
 * @param targets `[batch, classes]`, rows summing to 1, as from {@link smoothedTargets}. No gradient flows into them.
 * @param logits `[batch, classes]`.
 * @returns A scalar.
 */
export function softmaxCrossEntropy(targets: tf.Tensor2D, logits: tf.Tensor2D): tf.Scalar {
  const batch = logits.shape[0];
  const crossEntropy = tf.customGrad((x, save) => {
    const shifted = tf.sub(x as tf.Tensor2D, tf.max(x as tf.Tensor2D, 1, true));
    const logProbabilities = tf.sub(shifted, tf.log(tf.sum(tf.exp(shifted), 1, true)));
    (save as tf.GradSaveFunc)([logProbabilities]);
    return {
      value: tf.div(tf.neg(tf.sum(tf.mul(targets, logProbabilities))), batch),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.mul(tf.sub(tf.exp(saved[0]), targets), tf.div(dy, batch)),
    };
  });
  return crossEntropy(logits) as tf.Scalar;
}

/**
 * The sum that training minimizes: each head's loss times its weight.
 *
 * @param losses One scalar a head.
 * @param weights One number a head, in the same order: 1 for the main head, 0.3 for GoogLeNet's auxiliary heads.
 * @see Szegedy et al. 2014, arXiv:1409.4842, §5.
 */
export function weightedLoss(losses: readonly tf.Scalar[], weights: readonly number[]): tf.Scalar {
  return losses
    .map((loss, index) => (weights[index] === 1 ? loss : tf.mul(loss, weights[index])))
    .reduce((sum, loss) => tf.add(sum, loss)) as tf.Scalar;
}
