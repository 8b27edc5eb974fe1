import { averagePool, convolution } from './shortSteps.js';
import type { AuxiliaryHeadSpec } from './types.js';

/**
 * The auxiliary head of Inception v3, v4 and Inception-ResNet v2, late in the network and batch-normalised.
 *
 * At the published size the map is 17×17, the pool leaves 5×5 and the 5×5 convolution 1×1. On a smaller map the kernel shrinks, as slim's does;
 * on a larger one the average of what it leaves is classified, as in torchvision (slim takes a larger kernel in v4 and Inception-ResNet v2).
 *
 * @param stage The stage it reads, such as `mixed_6e`: the head is then `auxiliary_6e`.
 * @see Szegedy et al. 2015, arXiv:1512.00567, §4; tf-slim's nets/inception_v3.py for the layers and the loss weight.
 */
export function lateAuxiliaryHead(stage: string): AuxiliaryHeadSpec {
  return {
    name: `auxiliary_${stage.replace('mixed_', '')}`,
    after: stage,
    lossWeight: 0.4,
    steps: [
      averagePool('pool', 5, { strides: 3, padding: 'valid' }),
      convolution('1x1', 128, 1),
      convolution('5x5', 768, 5, { padding: 'valid', shrinkToFit: true }),
      { op: 'globalAveragePool', name: 'global_pool' },
    ],
  };
}
