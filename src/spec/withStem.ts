import { isConvolution } from './isConvolution.js';
import type { Stem } from './options.js';
import type { Padding, Size, Step } from './types.js';
import { bothSides } from './windows.js';

/** How many of the trunk's first strides a stem gives up. */
const STRIDES_LESS: Readonly<Record<Stem, number>> = { stride8: 0, stride4: 1, stride2: 2 };

/**
 * A trunk that shrinks its input less, for small pictures.
 *
 * Its first strided convolution gets stride 1 and a kernel of 3×3 at most; then its second strided step goes, if that is a pool, or gets
 * stride 1, if it is a module.
 *
 * @see Szegedy et al. 2015, arXiv:1512.00567, §8: at 151 and 79 pixels first stride 1, then no first pool, at nearly the same accuracy.
 */
export function withStem(trunk: readonly Step[], stem: Stem = 'stride8'): readonly Step[] {
  const strided = trunk.filter(halves).slice(0, STRIDES_LESS[stem]);
  return trunk.flatMap((step) => (strided.includes(step) ? unstrided(step) : [step]));
}

function halves(step: Step): boolean {
  if (step.op === 'module') return step.branches.flat().some(halves);
  return 'strides' in step && Math.max(...bothSides(step.strides ?? 1)) > 1;
}

function unstrided(step: Step): Step[] {
  if (isConvolution(step)) {
    return [{ ...step, kernelSize: atMost3(step.kernelSize), ...(step.padding && { padding: atMost1(step.padding) }), strides: 1 }];
  }
  if (step.op === 'module') return [{ ...step, branches: step.branches.map((branch) => branch.map(withoutStrides)) }];
  return [];
}

function withoutStrides(step: Step): Step {
  return 'strides' in step ? { ...step, strides: 1 } : step;
}

function atMost3(kernelSize: Size): Size {
  return typeof kernelSize === 'number' ? Math.min(3, kernelSize) : kernelSize;
}

/** Padding of the smaller kernel. */
function atMost1(padding: Padding): Padding {
  return typeof padding === 'object' ? { zeros: Math.min(1, padding.zeros) } : padding;
}
