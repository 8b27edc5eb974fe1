import type { ReceptiveField } from './receptiveField.js';
import type { ShapeRow, TensorShape } from '../spec/shapeRow.js';
import { styleOf } from '../spec/convolutionStyles.js';
import { isConvolution } from '../spec/isConvolution.js';
import type { ConvolutionStep, ConvolutionStyle, SeparableConvolutionStep } from '../spec/types.js';
import { windowOf } from '../spec/windows.js';

/** Values that a network holds. */
export interface ParameterCount {
  /** What an optimizer changes: kernels, biases, gammas, betas. */
  readonly trainable: number;
  /** Batch normalisation's moving means and variances. */
  readonly nonTrainable: number;
  readonly total: number;
}

/** What a part of a network costs, for one picture. */
export interface CostSum {
  readonly parameters: ParameterCount;
  /** Of convolutions and dense layers, zeros of the padding included; normalisation, pools and merges count none. */
  readonly multiplyAdds: number;
  /** Bytes, as float32, of every operation's output; a convolution with its normalisation and ReLU counts as one. */
  readonly activationBytes: number;
}

/** One operation's cost. */
export interface CostRow extends CostSum, ShapeRow {
  /** Of one value that leaves it. */
  readonly receptiveField: ReceptiveField;
  /** Of the whole spec's multiply-adds, 0 to 1. */
  readonly share: number;
}

const BYTES_PER_VALUE = 4;

/** What one traced operation costs. */
export function operationCost(row: ShapeRow, style: ConvolutionStyle): CostSum {
  return {
    parameters: parametersOf(row, style),
    multiplyAdds: multiplyAddsOf(row),
    // A flatten gives the same values another shape.
    activationBytes: row.op === 'flatten' ? 0 : BYTES_PER_VALUE * valuesIn(row.outputShape),
  };
}

/** Adds costs up. */
export function sumCosts(costs: readonly CostSum[]): CostSum {
  const add = (value: (cost: CostSum) => number): number => costs.reduce((sum, cost) => sum + value(cost), 0);
  return {
    parameters: countOf(
      add(({ parameters }) => parameters.trainable),
      add(({ parameters }) => parameters.nonTrainable),
    ),
    multiplyAdds: add(({ multiplyAdds }) => multiplyAdds),
    activationBytes: add(({ activationBytes }) => activationBytes),
  };
}

function countOf(trainable: number, nonTrainable = 0): ParameterCount {
  return { trainable, nonTrainable, total: trainable + nonTrainable };
}

function parametersOf({ op, step, inputShape, outputShape }: ShapeRow, style: ConvolutionStyle): ParameterCount {
  const [inputs, outputs] = [lastOf(inputShape), lastOf(outputShape)];
  if (step && isConvolution(step)) return convolutionParameters(step, inputShape, style);
  if (op === 'batchNormalization') return normalizationParameters(outputs, style);
  if (op !== 'dense' && op !== 'classifier' && op !== 'projection') return countOf(0);
  const bias = step?.op === 'dense' && step.useBias === false ? 0 : outputs;
  return countOf(inputs * outputs + bias);
}

function convolutionParameters(
  step: ConvolutionStep | SeparableConvolutionStep,
  input: TensorShape,
  networkStyle: ConvolutionStyle,
): ParameterCount {
  const { order, useBias, batchNormalization } = styleOf(step, networkStyle);
  const { filters } = step;
  const [depthwise, pointwise] = multiplyAddsAPixel(step, input);
  const kernels = depthwise + pointwise + (useBias ? filters : 0);
  if (order === 'conv-relu') return countOf(kernels);
  const { trainable, nonTrainable } = normalizationParameters(filters, { ...networkStyle, batchNormalization });
  return countOf(kernels + trainable, nonTrainable);
}

function normalizationParameters(channels: number, { batchNormalization: { scale, center } }: ConvolutionStyle): ParameterCount {
  return countOf((scale ? channels : 0) + (center ? channels : 0), 2 * channels);
}

/** Values in the kernels, which are multiplied once for each pixel that comes out: of the depthwise part, if any, and of the rest. */
function multiplyAddsAPixel(step: ConvolutionStep | SeparableConvolutionStep, input: TensorShape): [depthwise: number, rest: number] {
  const [height, width] = windowOf(step, input);
  const channels = lastOf(input);
  if (step.op === 'convolution') return [0, height * width * channels * step.filters];
  const between = channels * (step.depthMultiplier ?? 1);
  return [height * width * between, between * step.filters];
}

function multiplyAddsOf({ op, step, inputShape, outputShape }: ShapeRow): number {
  if (step && isConvolution(step)) {
    const [height, width] = outputShape;
    const [depthwise, rest] = multiplyAddsAPixel(step, inputShape);
    return height * width * (depthwise + rest);
  }
  return op === 'dense' || op === 'classifier' || op === 'projection' ? valuesIn(outputShape) * lastOf(inputShape) : 0;
}

function valuesIn(shape: TensorShape): number {
  return shape.reduce((product, length) => product * length, 1);
}

function lastOf(shape: TensorShape): number {
  return shape[shape.length - 1];
}
