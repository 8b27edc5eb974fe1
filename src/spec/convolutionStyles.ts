import type { BatchNormalizationStyle, ConvolutionOrder, ConvolutionStep, ConvolutionStyle } from './types.js';

/** Keras' defaults, which the small-run advice of this package then lowers (`momentum` ≤ 0.9 in runs of hundreds of steps). */
export const CONVOLUTION_BATCH_NORMALIZATION: BatchNormalizationStyle = { momentum: 0.99, epsilon: 1e-3, scale: true, center: true };

/** The papers' unit since arXiv:1502.03167: convolution without bias, batch normalisation, ReLU. */
export const BATCH_NORMALIZED: ConvolutionStyle = {
  order: 'conv-bn-relu',
  useBias: false,
  initialBias: 0,
  initializer: 'glorotUniform',
  batchNormalization: CONVOLUTION_BATCH_NORMALIZATION,
};

/** The unit of Keras' Inception v3 and Inception-ResNet v2, without gamma: the next convolution can scale as well. */
export const WITHOUT_GAMMA: ConvolutionStyle = {
  ...BATCH_NORMALIZED,
  batchNormalization: { ...CONVOLUTION_BATCH_NORMALIZATION, scale: false },
};

/** The unit of tf-slim's networks: no gamma, and averages that move slowly, for runs of millions of steps. */
export const SLIM: ConvolutionStyle = {
  ...WITHOUT_GAMMA,
  initializer: 'heNormal',
  batchNormalization: { ...WITHOUT_GAMMA.batchNormalization, momentum: 0.9997 },
};

/** The unit of torchvision's and timm's networks. Torch's momentum of 0.1 is the new value's share. */
export const TORCH: ConvolutionStyle = {
  ...BATCH_NORMALIZED,
  batchNormalization: { ...CONVOLUTION_BATCH_NORMALIZATION, momentum: 0.9 },
};

/** The notebook's unit (and many tutorials'): convolution with bias, ReLU, then batch normalisation. */
export const NORMALIZED_LAST: ConvolutionStyle = { ...BATCH_NORMALIZED, order: 'conv-relu-bn', useBias: true };

/** GoogLeNet's own unit, arXiv:1409.4842: convolution with bias, ReLU. */
export const BIASED: ConvolutionStyle = { ...BATCH_NORMALIZED, order: 'conv-relu', useBias: true };

/** The style that goes with an order: a bias wherever batch normalisation does not follow at once. */
export const CONVOLUTION_STYLES: Readonly<Record<ConvolutionOrder, ConvolutionStyle>> = {
  'conv-bn-relu': BATCH_NORMALIZED,
  'conv-relu-bn': NORMALIZED_LAST,
  'conv-relu': BIASED,
};

/** The network's style with what a step has of its own. */
export function styleOf({ order, useBias }: Pick<ConvolutionStep, 'order' | 'useBias'>, style: ConvolutionStyle): ConvolutionStyle {
  return { ...style, order: order ?? style.order, useBias: useBias ?? style.useBias };
}
