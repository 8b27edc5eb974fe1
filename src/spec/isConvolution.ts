import type { ConvolutionStep, SeparableConvolutionStep, Step } from './types.js';

/** Whether a step convolves, in one kernel or in two. */
export function isConvolution(step: Step): step is ConvolutionStep | SeparableConvolutionStep {
  return step.op === 'convolution' || step.op === 'separableConvolution';
}
