import type { ConvolutionStep, Padding, PoolStep, SeparableConvolutionStep, Size } from './types.js';

/** Height and width from a {@link Size}. */
export function bothSides(size: Size): [height: number, width: number] {
  return typeof size === 'number' ? [size, size] : [...size];
}

/** How many places a window has along one side: less than 1 where it does not fit. {@link Padding} has the formulas. */
export function outputLength(input: number, window: number, stride: number, padding: Padding): number {
  if (padding === 'same') return Math.ceil(input / stride);
  // No window starts outside of the map, as in torch; it could where strides are longer than windows.
  if (padding === 'ceil') return Math.min(Math.ceil((input - window) / stride) + 1, Math.ceil(input / stride));
  const zeros = padding === 'valid' ? 0 : padding.zeros;
  return Math.floor((input + 2 * zeros - window) / stride) + 1;
}

/** Steps that slide a window over a map. */
export type SlidingStep = ConvolutionStep | SeparableConvolutionStep | PoolStep;

/** The window of a convolution or pool over a map of this height and width. */
export function windowOf(step: SlidingStep, [height, width]: readonly number[]): [height: number, width: number] {
  const [down, across] = bothSides('poolSize' in step ? step.poolSize : step.kernelSize);
  return 'shrinkToFit' in step && step.shrinkToFit ? [Math.min(down, height), Math.min(across, width)] : [down, across];
}

/** The window of a convolution or pool, and the height and width that it makes of a map's. */
export function slide(step: SlidingStep, [height, width]: readonly number[]): { window: Size; output: [number, number] } {
  const [windowHeight, windowWidth] = windowOf(step, [height, width]);
  const [strideDown, strideAcross] = bothSides(step.strides ?? 1);
  const padding = step.padding ?? 'same';
  return {
    window: [windowHeight, windowWidth],
    output: [outputLength(height, windowHeight, strideDown, padding), outputLength(width, windowWidth, strideAcross, padding)],
  };
}
