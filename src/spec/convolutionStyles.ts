import type { BatchNormalizationStyle, ConvolutionOrder, ConvolutionStyle } from './types.js';

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
