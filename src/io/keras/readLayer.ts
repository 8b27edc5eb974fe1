import { expectedGot } from '../../errors.js';
import { isOperation, type SavedLayer } from './savedLayer.js';
import type { JsonObject } from './kerasJson.js';
import { LAYER_RULES, type LayerRule, type TfjsLayer } from './layerRules.js';
import { readActivation } from './readActivation.js';
import { readOperation } from './readOperation.js';

/** What is known of the file beyond a layer. */
export interface Dialect {
  readonly isKeras2: boolean;
}

/** Settings that any layer may have. Types are left out: everything is float32 here, whatever precision it was trained in. */
const COMMON = ['name', 'trainable', 'batch_input_shape'];

/** Under which this package's Python file registers its layers. */
const OWN_PACKAGE = 'tfjs_inception>';

/** A layer's class without the package that it was registered under. */
export function className({ className: name }: SavedLayer): string {
  return name.startsWith(OWN_PACKAGE) ? name.slice(OWN_PACKAGE.length) : name;
}

/** How a layer is read; `undefined` of what is no layer of this package. */
export function ruleOf(layer: SavedLayer): LayerRule | undefined {
  const name = className(layer);
  return !isOperation(layer.entry) && Object.hasOwn(LAYER_RULES, name) ? LAYER_RULES[name] : undefined;
}

/**
 * A layer, which is no model, in tfjs' words.
 *
 * @returns A text if tfjs has no such layer: which, and why not.
 * @throws InceptionError `CORRUPT_MODEL` if it is none of Keras' either.
 */
export function readLayer(layer: SavedLayer, dialect: Dialect): TfjsLayer | string {
  const { name, config } = layer;
  const label = `'${name}' (${className(layer)})`;
  const read = isOperation(layer.entry) ? readOperation(layer) : fromRule(layer, dialect);
  if (typeof read === 'string') return `${label}: ${read}`;
  if (read === undefined) return label;
  const refused = refusedSetting(config);
  if (refused !== undefined) return `${label}: ${refused}`;
  const common = Object.fromEntries(COMMON.filter((key) => config[key] !== undefined).map((key) => [key, config[key]]));
  return { ...read, config: { ...common, name, ...read.config } };
}

function refusedSetting({ data_format: format, dtype }: JsonObject): string | undefined {
  if (format === 'channels_first') return 'channels_first; convert it to channels_last in Keras';
  const policy = typeof dtype === 'object' && dtype !== null ? (dtype as JsonObject) : undefined;
  const precision = String(policy ? ((policy.config as JsonObject | undefined)?.name ?? policy.class_name) : dtype);
  return /^(int[48]|float8)_|Quantized/i.test(precision) ? `quantized weights (${precision})` : undefined;
}

function fromRule(layer: SavedLayer, { isKeras2 }: Dialect): TfjsLayer | string | undefined {
  const { config } = layer;
  const rule = ruleOf(layer);
  if (!rule) return undefined;
  const refused = rule.refuse?.(config);
  if (refused !== undefined) return refused;
  if (layer.className === 'InputLayer') return { className: 'InputLayer', config: inputConfig(layer) };
  if (rule.as) return rule.as(config);
  const kept = [...(rule.keep ?? []), ...checkedCounts(layer, rule)].filter((key) => config[key] !== undefined);
  const settings = kept.map((key): [string, unknown] => [key, config[key]]);
  for (const setting of settings) {
    if (setting[0].endsWith('_regularizer')) setting[1] = readRegularizer(setting[1]);
    if (setting[0] !== 'activation') continue;
    const activation = readActivation(setting[1], isKeras2);
    if (activation === undefined) return `activation ${JSON.stringify(setting[1]).slice(0, 80)}`;
    setting[1] = activation;
  }
  return { className: className(layer), config: Object.fromEntries(settings) };
}

function inputConfig({ at, config }: SavedLayer): JsonObject {
  const shape = config.batch_shape ?? config.batch_input_shape;
  const isShape = Array.isArray(shape) && shape.length > 0 && shape.every((size) => size === null || isCount(size));
  if (!isShape) throw expectedGot('CORRUPT_MODEL', `${at}.batch_shape`, 'a shape', shape);
  return { batch_input_shape: shape, dtype: 'float32', sparse: false };
}

function checkedCounts({ at, config }: SavedLayer, { counts = [] }: LayerRule): readonly string[] {
  for (const key of counts) {
    const values = [config[key] ?? 1].flat();
    if (values.length === 0 || !values.every(isCount))
      throw expectedGot('CORRUPT_MODEL', `${at}.${key}`, 'whole numbers from 1', config[key]);
  }
  return counts;
}

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) > 0;

/** tfjs knows one class for both penalties. Of others, which only training would need, nothing is kept. */
function readRegularizer(value: unknown): unknown {
  const { class_name: name, config } = (value ?? {}) as JsonObject;
  if (name !== 'L2' && name !== 'L1' && name !== 'L1L2') return null;
  const { l1, l2 } = Object(config) as JsonObject;
  return { class_name: 'L1L2', config: { l1: typeof l1 === 'number' ? l1 : 0, l2: typeof l2 === 'number' ? l2 : 0 } };
}
