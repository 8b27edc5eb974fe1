import * as tf from '@tensorflow/tfjs';
import { registerLayers } from '../../../src/layers/register.js';
import zoo from './zoo.json';

/** A layer: its factory in `tf.layers`, or of this package's its class; what that takes, and the names of the layers it reads, without which it reads the one before. */
type Row = readonly [factory: string, args: { readonly name?: string }, from?: readonly string[]];

/** A model of one input, and of layers that follow each other where they do not say otherwise. */
export interface ZooEntry {
  readonly name: string;
  readonly input: readonly number[];
  readonly layers: readonly Row[];
}

/** Models of ordinary layers; every class of layers that can be written is among them or in the library's own networks. */
export const ZOO = zoo as unknown as readonly ZooEntry[];

export function zooModel({ input: shape, layers }: ZooEntry): tf.LayersModel {
  const input = tf.input({ shape: [...shape] });
  const values = new Map([['input', input]]);
  let last = input;
  for (const [factory, args, from] of layers) {
    const taken = from?.map((name) => values.get(name) as tf.SymbolicTensor) ?? [last];
    last = zooLayer(factory, args).apply(taken.length === 1 ? taken[0] : taken) as tf.SymbolicTensor;
    if (args.name) values.set(args.name, last);
  }
  return tf.model({ inputs: input, outputs: last });
}

function zooLayer(factory: string, args: object): tf.layers.Layer {
  registerLayers();
  const factories = tf.layers as unknown as Readonly<Record<string, ((args: object) => tf.layers.Layer) | undefined>>;
  const made = factories[factory]?.(args);
  if (made) return made;
  const [type, fromConfig] = tf.serialization.SerializationMap.getMap().classNameMap[factory];
  return fromConfig(type, args as tf.serialization.ConfigDict) as tf.layers.Layer;
}
