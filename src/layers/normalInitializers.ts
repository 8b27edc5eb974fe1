import * as tf from '@tensorflow/tfjs';
import { drawTruncatedNormal } from './drawTruncatedNormal.js';
import { withValues, type Initializer } from './withValues.js';

/**
 * tfjs' initializer `truncatedNormal` around 0: the same values for the same seed, and the same in a saved model, in less time.
 *
 * @param options `stddev` is that of the normal distribution before it is cut at two standard deviations.
 */
export function truncatedNormal({ stddev, seed }: { readonly stddev: number; readonly seed?: number }): Initializer {
  return withValues(tf.initializers.truncatedNormal({ mean: 0, stddev, seed }), (size) =>
    drawTruncatedNormal(size, { mean: 0, stddev, seed }),
  );
}

/**
 * tfjs' initializer `heNormal`: the same values for the same seed, and the same in a saved model, in less time. Its standard deviation
 * before it is cut is `√(2 / fan in)`.
 *
 * @see He et al. 2015, arXiv:1502.01852, §2.2
 */
export function heNormal({ seed }: { readonly seed?: number }): Initializer {
  return withValues(tf.initializers.heNormal({ seed }), (size, fanIn) =>
    drawTruncatedNormal(size, { mean: 0, stddev: Math.sqrt(2 / fanIn), seed }),
  );
}
