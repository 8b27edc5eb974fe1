import { bothSides, type SlidingStep } from '../spec/windows.js';
import type { ConvolutionStyle, Merge, Size, Step } from '../spec/types.js';

/**
 * A step's settings as they can be compared: defaults written out, except that what a convolution has of its own (order, bias, a kernel
 * that shrinks) is there only where it sets it apart from the network's others.
 *
 * @param style What the network's convolutions have in common.
 */
export function stepSettings(step: Step, style: ConvolutionStyle): Record<string, unknown> {
  switch (step.op) {
    case 'convolution': {
      const { shrinkToFit, ...unit } = step;
      return { ...convolutionSettings(unit, style), ...(shrinkToFit && { shrinkToFit }) };
    }
    case 'separableConvolution':
      return { ...convolutionSettings(step, style), depthMultiplier: step.depthMultiplier ?? 1 };
    case 'maxPool':
    case 'averagePool':
      return { ...step, poolSize: short(step.poolSize), ...sliding(step) };
    case 'adaptiveAveragePool':
      return { ...step, outputSize: short(step.outputSize) };
    case 'dense':
      return { ...step, activation: step.activation ?? 'linear', useBias: step.useBias ?? true };
    case 'module': {
      const branches = step.branches.map((branch) => branch.map(({ name }) => name).join(' → '));
      return { ...step, merge: fullMerge(step.merge), branches };
    }
    case 'globalAveragePool':
    case 'globalMaxPool':
    case 'localResponseNormalization':
    case 'dropout':
    case 'relu':
    case 'batchNormalization':
    case 'flatten':
      return { ...step };
  }
}

type ConvolutionUnit = Extract<Step, { filters: number }>;

function convolutionSettings({ order, useBias, ...step }: Omit<ConvolutionUnit, 'op'>, style: ConvolutionStyle): Record<string, unknown> {
  return {
    ...step,
    kernelSize: short(step.kernelSize),
    ...sliding(step),
    activation: step.activation ?? 'relu',
    ...(order !== undefined && order !== style.order && { order }),
    ...(useBias !== undefined && useBias !== style.useBias && { useBias }),
  };
}

function fullMerge(merge: Merge = 'concat'): Merge {
  return typeof merge === 'string' ? merge : { ...merge, activation: merge.activation ?? 'relu' };
}

function sliding({ strides, padding }: Pick<SlidingStep, 'strides' | 'padding'>): Record<string, unknown> {
  return { strides: short(strides ?? 1), padding: padding ?? 'same' };
}

/** A square's two sides as one number. */
function short(size: Size): Size {
  const [height, width] = bothSides(size);
  return height === width ? height : size;
}
