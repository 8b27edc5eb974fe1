import { InceptionError } from '../errors.js';
import { spellShape, type TensorShape } from './shapeRow.js';
import type { ModuleStep, Step } from './types.js';
import { bothSides, slide, type SlidingStep } from './windows.js';

/** A window that does not fit its input; the caller knows the network and so the size that would do. */
export class WindowMisfit extends Error {
  constructor(
    readonly step: string,
    readonly input: TensorShape,
    readonly window: string,
  ) {
    super(`${step}: a window of ${window} does not fit ${spellShape(input)}`);
  }
}

/** Branches that do not fit together; the caller knows whether they would at another input size. */
export class MergeMisfit extends Error {
  constructor(
    readonly step: string,
    /** What must be equal: `height and width to concatenate`. */
    readonly what: string,
    readonly shapes: readonly TensorShape[],
  ) {
    super(`${step}: branches of ${shapes.map(spellShape).join(', ')} do not fit together`);
  }
}

/** The shape that leaves one operation. */
export function outputShape(step: Exclude<Step, ModuleStep>, input: TensorShape, name: string): TensorShape {
  switch (step.op) {
    case 'dropout':
    case 'relu':
    case 'batchNormalization':
      return input;
    case 'flatten':
      return [input.reduce((product, length) => product * length, 1)];
    case 'dense':
      if (input.length === 1) return [step.units];
      throw unusable(name, 'a vector for a dense step', spellShape(input), 'Put a flatten or a global pool before it.');
    case 'convolution':
    case 'separableConvolution':
    case 'maxPool':
    case 'averagePool':
      return slideOver(step, requireMap(input, name, step.op), name);
    case 'adaptiveAveragePool':
      return [...bothSides(step.outputSize), requireMap(input, name, step.op)[2]];
    case 'globalAveragePool':
    case 'globalMaxPool':
      return [requireMap(input, name, step.op)[2]];
    case 'localResponseNormalization':
      return requireMap(input, name, step.op);
  }
}

function slideOver(step: SlidingStep, input: TensorShape, name: string): TensorShape {
  const { window, output } = slide(step, input);
  if (Math.min(...output) < 1) throw new WindowMisfit(name, input, spellShape(bothSides(window)));
  return [...output, 'filters' in step ? step.filters : input[2]];
}

/** The shape again, once it is known to be a map's. */
export function requireMap(input: TensorShape, name: string, op: Step['op']): TensorShape {
  if (input.length === 3) return input;
  const advice = 'Put it before the flatten or global pool.';
  throw unusable(name, `a map of height, width and channels for a ${op} step`, `a vector of ${spellShape(input)}`, advice);
}

/** A step that meets what it cannot take. */
export function unusable(name: string, expected: string, actual: string, advice: string): InceptionError {
  return new InceptionError('INVALID_ARGUMENT', `${name}: expected ${expected}, got ${actual}. ${advice}`);
}
