import { convolution } from './shortSteps.js';
import type { AdaptiveAveragePoolStep, PoolStep, Step } from './types.js';

/** How a head shrinks the map it reads: a pool, or torchvision's adaptive one; the name is the head's to give. */
export type HeadPool = Omit<PoolStep, 'name'> | Omit<AdaptiveAveragePoolStep, 'name'>;

/** The paper's: 5×5 windows, 3 apart; a 14×14 map becomes 4×4, and a map below 5×5 does not fit. */
export const PAPER_HEAD_POOL: HeadPool = { op: 'averagePool', poolSize: 5, strides: 3, padding: 'valid' };

/**
 * A classifier in the middle of a network, up to the features under its last layer.
 *
 * @see Szegedy et al. 2014, arXiv:1409.4842, §5: average pooling, 128 1×1 filters, 1024 units, 70 % dropped.
 */
export function auxiliaryHeadSteps(pool: HeadPool = PAPER_HEAD_POOL): Step[] {
  return [
    { ...pool, name: 'pool' },
    convolution('1x1', 128, 1),
    { op: 'flatten', name: 'flatten' },
    { op: 'dense', name: 'fc', units: 1024, activation: 'relu' },
    { op: 'dropout', name: 'dropout', rate: 0.7 },
  ];
}
