import { expectedGot } from '../../errors.js';
import type { Preprocessing } from '../../spec/types.js';
import { computed, integers, numbers, reversed, scaled, sizeOf, zeros, type Weights } from './constant.js';
import { TensorProto_DataType as DataType } from './onnx-ml_pb.js';
import type { GraphPort, OnnxGraph, Operation } from './onnxGraph.js';

/** What goes into a graph that prepares its pictures itself: RGB values 0–255, channels last. */
export interface PixelInput {
  readonly preprocessing: Preprocessing;
  readonly type: 'float32' | 'uint8';
}

/**
 * Lets a graph take pixels: what would turn them into the network's input goes into its first convolutions.
 *
 * Their kernels take over the scale and the order of the channels. The offset goes into the bias; but where a convolution pads, its zeros
 * stand for prepared values, so that the offset stays an addition before it. Anything else that reads the input gets it prepared.
 *
 * @throws InceptionError `UNSUPPORTED_FORMAT` if the model has not one input with a channel for each offset.
 */
export function foldPreprocessing(where: string, graph: OnnxGraph, { preprocessing, type }: PixelInput): void {
  const port = pictureInput(where, graph, preprocessing);
  graph.inputs[0] = { ...port, type };
  const transposed = graph.operations.find(({ inputs }) => inputs.includes(port.name)) as Operation;
  const [readers, [planes]] = [graph.consumers(transposed.outputs[0]), transposed.outputs];
  const pixels = type === 'uint8' ? graph.addAfter(planes, 'Cast', 'input/float', [], { to: DataType.FLOAT }) : planes;
  const ways = readers.map((reader) => howPrepared(reader, preprocessing));
  const prepared = new Map([...new Set(ways)].map((way) => [way, PREPARE[way](graph, pixels, preprocessing)]));
  readers.forEach((reader, index) => {
    const way = ways[index];
    reader.inputs = reader.inputs.map((name) => (name === planes ? (prepared.get(way) as string) : name));
    if (way !== 'prepared') foldInto(graph, reader, preprocessing, { offset: way === 'pixels' });
  });
  graph.prune();
}

/** How much is done to pixels before an operation reads them: nothing, the offset, or everything. */
type Way = 'pixels' | 'shifted' | 'prepared';

function howPrepared({ type, attributes }: Operation, { offset }: Preprocessing): Way {
  if (type !== 'Conv' || attributes.group !== 1) return 'prepared';
  const pads = (attributes.pads as readonly number[]).some((length) => length !== 0);
  return pads && offset.some((value) => value !== 0) ? 'shifted' : 'pixels';
}

/** What comes of the pixels each way. */
const PREPARE: Readonly<Record<Way, (graph: OnnxGraph, pixels: string, preprocessing: Preprocessing) => string>> = {
  pixels: (_, pixels) => pixels,
  // Zero means the same here as in the network's input, and the channels are the pixels' still.
  shifted: (graph, pixels, { channelOrder, scale, offset }) => {
    const shifts = offset.map((value) => value / scale);
    if (channelOrder === 'bgr') shifts.reverse();
    return withVector(graph, pixels, 'Add', 'shifted', shifts);
  },
  prepared: (graph, pixels, { channelOrder, scale, offset }) => {
    const order = integers(offset.map((_, channel) => offset.length - 1 - channel));
    const gather = (): string => graph.addAfter(pixels, 'Gather', 'input/ordered', [graph.addConstant('input/order', order)], { axis: 1 });
    const ordered = channelOrder === 'bgr' ? gather() : pixels;
    const scales = offset.map(() => scale);
    return withVector(graph, withVector(graph, ordered, 'Mul', 'scaled', scales), 'Add', 'prepared', offset);
  },
};

function withVector(graph: OnnxGraph, value: string, type: 'Add' | 'Mul', part: string, vector: readonly number[]): string {
  const constant = graph.addConstant(`input/${part}/vector`, numbers(vector, [vector.length, 1, 1]));
  return graph.addAfter(value, type, `input/${part}`, [constant]);
}

function pictureInput(where: string, { inputs }: OnnxGraph, { offset }: Preprocessing): GraphPort {
  const [port] = inputs;
  if (inputs.length === 1 && port.shape.length === 3 && port.shape[2] === offset.length) return port;
  const shapes = inputs.map(({ shape }) => `[${shape.join(', ')}]`).join(' and ');
  throw expectedGot('UNSUPPORTED_FORMAT', where, `one input of shape [height, width, ${offset.length}]`, shapes);
}

/** Scale and order of the channels go into the kernel; the offset, where it is not in the pixels yet, into the bias. */
function foldInto(graph: OnnxGraph, convolution: Operation, preprocessing: Preprocessing, { offset }: { offset: boolean }): void {
  const [input, kernelName, ...biasNames] = convolution.inputs;
  const kernel = graph.weights(kernelName) as Weights;
  const ordered = preprocessing.channelOrder === 'bgr' ? reversed(kernel, 1) : kernel;
  const newKernel = graph.addConstant(`${convolution.name}/kernel`, scaled(ordered, 0, numbers([preprocessing.scale])));
  const bias = graph.weights(biasNames[0]);
  const newBias = (): string => graph.addConstant(`${convolution.name}/bias`, shiftedBias(kernel, bias, preprocessing.offset));
  convolution.inputs = [input, newKernel, ...(offset ? [newBias()] : biasNames)];
}

/** The bias and, for each filter, what a map of nothing but the offsets comes to. */
function shiftedBias(kernel: Weights, bias: Weights | undefined, offsets: readonly number[]): Weights {
  const [filters] = kernel.dims;
  const ofFilter = sizeOf(kernel) / filters;
  return computed([filters], [bias ?? zeros(filters), scaled(kernel, 1, numbers(offsets))], (values, products) => {
    const sums = Float64Array.from(values);
    for (let at = 0; at < products.length; at++) sums[Math.floor(at / ofFilter)] += products[at];
    return sums;
  });
}
