import { kerasClass, kerasConfig } from './kerasLayers.js';
import type { CallInput, KerasLayer, KerasModel } from './kerasModel.js';

/** A model as Keras 3 writes it into `config.json`, and what {@link legacyConfiguration} is made of. */
export function kerasConfiguration(model: KerasModel): Record<string, unknown> {
  const { className, name, layers, inputs, outputs } = model;
  if (className === 'Sequential') {
    const config = { name, layers: layers.map((layer) => layerConfiguration(layer)) };
    return { module: 'keras', class_name: className, config, registered_name: null };
  }
  const withCalls = layers.map((layer) => ({
    ...layerConfiguration(layer),
    name: layer.name,
    inbound_nodes: layer.calls.map(nodeOf),
  }));
  // A list of one would make Keras expect and give lists.
  const [input_layers, output_layers] = [inputs, outputs].map((ends) => (ends.length === 1 ? ends[0] : ends));
  const config = { name, layers: withCalls, input_layers, output_layers };
  return { module: 'keras.src.models.functional', class_name: className, config, registered_name: className };
}

/** A call, with the arguments it was made with: a tensor, or a list of them. */
function nodeOf(inputs: readonly CallInput[]): unknown {
  const tensors = inputs.map(({ reference, shape }) => ({
    class_name: '__keras_tensor__',
    config: { shape, dtype: 'float32', keras_history: reference },
  }));
  return { args: tensors.length === 1 ? tensors : [tensors], kwargs: {} };
}

function layerConfiguration({ className, name, config, model }: KerasLayer): Record<string, unknown> {
  if (model) return kerasConfiguration(model);
  if (className === 'InputLayer') {
    const inputConfig = { batch_shape: config.batch_input_shape, dtype: config.dtype ?? 'float32', name };
    return { module: 'keras.layers', class_name: className, config: inputConfig, registered_name: null };
  }
  return { ...kerasClass(className), config: kerasConfig(className, config) };
}

/** Layers that Keras reads from such files by their modules only: the one is not registered, the other loses an axis of none otherwise. */
const NEEDS_MODULE: ReadonlySet<unknown> = new Set(['CustomScaleLayer', 'Normalization']);

/** The same for `.h5` files, where classes go by one name alone. */
export function legacyConfiguration(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(legacyConfiguration);
  if (typeof value !== 'object' || value === null) return value;
  const { module, registered_name, ...rest } = value as Record<string, unknown>;
  const entries = Object.entries(rest).map(([key, item]) => [key, legacyConfiguration(item)]);
  const isCustom = module !== undefined && typeof registered_name === 'string' && registered_name.includes('>');
  return {
    ...Object.fromEntries(entries),
    ...(isCustom && { class_name: registered_name }),
    ...(NEEDS_MODULE.has(rest.class_name) && { module, registered_name }),
  };
}
