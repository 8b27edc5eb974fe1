import { expectedGot } from '../../errors.js';
import { asList, asObject, asText, type JsonObject, type Place } from './kerasJson.js';
import { snakeCase } from './snakeCase.js';

/** A layer of a Keras configuration, with those within it. */
export interface SavedLayer {
  readonly name: string;
  readonly className: string;
  readonly config: JsonObject;
  /** Where it was serialized: `keras.layers`, or `keras.src.ops.numpy` of what is no layer at all. */
  readonly at: Place;
  /** The whole entry, with `inbound_nodes`. */
  readonly entry: JsonObject;
  /** Where Keras 3 keeps its variables: `layers/conv2d_1`. */
  readonly path: string;
  /** A model's own; `undefined` of a plain layer. */
  readonly layers?: readonly SavedLayer[];
}

/** Models within models. Nobody nests ten. */
const MAX_DEPTH = 16;

/** In one model. The largest network of the family has eight hundred. */
const MAX_LAYERS = 10_000;

/** What tfjs keeps layers in by name is a plain object, which these names mean something to already. */
const RESERVED_NAMES = new Set(Object.getOwnPropertyNames(Object.prototype));

/**
 * The layers of a configuration, in Keras' own order, each with the path that Keras 3's saving gives it: by class, counted, not by name.
 *
 * @param at The file and the place in it.
 * @param value What Keras writes for a whole model: `{ class_name, config }`.
 * @throws InceptionError `CORRUPT_MODEL`
 * @see keras/src/saving/saving_lib.py, `_save_container_state`
 */
export function readSavedLayers(at: Place, value: unknown): SavedLayer {
  return readLayer(at, value, { path: '', depth: 0 });
}

function readLayer(at: Place, value: unknown, { path, depth }: { readonly path: string; readonly depth: number }): SavedLayer {
  if (depth > MAX_DEPTH) throw expectedGot('CORRUPT_MODEL', at, `at most ${MAX_DEPTH} models within one another`, depth);
  const entry = asObject(at, value);
  const className = asText(`${at}.class_name`, entry.class_name);
  // Before 2.3 a Sequential's configuration was its list of layers.
  const config = asObject(`${at}.config`, Array.isArray(entry.config) ? { name: className, layers: entry.config } : entry.config);
  const name = asText(`${at}.name`, config.name ?? entry.name);
  if (RESERVED_NAMES.has(name)) throw expectedGot('CORRUPT_MODEL', `${at}.name`, 'a name that JavaScript has not reserved', name);
  const layer = { name, className, config, at: `${at} layer '${name}'`, entry, path };
  if (config.layers === undefined) return layer;
  return { ...layer, layers: readLayers(`${at}.layers`, asList(`${at}.layers`, config.layers), { path, depth: depth + 1 }) };
}

function readLayers(
  at: Place,
  values: readonly unknown[],
  { path, depth }: { readonly path: string; readonly depth: number },
): SavedLayer[] {
  if (values.length > MAX_LAYERS) throw expectedGot('CORRUPT_MODEL', at, `at most ${MAX_LAYERS} layers`, values.length);
  const counts = new Map<string, number>();
  const names = new Set<string>();
  return values.map((value, index) => {
    const group = snakeCase(String((value as JsonObject | null)?.class_name));
    // Neither a bare operation nor the input of a Sequential is among its model's layers.
    const isCounted = !isOperation(value);
    const count = counts.get(group) ?? 0;
    if (isCounted) counts.set(group, count + 1);
    const own = `${path && `${path}/`}layers/${group}${count === 0 ? '' : `_${count}`}`;
    const layer = readLayer(`${at}[${index}]`, value, { path: own, depth });
    if (names.has(layer.name)) throw expectedGot('CORRUPT_MODEL', at, 'a name of its own for every layer', layer.name);
    names.add(layer.name);
    return layer;
  });
}

/** Whether an entry is an operation between layers, as `x + y` leaves it. Of layers, whatever their class, a file says the type they compute in. */
export function isOperation(value: unknown): boolean {
  const { module: from, config, inbound_nodes: nodes } = (value ?? {}) as JsonObject;
  if (typeof from === 'string') return from.startsWith('keras.src.ops.') || from.startsWith('keras.ops');
  const isOfKeras3 = Array.isArray(nodes) && nodes.length > 0 && !Array.isArray(nodes[0]);
  return isOfKeras3 && !['trainable', 'dtype', 'layers'].some((key) => Object.hasOwn(Object(config) as object, key));
}
