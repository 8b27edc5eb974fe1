import type { ModuleStep, Padding, Size, Step } from '../../../src/spec/types.js';
import { bothSides } from '../../../src/spec/windows.js';

/**
 * A step as the tables write it: `3×3/2 valid 384` is a convolution of 384 filters, stride 2 and no padding; stride 1, TensorFlow's padding
 * and a ReLU go without saying. Branches stand between bars, those of a module inside a branch in brackets: `1×1 384, [1×3 256 | 3×1 256]`.
 */
export function spellStep(step: Step): string {
  switch (step.op) {
    case 'convolution':
      return `${spellWindow(step.kernelSize, step)} ${step.filters}${spellActivation(step.activation)}`;
    case 'separableConvolution': {
      const depth = step.depthMultiplier === undefined ? '' : ` depth ${step.depthMultiplier}`;
      return `separable ${spellWindow(step.kernelSize, step)} ${step.filters}${depth}${spellActivation(step.activation)}`;
    }
    case 'maxPool':
      return `max ${spellWindow(step.poolSize, step)}`;
    case 'averagePool':
      return `average ${spellWindow(step.poolSize, step)}`;
    case 'dropout':
      return `dropout ${step.rate}`;
    case 'dense':
      return `dense ${step.units}${step.useBias === false ? ' without bias' : ''}${spellActivation(step.activation)}`;
    case 'module':
      return spellModule(step);
    case 'relu':
      return 'relu';
    case 'batchNormalization':
      return 'batch normalization';
    case 'localResponseNormalization':
      return 'local response normalization';
    case 'globalAveragePool':
      return 'global average';
    case 'globalMaxPool':
    case 'adaptiveAveragePool':
    case 'flatten':
      throw new Error(`no table has a ${step.op} step`);
  }
}

/** A stage of the trunk: a module's branches without brackets. */
export function spellStage(step: Step): string {
  return spellStep(step).replace(/^\[(.*)\]$/, '$1');
}

function spellModule({ branches, merge = 'concat' }: ModuleStep): string {
  const spelt = branches.map((branch) => branch.map(spellStep).join(', ') || 'identity').join(' | ');
  if (merge === 'concat') return `[${spelt}]`;
  return merge === 'add' ? `add: ${spelt}` : `residual ${merge.residual}${spellActivation(merge.activation)}: ${spelt}`;
}

function spellWindow(window: Size, { strides = 1, padding = 'same' }: { strides?: Size; padding?: Padding }): string {
  const [down, across] = bothSides(strides);
  const stride = down === across ? (down === 1 ? '' : `/${down}`) : `/${down}×${across}`;
  const around = typeof padding === 'object' ? ` zeros ${padding.zeros}` : padding === 'same' ? '' : ` ${padding}`;
  return bothSides(window).join('×') + stride + around;
}

function spellActivation(activation: 'relu' | 'linear' | undefined): string {
  return activation === 'linear' ? ' linear' : '';
}
