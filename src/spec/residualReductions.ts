import { double3x3, parallel } from './branches.js';
import { convolution, HALVING, maxPool } from './shortSteps.js';
import type { ModuleStep } from './types.js';

/** 35×35 → 17×17. Source: arXiv:1602.07261, Figure 7, whose k, l, m, n are the arguments. */
export function reduction35(k: number, l: number, m: number, n: number): ModuleStep {
  return parallel('mixed_6a', [[convolution('3x3', n, 3, HALVING)], double3x3(k, l, m, HALVING), [maxPool('pool', 3, HALVING)]]);
}

/** 17×17 → 8×8. Source: arXiv:1602.07261, Figures 12 and 18. */
export function reduction17(single: number, doubleInside: number, double: number): ModuleStep {
  return parallel('mixed_7a', [
    [convolution('3x3_a_reduce', 256, 1), convolution('3x3_a', 384, 3, HALVING)],
    [convolution('3x3_b_reduce', 256, 1), convolution('3x3_b', single, 3, HALVING)],
    double3x3(256, doubleInside, double, HALVING),
    [maxPool('pool', 3, HALVING)],
  ]);
}
