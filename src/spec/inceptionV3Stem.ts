import { convolution, HALVING, maxPool } from './shortSteps.js';
import type { Step } from './types.js';

const VALID = { padding: 'valid' } as const;

/**
 * What stands before the first module of Inception v3 and both Inception-ResNets: 299×299×3 → 71×71×192, after which each halves the map in
 * its own way. The Inception-ResNet v2 that was released takes this stem, not the one of its paper (that is Inception v4's).
 *
 * @see Szegedy et al. 2015, arXiv:1512.00567, Table 1.
 */
export const INCEPTION_V3_STEM: readonly Step[] = [
  convolution('conv_1a', 32, 3, HALVING),
  convolution('conv_2a', 32, 3, VALID),
  convolution('conv_2b', 64, 3),
  maxPool('pool_3a', 3, HALVING),
  convolution('conv_3b', 80, 1, VALID),
  convolution('conv_4a', 192, 3, VALID),
];
