import { conv2d, depthwiseConv2d, separableConv2d } from './convolutions.js';
import { dense } from './dense.js';
import type { Emitter } from './emittedLayer.js';
import { add, addScaled, average, concatenate, maximum, minimum, multiply } from './merges.js';
import { batchNormalization, localResponseNormalization, normalization, rescaling } from './normalizations.js';
import { adaptiveAveragePool, averagePool, globalAveragePool, globalMaxPool, maxPool } from './pooling.js';
import { activation, elu, leakyRelu, nothing, prelu, relu, softmax, thresholdedRelu } from './rectifiers.js';
import { cropping2d, flatten, permute, reshape, upSampling2d, zeroPadding2d } from './shapes.js';

/** How each class of layers is written; any other is refused. */
export const EMITTERS: ReadonlyMap<string, Emitter> = new Map([
  ['Activation', activation],
  ['AdaptiveAveragePooling2D', adaptiveAveragePool],
  ['Add', add],
  ['AlphaDropout', nothing],
  ['Average', average],
  ['AveragePooling2D', averagePool],
  ['BatchNormalization', batchNormalization],
  ['Concatenate', concatenate],
  ['Conv2D', conv2d],
  ['Cropping2D', cropping2d],
  ['CustomScaleLayer', addScaled],
  ['Dense', dense],
  ['DepthwiseConv2D', depthwiseConv2d],
  ['Dropout', nothing],
  ['ELU', elu],
  ['Flatten', flatten],
  ['GaussianDropout', nothing],
  ['GaussianNoise', nothing],
  ['GlobalAveragePooling2D', globalAveragePool],
  ['GlobalMaxPooling2D', globalMaxPool],
  ['LeakyReLU', leakyRelu],
  ['LocalResponseNormalization', localResponseNormalization],
  ['MaxPooling2D', maxPool],
  ['Maximum', maximum],
  ['Minimum', minimum],
  ['Multiply', multiply],
  ['Normalization', normalization],
  ['PReLU', prelu],
  ['Permute', permute],
  ['ReLU', relu],
  ['Rescaling', rescaling],
  ['Reshape', reshape],
  ['SeparableConv2D', separableConv2d],
  ['Softmax', softmax],
  ['SpatialDropout1D', nothing],
  ['ThresholdedReLU', thresholdedRelu],
  ['UpSampling2D', upSampling2d],
  ['ZeroPadding2D', zeroPadding2d],
]);
