import { BATCH_NORMALIZED } from './convolutionStyles.js';
import type { ConvolutionStyle, NetworkSpec, Shape, Step } from './types.js';

/**
 * A network of nothing but a trunk: what a block or a part of a network is traced and counted in.
 *
 * @param inputShape `[height, width, channels]` in pixels and channels.
 * @param convolution What surrounds each convolution. Default: batch normalisation and ReLU, no bias.
 */
export function specOfSteps(
  name: string,
  trunk: readonly Step[],
  inputShape: Shape,
  convolution: ConvolutionStyle = BATCH_NORMALIZED,
): NetworkSpec {
  return {
    name,
    variant: '',
    source: '',
    inputShape,
    classes: 0,
    convolution,
    trunk,
    top: [],
    auxiliaryHeads: [],
    classifierActivation: 'softmax',
    preprocessing: { channelOrder: 'rgb', scale: 1, offset: Array.from({ length: inputShape[2] }, () => 0) },
  };
}
