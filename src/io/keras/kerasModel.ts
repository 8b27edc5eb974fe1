import type * as tf from '@tensorflow/tfjs';
import { InceptionError } from '../../errors.js';
import type { ModelSnapshot } from '../modelSnapshot.js';
import { refusal, type LayerConfig } from './kerasLayers.js';
import { outputShape } from './outputShapes.js';

/** Where a tensor comes from: layer, which of its calls, which of that call's outputs. */
export type TensorReference = readonly [layer: string, call: number, tensor: number];

/** A tensor that a layer is applied to. */
export interface CallInput {
  readonly reference: TensorReference;
  /** The batch included. */
  readonly shape: tf.Shape;
}

/** A layer of a {@link KerasModel}. */
export interface KerasLayer {
  readonly name: string;
  /** As tfjs names it; of a nested model, as Keras does. */
  readonly className: string;
  readonly config: LayerConfig;
  /** What it was applied to, call by call. */
  readonly calls: readonly (readonly CallInput[])[];
  /** What is in it, if it is a model itself. */
  readonly model?: KerasModel;
}

/** A model of tfjs, its calls counted as Keras 3 counts them. */
export interface KerasModel {
  readonly className: 'Functional' | 'Sequential';
  readonly name: string;
  /** In Keras' order, which is tfjs': by depth, then as the outputs come upon them. */
  readonly layers: readonly KerasLayer[];
  readonly inputs: readonly TensorReference[];
  readonly outputs: readonly TensorReference[];
}

/** Its last part holds arguments of the call, which no layer written here takes. */
type TfjsReference = readonly [layer: string, call: number, tensor: number, rest?: unknown];

interface TfjsLayer {
  readonly class_name: string;
  readonly config: LayerConfig & Partial<TfjsModel>;
  readonly inbound_nodes?: readonly (readonly TfjsReference[])[];
}

interface TfjsModel {
  readonly name: string;
  readonly layers: readonly TfjsLayer[];
  readonly input_layers?: readonly TensorReference[];
  readonly output_layers?: readonly TensorReference[];
}

/** tfjs' names of the classes that are models. */
const MODELS: ReadonlyMap<string, KerasModel['className']> = new Map([
  ['Model', 'Functional'],
  ['Functional', 'Functional'],
  ['Sequential', 'Sequential'],
]);

/**
 * A saved model's topology, as `model.toJSON(undefined, false)` gave it, in Keras' terms.
 *
 * @throws InceptionError `UNSUPPORTED_FORMAT` naming every layer that Keras 3 does not have, or computes in another way.
 */
export function kerasModel(where: string, { topology, weights }: ModelSnapshot): KerasModel {
  const refused = refusals(topology as TfjsLayer);
  if (refused.length > 0) {
    const message = `${where}: expected layers that Keras 3 has too, got ${refused.join(', ')}. Save as a folder (tfjs-layers) instead.`;
    throw new InceptionError('UNSUPPORTED_FORMAT', message);
  }
  return readModel(topology as TfjsLayer, new Map(weights.map(({ name, tensor }) => [name, tensor.shape])));
}

function refusals({ class_name, config }: TfjsLayer): string[] {
  const own = refusal(MODELS.get(class_name) ?? class_name, config);
  return [...(own === undefined ? [] : [own]), ...(MODELS.has(class_name) ? (config.layers ?? []).flatMap(refusals) : [])];
}

type WeightShapes = ReadonlyMap<string, readonly number[]>;

function readModel(model: TfjsLayer, weightShapes: WeightShapes): KerasModel {
  const { name, layers, input_layers, output_layers } = functionalConfig(model);
  const graph = new Graph(layers);
  const read = layers.map((layer): KerasLayer => {
    const { class_name, inbound_nodes = [] } = layer;
    const calls = inbound_nodes.map((node) => node.map((input) => ({ reference: graph.asInput(input), shape: graph.shapeOf(input) })));
    if (MODELS.has(class_name)) {
      const inner = readModel(layer, weightShapes);
      return { name: inner.name, className: inner.className, config: layer.config, calls, model: inner };
    }
    const layerName = layer.config.name as string;
    // tfjs' own SeparableConv2D forgets this setting, and its kernel's shape does not.
    const depth_multiplier =
      class_name === 'SeparableConv2D' ? weightShapes.get(`${layerName}/depthwise_kernel`)?.[3] : layer.config.depth_multiplier;
    return { name: layerName, className: class_name, config: { ...layer.config, depth_multiplier }, calls };
  });
  const outputs = output_layers.map((output) => graph.asOutput(output));
  return { className: MODELS.get(model.class_name) ?? 'Functional', name, layers: read, inputs: input_layers, outputs };
}

