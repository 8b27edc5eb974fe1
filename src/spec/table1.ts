import { convolution, maxPool } from './shortSteps.js';
import type { Step } from './types.js';

/** The columns of Table 1 of arXiv:1409.4842: a module with 1×1 convolutions that reduce the channels before the large kernels. */
export interface Table1Columns {
  readonly filters1x1: number;
  readonly reduce3x3: number;
  readonly filters3x3: number;
  readonly reduce5x5: number;
  readonly filters5x5: number;
  readonly poolProjection: number;
}

/**
 * The four branches of a dimension-reduced Inception module, arXiv:1409.4842, Figure 2(b).
 *
 * @param largeKernel The kernel of the branch called 5×5: 5 in the paper, 3 in slim and torchvision (pytorch/vision#906). The step's name
 *   stays `5x5`, so that weights keep their place across variants.
 */
export function table1Branches(columns: Table1Columns, largeKernel = 5): Step[][] {
  return [
    [convolution('1x1', columns.filters1x1, 1)],
    [convolution('3x3_reduce', columns.reduce3x3, 1), convolution('3x3', columns.filters3x3, 3)],
    [convolution('5x5_reduce', columns.reduce5x5, 1), convolution('5x5', columns.filters5x5, largeKernel)],
    [maxPool('pool', 3), convolution('pool_projection', columns.poolProjection, 1)],
  ];
}
