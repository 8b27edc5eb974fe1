import { computed, numbers, scaled, sizeOf, zeros, type Weights } from './constant.js';
import { batchNormalizationLine } from './normalizations.js';
import type { OnnxGraph, Operation } from './onnxGraph.js';

/** `x · scale + shift`: a number each, or one a channel. */
interface Line {
  readonly scale?: Weights;
  readonly shift?: Weights;
}

/** By operation: the axis of its kernel along which its results are numbered. */
const OUTPUT_AXIS: Readonly<Record<string, number>> = { Conv: 0, Gemm: 1 };

/**
 * Puts batch normalization, and scales and offsets by one number, into the kernel and bias of the convolution or dense layer before it,
 * where nothing else takes what that computes. In float64, rounded once.
 *
 * @see Jacob et al. 2018, arXiv:1712.05877, §3.2, on batch normalization folding.
 */
export function foldLines(graph: OnnxGraph): void {
  for (const linear of graph.operations.filter(({ type }) => type in OUTPUT_AXIS)) {
    for (let next = graph.soleConsumer(linear.outputs[0]); next; next = graph.soleConsumer(linear.outputs[0])) {
      const line = lineOf(graph, next);
      if (!line) break;
      fold(graph, linear, line);
      linear.outputs = next.outputs;
      graph.remove(next);
    }
  }
  graph.prune();
}

function lineOf(graph: OnnxGraph, { type, inputs, attributes }: Operation): Line | undefined {
  const [gamma, beta, mean, variance] = inputs.slice(1).map((name) => graph.weights(name));
  if (type === 'BatchNormalization' && gamma && beta && mean && variance) {
    const { float: epsilon } = attributes.epsilon as { float: number };
    return batchNormalizationLine([gamma, beta, mean, variance], epsilon);
  }
  const number = inputs.map((name) => graph.weights(name)).find((weights) => weights !== undefined && sizeOf(weights) === 1);
  if (type === 'Mul' && number) return { scale: number };
  if (type === 'Add' && number) return { shift: number };
  return undefined;
}

function fold(graph: OnnxGraph, operation: Operation, { scale, shift }: Line): void {
  const [input, kernelName, biasName] = operation.inputs;
  const kernel = graph.weights(kernelName) as Weights;
  const axis = OUTPUT_AXIS[operation.type];
  const outputs = kernel.dims[axis];
  const bias = graph.weights(biasName) ?? zeros(outputs);
  const scales = scale ?? numbers([1]);
  const shifts = shift ?? numbers([0]);
  const newBias = computed([outputs], [bias, scales, shifts], (values, factors, terms) =>
    Float64Array.from(values, (value, channel) => value * factors[channel % factors.length] + terms[channel % terms.length]),
  );
  operation.inputs = [
    input,
    scale ? graph.addConstant(`${operation.name}/kernel`, scaled(kernel, axis, scale)) : kernelName,
    graph.addConstant(`${operation.name}/bias`, newBias),
  ];
}
