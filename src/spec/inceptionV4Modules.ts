import { double3x3, double7x7, factorized7x7, parallel, pooled, split3x3 } from './branches.js';
import { convolution, HALVING, maxPool } from './shortSteps.js';
import type { ModuleStep, Step } from './types.js';

const VALID = { padding: 'valid' } as const;

/** The stem, which joins branches three times: 299×299×3 → 35×35×384. Source: arXiv:1602.07261, Figure 3. */
export function inceptionV4Stem(): Step[] {
  return [
    convolution('conv_1a', 32, 3, HALVING),
    convolution('conv_2a', 32, 3, VALID),
    convolution('conv_2b', 64, 3),
    parallel('mixed_3a', [[maxPool('pool', 3, HALVING)], [convolution('3x3', 96, 3, HALVING)]]),
    parallel('mixed_4a', [
      [convolution('3x3_reduce', 64, 1), convolution('3x3', 96, 3, VALID)],
      [...factorized7x7(64, 64, 64), convolution('7x7_3x3', 96, 3, VALID)],
    ]),
    parallel('mixed_5a', [[convolution('3x3', 192, 3, HALVING)], [maxPool('pool', 3, HALVING)]]),
  ];
}

/** Four modules at 35×35, seven at 17×17 and three at 8×8, with a reduction before the latter two. Source: arXiv:1602.07261, Figures 4–9. */
export function inceptionV4Modules(): ModuleStep[] {
  return [
    ...['mixed_5b', 'mixed_5c', 'mixed_5d', 'mixed_5e'].map((name) => parallel(name, grid35())),
    parallel('mixed_6a', [[convolution('3x3', 384, 3, HALVING)], double3x3(192, 224, 256, HALVING), [maxPool('pool', 3, HALVING)]]),
    ...['mixed_6b', 'mixed_6c', 'mixed_6d', 'mixed_6e', 'mixed_6f', 'mixed_6g', 'mixed_6h'].map((name) => parallel(name, grid17())),
    parallel('mixed_7a', [
      [convolution('3x3_reduce', 192, 1), convolution('3x3', 192, 3, HALVING)],
      [...factorized7x7(256, 256, 320), convolution('7x7_3x3', 320, 3, HALVING)],
      [maxPool('pool', 3, HALVING)],
    ]),
    ...['mixed_7b', 'mixed_7c', 'mixed_7d'].map((name) => parallel(name, grid8())),
  ];
}

function grid35(): Step[][] {
  return [[convolution('1x1', 96, 1)], [convolution('3x3_reduce', 64, 1), convolution('3x3', 96, 3)], double3x3(64, 96, 96), pooled(96)];
}

function grid17(): Step[][] {
  return [[convolution('1x1', 384, 1)], factorized7x7(192, 224, 256), double7x7(192, [192, 224, 224, 256]), pooled(128)];
}

/** The long branch takes 3×1 before 1×3, as the published code does. */
function grid8(): Step[][] {
  return [
    [convolution('1x1', 256, 1)],
    [convolution('3x3_reduce', 384, 1), split3x3('3x3', 256)],
    [
      convolution('double3x3_reduce', 384, 1),
      convolution('double3x3_1', 448, [3, 1]),
      convolution('double3x3_2', 512, [1, 3]),
      split3x3('double3x3_3', 256),
    ],
    pooled(256),
  ];
}
