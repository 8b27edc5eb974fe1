import type { ShapeRow, TensorShape } from '../spec/shapeRow.js';
import type { ConvolutionStep, ConvolutionStyle } from '../spec/types.js';
import { bothSides } from '../spec/windows.js';

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

function parametersOf(row: ShapeRow, style: ConvolutionStyle): ParameterCount {
  if (row.step?.op === 'convolution') return convolutionParameters(row.step, row.inputShape, style);
  if (row.op !== 'dense' && row.op !== 'classifier' && row.op !== 'projection') return countOf(0);
  const outputs = lastOf(row.outputShape);
  return countOf((lastOf(row.inputShape) + 1) * outputs);
}

function convolutionParameters({ filters, kernelSize }: ConvolutionStep, input: TensorShape, style: ConvolutionStyle): ParameterCount {
  const [height, width] = bothSides(kernelSize);
  const kernel = height * width * lastOf(input) * filters;
  const bias = style.useBias ? filters : 0;
  if (style.order === 'conv-relu') return countOf(kernel + bias);
  const { scale, center } = style.batchNormalization;
  const learned = (scale ? filters : 0) + (center ? filters : 0);
  return countOf(kernel + bias + learned, 2 * filters);
}

function multiplyAddsOf({ op, step, inputShape, outputShape }: ShapeRow): number {
  if (step?.op === 'convolution') {
    const [height, width] = bothSides(step.kernelSize);
    return valuesIn(outputShape) * height * width * lastOf(inputShape);
  }
  return op === 'dense' || op === 'classifier' || op === 'projection' ? valuesIn(outputShape) * lastOf(inputShape) : 0;
}

function valuesIn(shape: TensorShape): number {
  return shape.reduce((product, length) => product * length, 1);
}

function lastOf(shape: TensorShape): number {
  return shape[shape.length - 1];
}
