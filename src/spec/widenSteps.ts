import { isConvolution } from './isConvolution.js';
import type { Step } from './types.js';

/** A filter count times the multiplier, to the nearest multiple of 8 and at least 8; exactly itself at multiplier 1. */
function widenCount(count: number, multiplier: number): number {
  return multiplier === 1 ? count : Math.max(8, Math.round((count * multiplier) / 8) * 8);
}

/** The same steps with every convolution's filters and every dense layer's units multiplied (see {@link widenCount}). */
export function widenSteps(steps: readonly Step[], multiplier: number): Step[] {
  return steps.map((step): Step => {
    if (isConvolution(step)) return { ...step, filters: widenCount(step.filters, multiplier) };
    if (step.op === 'dense') return { ...step, units: widenCount(step.units, multiplier) };
    if (step.op === 'module') return { ...step, branches: step.branches.map((branch) => widenSteps(branch, multiplier)) };
    return step;
  });
}
