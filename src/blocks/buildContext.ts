import * as tf from '@tensorflow/tfjs';
import { hashText } from '../layers/hashText.js';
import type { ConvolutionStyle } from '../spec/types.js';

/** What every step of one network is built with. */
export interface BuildContext {
  readonly style: ConvolutionStyle;
  /** Makes initial weights a function of (seed, layer name). Without it they are drawn afresh. */
  readonly seed?: number;
}

type Initializer = ReturnType<typeof tf.initializers.zeros>;

/** The initial kernel of the layer `name`: the same for the same seed and name, whatever else the network holds. */
export function kernelInitializer({ style, seed }: BuildContext, name: string | undefined): Initializer {
  const layerSeed = seed === undefined ? undefined : hashText(`${seed}/${name ?? ''}`);
  switch (style.initializer) {
    case 'glorotUniform':
      return tf.initializers.glorotUniform({ seed: layerSeed });
    case 'heNormal':
      return tf.initializers.heNormal({ seed: layerSeed });
    case 'truncatedNormal':
      return tf.initializers.truncatedNormal({ mean: 0, stddev: 0.01, seed: layerSeed });
  }
}

/** The initial bias: zeros, or the constant the architecture names (Caffe's 0.2). */
export function biasInitializer({ style }: BuildContext): Initializer {
  return style.initialBias === 0 ? tf.initializers.zeros() : tf.initializers.constant({ value: style.initialBias });
}
