import type { ConvolutionStep, PoolStep, Size } from './types.js';

/** The short forms in which the tables of this room are written. What a form leaves out has the defaults of {@link ConvolutionStep} and {@link PoolStep}. */

export function convolution(name: string, filters: number, kernelSize: Size, more: Partial<ConvolutionStep> = {}): ConvolutionStep {
  return { op: 'convolution', name, filters, kernelSize, ...more };
}

export function maxPool(name: string, poolSize: number, more: Partial<PoolStep> = {}): PoolStep {
  return { op: 'maxPool', name, poolSize, strides: 1, ...more };
}

export function averagePool(name: string, poolSize: number, more: Partial<PoolStep> = {}): PoolStep {
  return { op: 'averagePool', name, poolSize, strides: 1, ...more };
}

/** Stride 2 without padding: how arXiv:1512.00567 and what followed it halve a map. */
export const HALVING = { strides: 2, padding: 'valid' } as const;
