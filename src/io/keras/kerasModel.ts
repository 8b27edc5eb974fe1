import type * as tf from '@tensorflow/tfjs';
import { InceptionError } from '../../errors.js';
import type { ModelSnapshot } from '../modelSnapshot.js';
import {
  firstCall,
  isModel,
  topologyGraph,
  type TensorReference,
  type TopologyInput,
  type TopologyLayer,
} from '../topology/modelTopology.js';
import { refusal, type LayerConfig } from './kerasLayers.js';
import { outputShape } from './outputShapes.js';

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

/**
 * A saved model's topology, as `model.toJSON(undefined, false)` gave it, in Keras' terms.
 *
 * @throws InceptionError `UNSUPPORTED_FORMAT` naming every layer that Keras 3 does not have, or computes in another way.
 */
export function kerasModel(where: string, { topology, weights }: ModelSnapshot): KerasModel {
  const refused = refusals(topology as TopologyLayer);
  if (refused.length > 0) {
    const message = `${where}: expected layers that Keras 3 has too, got ${refused.join(', ')}. Save as a folder (tfjs-layers) instead.`;
    throw new InceptionError('UNSUPPORTED_FORMAT', message);
  }
  return readModel(topology as TopologyLayer, new Map(weights.map(({ name, tensor }) => [name, tensor.shape])));
}

function refusals({ class_name, config }: TopologyLayer): string[] {
  const own = refusal(isModel(class_name) ? kerasModelClass(class_name) : class_name, config);
  const inner = isModel(class_name) ? (config.layers as readonly TopologyLayer[]).flatMap(refusals) : [];
  return own === undefined ? inner : [own, ...inner];
}

/** What Keras calls a model of tfjs' class. */
const kerasModelClass = (className: string): KerasModel['className'] => (className === 'Sequential' ? 'Sequential' : 'Functional');

type WeightShapes = ReadonlyMap<string, readonly number[]>;

function readModel(model: TopologyLayer, weightShapes: WeightShapes): KerasModel {
  const { name, layers, input_layers, output_layers } = topologyGraph(model);
  const graph = new Graph(layers);
  const read = layers.map((layer): KerasLayer => {
    const { name: layerName, class_name, inbound_nodes } = layer;
    const calls = inbound_nodes.map((node) => node.map((input) => ({ reference: graph.asInput(input), shape: graph.shapeOf(input) })));
    if (isModel(class_name)) {
      const inner = readModel(layer, weightShapes);
      return { name: inner.name, className: inner.className, config: layer.config, calls, model: inner };
    }
    // tfjs' own SeparableConv2D forgets this setting, and its kernel's shape does not.
    const depth_multiplier =
      class_name === 'SeparableConv2D' ? weightShapes.get(`${layerName}/depthwise_kernel`)?.[3] : layer.config.depth_multiplier;
    return { name: layerName, className: class_name, config: { ...layer.config, depth_multiplier }, calls };
  });
  const outputs = output_layers.map((output) => graph.asOutput(output));
  return { className: kerasModelClass(model.class_name), name, layers: read, inputs: input_layers, outputs };
}

/** The layers of one model, and how they hang together. */
class Graph {
  private readonly layers: ReadonlyMap<string, TopologyLayer>;
  private readonly shapes = new Map<string, tf.Shape>();

  /** @param given Shapes of a nested model's inputs, by name, in place of those that it was built with. */
  constructor(
    layers: readonly TopologyLayer[],
    private readonly given: ReadonlyMap<string, tf.Shape> = new Map(),
  ) {
    this.layers = new Map(layers.map((layer) => [layer.name, layer]));
  }

  /** tfjs counts the making of a model as its first call, and Keras 3 does not… */
  asInput([name, call, tensor]: TopologyInput): TensorReference {
    return [name, call - this.firstCall(name), tensor];
  }

  /** …but where a Functional's tensor is an output of the model around it. */
  asOutput([name, call, tensor]: TopologyInput): TensorReference {
    const { class_name } = this.layers.get(name)!;
    return isModel(class_name) && class_name !== 'Sequential' ? [name, call, tensor] : this.asInput([name, call, tensor]);
  }

  shapeOf([name, call, tensor]: TopologyInput): tf.Shape {
    const key = `${call}/${tensor}/${name}`;
    const shape = this.shapes.get(key) ?? this.computeShape(name, call, tensor);
    this.shapes.set(key, shape);
    return shape;
  }

  private computeShape(name: string, call: number, tensor: number): tf.Shape {
    const layer = this.layers.get(name)!;
    const { class_name, config, inbound_nodes } = layer;
    if (class_name === 'InputLayer') return this.given.get(name) ?? (config.batch_input_shape as tf.Shape);
    const inputs = inbound_nodes[call - this.firstCall(name)].map((input) => this.shapeOf(input));
    if (!isModel(class_name)) return outputShape(class_name, config, inputs);
    const inner = topologyGraph(layer);
    const given = new Map(inner.input_layers.map(([input], index) => [input, inputs[index]]));
    return new Graph(inner.layers, given).shapeOf(inner.output_layers[tensor]);
  }

  private firstCall(name: string): number {
    return firstCall(this.layers.get(name)!.class_name);
  }
}
