import { averagePool, convolution } from './shortSteps.js';
import type { ConvolutionStep, ModuleStep, PoolStep, Step } from './types.js';

/** Branches side by side, concatenated. */
export function parallel(name: string, branches: Step[][]): ModuleStep {
  return { op: 'module', name, branches };
}

/** The branch that averages and projects. */
export function pooled(filters: number, padding?: PoolStep['padding']): Step[] {
  return [averagePool('pool', 3, padding && { padding }), convolution('pool_projection', filters, 1)];
}

/** Two 3×3 after a reduction, in place of a 5×5. Source: arXiv:1512.00567, Figure 5. */
export function double3x3(reduce: number, first: number, second: number, last: Partial<ConvolutionStep> = {}): Step[] {
  return [convolution('double3x3_reduce', reduce, 1), convolution('double3x3_1', first, 3), convolution('double3x3_2', second, 3, last)];
}

/** A 7×7 after a reduction, as 1×7 and 7×1. Source: arXiv:1512.00567, Figure 6. */
export function factorized7x7(reduce: number, across: number, down: number): Step[] {
  return [convolution('7x7_reduce', reduce, 1), convolution('7x7_1', across, [1, 7]), convolution('7x7_2', down, [7, 1])];
}

/** Two factorised 7×7, downwards first. Source: arXiv:1512.00567, Figure 6. */
export function double7x7(reduce: number, filters: readonly [number, number, number, number]): Step[] {
  const [first, second, third, fourth] = filters;
  return [
    convolution('double7x7_reduce', reduce, 1),
    convolution('double7x7_1', first, [7, 1]),
    convolution('double7x7_2', second, [1, 7]),
    convolution('double7x7_3', third, [7, 1]),
    convolution('double7x7_4', fourth, [1, 7]),
  ];
}

/** A 3×3 spread out into a 1×3 and a 3×1 beside each other. Source: arXiv:1512.00567, Figure 7. */
export function split3x3(name: string, filters: number): ModuleStep {
  return parallel(name, [[convolution('1x3', filters, [1, 3])], [convolution('3x1', filters, [3, 1])]]);
}
