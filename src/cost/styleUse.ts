import { styleOf } from '../spec/convolutionStyles.js';
import { isConvolution } from '../spec/isConvolution.js';
import { namedStepsOf } from '../spec/namedSteps.js';
import type { ConvolutionStyle, NetworkSpec, Step } from '../spec/types.js';

/** The steps of a network in which a part of its style has effect, and those of the same kinds in which it has none; by full name. */
export interface Use {
  readonly users: readonly string[];
  readonly others: readonly string[];
}

/** Where a network has a use for those parts of its style that have no effect in every network. */
export interface StyleUse {
  /** `batchNormalization`: convolutions that are normalised, and batch normalisation that stands by itself. */
  readonly batchNormalization: Use;
  /** `initialBias`: convolutions, dense steps and residual modules' projections with a bias; a classifier's starts at 0 in any style. */
  readonly initialBias: Use;
}

/** In which steps a network's style has effect: a step may have an order or a bias of its own, so the style alone does not tell. */
export function styleUse(spec: NetworkSpec): StyleUse {
  const steps = namedStepsOf(spec);
  const useOf = (applies: (step: Step, style: ConvolutionStyle) => boolean | undefined): Use => {
    const [users, others] = [true, false].map((isUser) => steps.filter(({ step }) => applies(step, spec.convolution) === isUser));
    return { users: users.map(({ name }) => name), others: others.map(({ name }) => name) };
  };
  return { batchNormalization: useOf(isNormalized), initialBias: useOf(hasBias) };
}

/** Undefined for a step that is never normalised. */
function isNormalized(step: Step, style: ConvolutionStyle): boolean | undefined {
  if (step.op === 'batchNormalization') return true;
  return isConvolution(step) ? styleOf(step, style).order !== 'conv-relu' : undefined;
}

/** Undefined for a step that never has a bias. */
function hasBias(step: Step, style: ConvolutionStyle): boolean | undefined {
  if (step.op === 'dense') return step.useBias ?? true;
  if (step.op === 'module') return typeof step.merge === 'object' || undefined;
  return isConvolution(step) ? styleOf(step, style).useBias : undefined;
}
