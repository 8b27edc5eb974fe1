import { numbers } from './constant.js';
import type { OnnxGraph, Operation } from './onnxGraph.js';

/** Operations whose results are never negative whatever goes in. */
const NEVER_NEGATIVE: readonly string[] = ['Relu', 'Sigmoid', 'HardSigmoid', 'Softmax', 'Softplus'];

/** Operations whose results are not negative where none of what goes in is. */
const KEEP_SIGN: readonly string[] = ['MaxPool', 'AveragePool', 'Concat', 'Add', 'Sum', 'LRN', 'Pad', 'Transpose', 'Split', 'Identity'];

/** Operations that can lay zeros round their input themselves. */
const PADDING: readonly string[] = ['Conv', 'AveragePool', 'MaxPool'];

/** The least of all float32 numbers. */
const LEAST = -(2 - 2 ** -23) * 2 ** 127;

/**
 * Lets convolutions and pools lay zeros round their input themselves, where an operation of its own did, wherever the result stays the
 * same: a mean then counts them, and a maximum must be over values that are not negative.
 */
export function mergePadding(graph: OnnxGraph): void {
  for (const pad of graph.operations.filter(({ type }) => type === 'Pad')) {
    const zeros = zerosOf(graph, pad);
    for (const consumer of graph.consumers(pad.outputs[0])) {
      if (!PADDING.includes(consumer.type)) continue;
      const attributes = withPadding(graph, pad, consumer, zeros);
      consumer.attributes = attributes ?? consumer.attributes;
      consumer.inputs = [attributes ? pad.inputs[0] : keepApart(graph, pad), ...consumer.inputs.slice(1)];
    }
  }
  graph.prune();
}

/**
 * Puts an operation that changes nothing between zeros and a pool that they cannot go into: ONNX Runtime would merge the two all the same.
 *
 * @see https://github.com/microsoft/onnxruntime/pull/18136 and, for the same mistake elsewhere, https://github.com/onnx/optimizer/pull/318
 */
function keepApart(graph: OnnxGraph, { name, outputs: [padded] }: Operation): string {
  return graph.addAfter(padded, 'Max', `${name}/kept`, [graph.addConstant(`${name}/least`, numbers([LEAST], []))]);
}

/** Top, left, bottom, right. */
function zerosOf(graph: OnnxGraph, { inputs }: Operation): number[] {
  const pads = graph.constants.get(inputs[1]);
  const values = pads?.type === 'int64' ? pads.values : [];
  return [...values.slice(2, 4), ...values.slice(6, 8)];
}

function withPadding(graph: OnnxGraph, pad: Operation, consumer: Operation, zeros: readonly number[]): Operation['attributes'] | undefined {
  const { type, attributes } = consumer;
  const own = attributes.pads as readonly number[];
  const pads = own.map((length, side) => length + zeros[side]);
  if (type === 'Conv') return { ...attributes, pads };
  const window = attributes.kernel_shape as readonly number[];
  // A window that sees nothing but padding would have no maximum.
  const fits = own.every((length) => length === 0) && zeros.every((length, side) => length < window[side % 2]);
  if (!fits) return undefined;
  if (type === 'AveragePool') return { ...attributes, pads, count_include_pad: 1 };
  return isNeverNegative(graph, pad.inputs[0]) ? { ...attributes, pads } : undefined;
}

/** @param known What was found out so far, so that no value is asked about twice. */
function isNeverNegative(graph: OnnxGraph, value: string, known = new Map<string, boolean>()): boolean {
  const found = known.get(value);
  if (found !== undefined) return found;
  const producer = graph.producer(value);
  const inputs = producer?.inputs.filter((input) => graph.constants.get(input)?.type !== 'int64') ?? [];
  const isNever =
    producer !== undefined &&
    (NEVER_NEGATIVE.includes(producer.type) ||
      (KEEP_SIGN.includes(producer.type) && inputs.every((input) => isNeverNegative(graph, input, known))));
  known.set(value, isNever);
  return isNever;
}
