import { double3x3, double7x7, factorized7x7, parallel, pooled, split3x3 } from './branches.js';
import { convolution, HALVING, maxPool } from './shortSteps.js';
import type { ModuleStep, PoolStep, Step } from './types.js';

/** The first of Figure 5's modules by their projections; the released network keeps a 5×5 where the figure has two 3×3. */
const GRID_35 = { mixed_5b: 32, mixed_5c: 64, mixed_5d: 64 } as const;

/** Figure 6's modules by the filters inside their factorised 7×7 branches. */
const GRID_17 = { mixed_6b: 128, mixed_6c: 160, mixed_6d: 160, mixed_6e: 192 } as const;

/** Figure 7's modules, in which branches fan out. */
const GRID_8 = ['mixed_7b', 'mixed_7c'] as const;

/**
 * The eleven modules of Inception v3.
 *
 * @param averagePadding Of the average pools.
 * @see Szegedy et al. 2015, arXiv:1512.00567, Figures 5–7 and 10; the filters are the published code's.
 */
export function inceptionV3Modules(averagePadding: PoolStep['padding']): ModuleStep[] {
  const average = (filters: number): Step[] => pooled(filters, averagePadding);
  return [
    ...Object.entries(GRID_35).map(([name, projection]) => parallel(name, [...grid35(), average(projection)])),
    parallel('mixed_6a', [[convolution('3x3', 384, 3, HALVING)], double3x3(64, 96, 96, HALVING), [maxPool('pool', 3, HALVING)]]),
    ...Object.entries(GRID_17).map(([name, inside]) => parallel(name, [...grid17(inside), average(192)])),
    parallel('mixed_7a', [
      [convolution('3x3_reduce', 192, 1), convolution('3x3', 320, 3, HALVING)],
      [...factorized7x7(192, 192, 192), convolution('7x7_3x3', 192, 3, HALVING)],
      [maxPool('pool', 3, HALVING)],
    ]),
    ...GRID_8.map((name) => parallel(name, [...grid8(), average(192)])),
  ];
}

function grid35(): Step[][] {
  return [[convolution('1x1', 64, 1)], [convolution('5x5_reduce', 48, 1), convolution('5x5', 64, 5)], double3x3(64, 96, 96)];
}

function grid17(inside: number): Step[][] {
  return [[convolution('1x1', 192, 1)], factorized7x7(inside, inside, 192), double7x7(inside, [inside, inside, inside, 192])];
}

function grid8(): Step[][] {
  return [
    [convolution('1x1', 320, 1)],
    [convolution('3x3_reduce', 384, 1), split3x3('3x3', 384)],
    [convolution('double3x3_reduce', 448, 1), convolution('double3x3_1', 384, 3), split3x3('double3x3_2', 384)],
  ];
}
