import * as tf from '@tensorflow/tfjs';
import { batchNormalization } from '../layers/batchNormalization.js';
import type { ConvolutionStyle } from '../spec/types.js';

interface Convolved {
  readonly name?: string;
  readonly activation: 'relu' | 'linear';
  readonly style: ConvolutionStyle;
}

/** The name of one of a step's layers, or none where tfjs is to number them. */
export function layerName(name: string | undefined, part: string): string | undefined {
  return name === undefined ? undefined : `${name}_${part}`;
}

/** The convolution's own activation: a ReLU, unless batch normalisation comes between the two. */
export function ownActivation({ activation, style }: Convolved): 'relu' | undefined {
  return style.order !== 'conv-bn-relu' && activation === 'relu' ? 'relu' : undefined;
}

/** What the style puts after a convolution, in layers `<name>_bn` and `<name>_relu`. A ReLU before a normalisation is the {@link ownActivation}. */
export function normalizeAndActivate(convolved: tf.SymbolicTensor, { name, activation, style }: Convolved): tf.SymbolicTensor {
  if (style.order === 'conv-relu') return convolved;
  const normalization = batchNormalization({ name: layerName(name, 'bn'), ...style.batchNormalization });
  const normalized = normalization.apply(convolved) as tf.SymbolicTensor;
  if (style.order === 'conv-relu-bn' || activation === 'linear') return normalized;
  return tf.layers.activation({ name: layerName(name, 'relu'), activation: 'relu' }).apply(normalized) as tf.SymbolicTensor;
}