/** The layers of one model, and how they hang together. */
class Graph {
  private readonly layers: ReadonlyMap<unknown, TfjsLayer>;
  private readonly shapes = new Map<string, tf.Shape>();

  /** @param given Shapes of a nested model's inputs, by name, in place of those that it was built with. */
  constructor(
    layers: readonly TfjsLayer[],
    private readonly given: ReadonlyMap<string, tf.Shape> = new Map(),
  ) {
    this.layers = new Map(layers.map((layer) => [layer.config.name, layer]));
  }

  /** tfjs counts the making of a model as its first call, and Keras 3 does not… */
  asInput([name, call, tensor]: TfjsReference): TensorReference {
    return [name, call - this.firstCall(name), tensor];
  }

  /** …but where a Functional's tensor is an output of the model around it. */
  asOutput([name, call, tensor]: TfjsReference): TensorReference {
    const isFunctional = MODELS.get(this.layers.get(name)?.class_name ?? '') === 'Functional';
    return isFunctional ? [name, call, tensor] : this.asInput([name, call, tensor]);
  }

  shapeOf([name, call, tensor]: TfjsReference): tf.Shape {
    const key = `${call}/${tensor}/${name}`;
    const shape = this.shapes.get(key) ?? this.computeShape(name, call, tensor);
    this.shapes.set(key, shape);
    return shape;
  }

  private computeShape(name: string, call: number, tensor: number): tf.Shape {
    const layer = this.layers.get(name) as TfjsLayer;
    const { class_name, config, inbound_nodes = [] } = layer;
    if (class_name === 'InputLayer') return this.given.get(name) ?? (config.batch_input_shape as tf.Shape);
    const inputs = inbound_nodes[call - this.firstCall(name)].map((input) => this.shapeOf(input));
    if (!MODELS.has(class_name)) return outputShape(class_name, config, inputs);
    const inner = functionalConfig(layer);
    const given = new Map(inner.input_layers.map(([input], index) => [input, inputs[index]]));
    return new Graph(inner.layers, given).shapeOf(inner.output_layers[tensor]);
  }

  private firstCall(name: string): number {
    return MODELS.has(this.layers.get(name)?.class_name ?? '') ? 1 : 0;
  }
}

/** A model's configuration; a Sequential's as that of a chain, led by its input, which tfjs leaves to the first layer. */
function functionalConfig({ class_name, config }: TfjsLayer): Required<TfjsModel> {
  const { name, layers = [], input_layers = [], output_layers = [] } = config as TfjsModel;
  if (MODELS.get(class_name) !== 'Sequential' || layers.length === 0) return { name, layers, input_layers, output_layers };
  const { batch_input_shape, dtype } = inputConfig(layers[0]);
  const input: TfjsLayer = { class_name: 'InputLayer', config: { name: `${name}_input`, batch_input_shape, dtype } };
  const chain = layers[0].class_name === 'InputLayer' ? layers : [input, ...layers];
  const ends = chain.map(({ class_name: kind, config: { name: end } }): TensorReference => [end as string, MODELS.has(kind) ? 1 : 0, 0]);
  const linked = chain.map((layer, index) => ({ ...layer, inbound_nodes: index === 0 ? [] : [[ends[index - 1]]] }));
  return { name, layers: linked, input_layers: [ends[0]], output_layers: ends.slice(-1) };
}

/** The configuration that has the input's shape: the layer's own, or that of a nested model's input. */
function inputConfig(layer: TfjsLayer): LayerConfig {
  const { layers = [], input_layers = [] } = layer.config as Partial<TfjsModel>;
  if (!MODELS.has(layer.class_name) || layers.length === 0) return layer.config;
  return inputConfig(layers.find(({ config }) => config.name === input_layers[0]?.[0]) ?? layers[0]);
}
