import * as tf from '@tensorflow/tfjs';
import { hashText } from '../layers/hashText.js';
import { heNormal, truncatedNormal } from '../layers/normalInitializers.js';
import { withValues, type Initializer } from '../layers/withValues.js';
import type { ConvolutionStyle } from '../spec/types.js';

/** What every step of one network is built with. */
export interface BuildContext {
  readonly style: ConvolutionStyle;
  /** Makes initial weights a function of (seed, layer name). Without it they are drawn afresh. */
  readonly seed?: number;
  /** Whether the kernel of a layer stays zero because other values replace it at once: drawing those of a large network takes a second. */
  readonly isOverwritten?: (layerName: string) => boolean;
}

/** The initial kernel of the layer `name`: the same for the same seed and name, whatever else the network holds. */
export function kernelInitializer(context: BuildContext, name = ''): Initializer {
  const drawn = drawnInitializer(context, name);
  return context.isOverwritten?.(name) ? withValues(drawn, (size) => new Float32Array(size)) : drawn;
}

function drawnInitializer({ style, seed }: BuildContext, name: string): Initializer {
  const layerSeed = seed === undefined ? undefined : hashText(`${seed}/${name}`);
  switch (style.initializer) {
    case 'glorotUniform':
      return tf.initializers.glorotUniform({ seed: layerSeed });
    case 'heNormal':
      return heNormal({ seed: layerSeed });
    case 'truncatedNormal':
      return truncatedNormal({ stddev: 0.01, seed: layerSeed });
  }
}

/** The initial bias: zeros, or the constant the architecture names (Caffe's 0.2). */
export function biasInitializer({ style }: BuildContext): Initializer {
  return style.initialBias === 0 ? tf.initializers.zeros() : tf.initializers.constant({ value: style.initialBias });
}
