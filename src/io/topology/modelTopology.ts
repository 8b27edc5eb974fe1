import { expectedGot } from '../../errors.js';

/** Where a tensor comes from: layer, which of its calls, which of that call's outputs. */
export type TensorReference = readonly [layer: string, call: number, tensor: number];

/** Its last part holds arguments of the call, which no layer written here takes. */
export type TopologyInput = readonly [...TensorReference, rest?: unknown];

/** A layer, which may be a model itself. */
export interface TopologyLayer {
  readonly name: string;
  readonly class_name: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** What it was applied to, call by call. */
  readonly inbound_nodes: readonly (readonly TopologyInput[])[];
}

/** A model's layers, and how they hang together. */
export interface TopologyGraph {
  readonly name: string;
  readonly layers: readonly TopologyLayer[];
  readonly input_layers: readonly TensorReference[];
  readonly output_layers: readonly TensorReference[];
}

/** A layer, or the outermost model. */
type Described = Pick<TopologyLayer, 'class_name' | 'config'>;

const MODEL_CLASSES: readonly unknown[] = ['Model', 'Functional', 'Sequential'];

/** Whether a layer of this class is a model. */
export function isModel(className: string): boolean {
  return MODEL_CLASSES.includes(className);
}

/** How tfjs counts a layer's first call: a model's call 0 is the one that made it. */
export function firstCall(className: string): number {
  return isModel(className) ? 1 : 0;
}

/**
 * The layers of a model; a Sequential's as a chain, led by its input, which tfjs leaves to the first layer.
 *
 * @throws InceptionError `UNSUPPORTED_FORMAT` for a Sequential without layers, which has no input.
 */
export function topologyGraph({ class_name: className, config }: Described): TopologyGraph {
  const graph = config as unknown as TopologyGraph;
  return className === 'Sequential' ? chain(graph) : graph;
}

function chain({ name, layers }: Pick<TopologyGraph, 'name' | 'layers'>): TopologyGraph {
  if (layers.length === 0) throw expectedGot('UNSUPPORTED_FORMAT', `model '${name}'`, 'one layer at least', 'none');
  const named = layers.map((layer) => ({ ...layer, name: layer.config.name as string }));
  const { batch_input_shape, dtype } = inputConfig(named[0]);
  const config = { name: `${name}_input`, batch_input_shape, dtype };
  const input: TopologyLayer = { name: config.name, class_name: 'InputLayer', config, inbound_nodes: [] };
  const links = named[0].class_name === 'InputLayer' ? named : [input, ...named];
  const ends = links.map(({ name: end, class_name: kind }): TensorReference => [end, firstCall(kind), 0]);
  const linked = links.map((layer, index) => ({ ...layer, inbound_nodes: index === 0 ? [] : [[ends[index - 1]]] }));
  return { name, layers: linked, input_layers: [ends[0]], output_layers: ends.slice(-1) };
}

/** The configuration that has the input's shape: the layer's own, or that of a nested model's input. */
function inputConfig(first: TopologyLayer): TopologyLayer['config'] {
  if (!isModel(first.class_name)) return first.config;
  const { layers, input_layers: inputs } = topologyGraph(first);
  return layers.find(({ name }) => name === inputs[0][0])!.config;
}
