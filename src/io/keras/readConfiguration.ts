import { expectedGot, InceptionError } from '../../errors.js';
import { asObject, parseJson, type JsonObject } from './kerasJson.js';
import { orderCalls } from './orderCalls.js';
import { readCalls, readEnds } from './readCalls.js';
import { readLayer, type Dialect } from './readLayer.js';
import { readSavedLayers, type SavedLayer } from './savedLayer.js';

/** What a Keras configuration says. */
export interface KerasConfiguration {
  /** The architecture as tfjs' deserializer takes it. */
  readonly topology: JsonObject;
  /** The model as Keras has it. */
  readonly model: SavedLayer;
}

/** Keras' names of models of layers. (What a program derives from them keeps its graph, and is read alike.) */
const SEQUENTIAL = 'Sequential';

/**
 * Translates a model's configuration, of Keras 2 or 3, to tfjs' topology.
 *
 * Everything is float32 there, also what Keras trained in mixed precision: the weights are stored as float32, and half precision would change the
 * outputs by more than rounding. Layers that augment pictures in training are passed through. Initializers and constraints are left out.
 *
 * @param file With the place in it, for messages.
 * @param version Of the Keras that wrote it, as `2.15.0`; `undefined` of the oldest.
 * @throws InceptionError `CORRUPT_MODEL`; `UNSUPPORTED_FORMAT` naming every layer that tfjs cannot compute, all at once.
 */
export function readConfiguration(file: string, text: string, version: string | undefined): KerasConfiguration {
  const model = readSavedLayers(file, parseJson(file, text));
  if (!model.layers) {
    throw expectedGot(
      'UNSUPPORTED_FORMAT',
      file,
      'a Sequential or functional model',
      model.className,
      'A subclassed model is a program; only Python can run it.',
    );
  }
  const problems: string[] = [];
  const topology = readModel(model, { isKeras2: !version?.startsWith('3') }, problems);
  if (problems.length === 0) return { topology, model };
  throw new InceptionError(
    'UNSUPPORTED_FORMAT',
    `${file}: expected layers that TensorFlow.js computes, got ${problems.length} others:\n${problems.join('\n')}\nReplace them in Keras, and save it again.`,
  );
}

function readModel(model: SavedLayer, dialect: Dialect, problems: string[]): JsonObject {
  const layers = model.layers!.map((layer) => readEntry(layer, dialect, problems));
  const { name, trainable } = model.config;
  const common = { name, ...(trainable === undefined ? {} : { trainable }) };
  if (model.className === SEQUENTIAL) return { class_name: SEQUENTIAL, config: { ...common, layers: withInput(model, layers) } };
  const byName = new Map(model.layers!.map((layer) => [layer.name, layer]));
  const at = model.at;
  const order = orderCalls(
    at,
    model.layers!.map((layer) => ({ name: layer.name, calls: readCalls(layer, byName), callsBefore: isCalledWhenMade(layer) ? 1 : 0 })),
  );
  const nodes = (layer: SavedLayer): unknown[] =>
    order.calls.get(layer.name)!.map((call) => call.map((input) => [...order.rename(input), {}]));
  const ends = (key: 'input_layers' | 'output_layers'): unknown[] => readEnds(`${at}.${key}`, model.config[key], byName).map(order.rename);
  return {
    class_name: 'Model',
    config: {
      ...common,
      layers: layers.map((layer, index) => ({ ...layer, name: model.layers![index].name, inbound_nodes: nodes(model.layers![index]) })),
      input_layers: ends('input_layers'),
      output_layers: ends('output_layers'),
    },
  };
}

/** Inputs, and models within the model: tfjs counts their own inputs as a call. */
function isCalledWhenMade({ className, layers }: SavedLayer): boolean {
  return className === 'InputLayer' || layers !== undefined;
}

function readEntry(layer: SavedLayer, dialect: Dialect, problems: string[]): JsonObject {
  if (layer.layers) return readModel(layer, dialect, problems);
  const read = readLayer(layer, dialect);
  if (typeof read !== 'string') return { class_name: read.className, config: read.config };
  problems.push(read);
  return {};
}

/** A Sequential whose layers do not say what goes in says it itself. */
function withInput({ at, config, layers: saved }: SavedLayer, layers: readonly JsonObject[]): readonly JsonObject[] {
  const [first] = saved!;
  if (first === undefined) throw expectedGot('CORRUPT_MODEL', `${at}.layers`, 'one at least', []);
  if (first.className === 'InputLayer' || first.layers || first.config.batch_input_shape !== undefined) return layers;
  const shape = config.build_input_shape ?? first.config.batch_shape;
  if (!Array.isArray(shape))
    throw expectedGot('UNSUPPORTED_FORMAT', at, 'a Sequential that was built', 'one without an input shape', 'Build it in Keras.');
  const { config: settings } = layers[0];
  return [{ ...layers[0], config: { ...asObject(at, settings ?? {}), batch_input_shape: shape } }, ...layers.slice(1)];
}
