import { expectedGot } from '../../errors.js';
import { asIndex, asList, asObject, asText, type JsonObject, type Place } from './kerasJson.js';
import type { SavedLayer } from './savedLayer.js';

/** An output of one of a layer's calls. */
export interface TensorReference {
  readonly layer: string;
  /** From 0, in the file's order of the layer's calls. */
  readonly call: number;
  readonly tensor: number;
}

/** What a layer was applied to. */
export type Call = readonly TensorReference[];

/**
 * The calls of a layer, in the file's order. Keras 3 writes a call's arguments, `{ args, kwargs }`; Keras 2 lists of references.
 *
 * @param layers Of the same model, by name.
 * @throws InceptionError `CORRUPT_MODEL`
 */
export function readCalls(layer: SavedLayer, layers: ReadonlyMap<string, SavedLayer>): Call[] {
  const at = `${layer.at}.inbound_nodes`;
  const nodes = asList(at, layer.entry.inbound_nodes ?? []);
  return nodes.map((node, index) => {
    if (!Array.isArray(node)) return keras3Call(`${at}[${index}]`, asObject(at, node));
    const references = (node as unknown[]).map((value) => readReference(at, value));
    return references.map((reference) => ({ ...reference, call: reference.call - firstCall(layers, reference) }));
  });
}

function keras3Call(at: Place, { args, kwargs }: JsonObject): Call {
  const given = asList(`${at}.args`, args).flat();
  const tensors = given.filter((value) => (value as JsonObject | null)?.class_name === '__keras_tensor__');
  // Which argument a tensor was given under would have to be known; no layer that is read here takes one so.
  if (JSON.stringify(kwargs ?? {}).includes('__keras_tensor__'))
    throw expectedGot('UNSUPPORTED_FORMAT', at, 'tensors given by position', 'by name');
  return tensors.map((tensor) => readReference(at, asObject(at, (tensor as JsonObject).config).keras_history));
}

/** `[layer, call, tensor]` */
export function readReference(at: Place, value: unknown): TensorReference {
  const [layer, call, tensor] = asList(at, value);
  return { layer: asText(at, layer), call: asIndex(at, call), tensor: asIndex(at, tensor) };
}

/** Keras 2 counts a model's own inputs as the first call of it, where it was built before it was called. */
function firstCall(layers: ReadonlyMap<string, SavedLayer>, { layer, call }: TensorReference): number {
  return layers.get(layer)?.layers && call > 0 ? 1 : 0;
}

/**
 * What a model's `input_layers` and `output_layers` refer to. There Keras 3, too, counts from 1 for a model within the model, but not for a Sequential.
 *
 * @throws InceptionError `CORRUPT_MODEL`
 */
export function readEnds(at: Place, value: unknown, layers: ReadonlyMap<string, SavedLayer>): TensorReference[] {
  const list = asList(at, value);
  const references = typeof list[0] === 'string' ? [list] : list;
  if (references.length === 0) throw expectedGot('CORRUPT_MODEL', at, 'one at least', value);
  const isKeras3 = [...layers.values()].some(({ entry }) => Array.isArray(entry.inbound_nodes) && isKeras3Node(entry.inbound_nodes[0]));
  return references.map((item) => {
    const reference = readReference(at, item);
    const isCountedFrom0 = isKeras3 && layers.get(reference.layer)?.className === 'Sequential';
    return { ...reference, call: reference.call - (isCountedFrom0 ? 0 : firstCall(layers, reference)) };
  });
}

const isKeras3Node = (node: unknown): boolean => node !== undefined && !Array.isArray(node);
