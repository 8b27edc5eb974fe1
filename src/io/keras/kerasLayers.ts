/** Which layers Keras 3 has as tfjs has them, and what it calls them and their settings. */
import { SHARED_ACTIVATIONS } from './readActivation.js';

/** The settings of one layer. */
export type LayerConfig = Readonly<Record<string, unknown>>;

interface LayerForm {
  /** Settings that have another name in Keras. */
  readonly renamed?: Readonly<Record<string, string>>;
  /** Settings that Keras has not. */
  readonly dropped?: readonly string[];
  /** Where Keras has it, if not among its layers. */
  readonly module?: string;
  /** The package that Keras must know it from; by default it is one of Keras' own. */
  readonly registeredBy?: string;
}

/** The package under which `python/tfjs_inception.py` registers layers. */
const PACKAGE = 'tfjs_inception';

/** AdaptiveAveragePooling2D came with Keras 3.13; all others are in every Keras 3. */
const SAME = [
  ...['Activation', 'AdaptiveAveragePooling2D', 'Add', 'AlphaDropout', 'Average', 'AveragePooling1D', 'AveragePooling2D'],
  ...['AveragePooling3D', 'BatchNormalization', 'Concatenate', 'Conv1D', 'Conv2D', 'Conv2DTranspose', 'Conv3D', 'Conv3DTranspose'],
  ...['Cropping2D', 'Dense', 'DepthwiseConv2D', 'Dot', 'Dropout', 'ELU', 'Flatten', 'GaussianDropout', 'GaussianNoise'],
  ...['GlobalAveragePooling1D', 'GlobalAveragePooling2D', 'GlobalMaxPooling1D', 'GlobalMaxPooling2D', 'LayerNormalization'],
  ...['MaxPooling1D', 'MaxPooling2D', 'MaxPooling3D', 'Maximum', 'Minimum', 'Multiply', 'Normalization', 'PReLU', 'Permute', 'ReLU'],
  ...['RepeatVector', 'Rescaling', 'Reshape', 'SeparableConv2D', 'Softmax', 'SpatialDropout1D', 'UpSampling2D', 'ZeroPadding2D'],
];

const FORMS = new Map<string, LayerForm>([
  ...SAME.map((className): [string, LayerForm] => [className, {}]),
  ['CustomScaleLayer', { module: 'keras.src.applications.inception_resnet_v2' }],
  ['Embedding', { dropped: ['input_length'] }],
  ['LeakyReLU', { renamed: { alpha: 'negative_slope' } }],
  ['LocalResponseNormalization', { registeredBy: PACKAGE }],
]);

/** Classes of both that have no settings of a layer. */
const BEYOND = ['InputLayer', 'Functional', 'Sequential'];

/** tfjs' activations under Keras' names. `hard_sigmoid` has another slope in Keras 3, and `gelu_new` no name. */
const ACTIVATIONS = new Map([...SHARED_ACTIVATIONS.map((name): [string, string] => [name, name]), ['swish', 'silu']]);

/** The module of Keras in which the object behind a setting lies, by how the setting's name ends. */
const OBJECTS = [
  [/_initializer$/, 'keras.initializers'],
  [/_regularizer$/, 'keras.regularizers'],
  [/_constraint$/, 'keras.constraints'],
] as const;

/**
 * Why Keras cannot have a layer, or undefined if it can.
 *
 * @param className As tfjs writes it.
 */
export function refusal(className: string, config: LayerConfig): string | undefined {
  const name = `'${String(config.name)}'`;
  if (String(config.name).includes('/')) return `${name} (a name with '/')`;
  if (!FORMS.has(className) && !BEYOND.includes(className)) return `${name} (${className})`;
  if (typeof config.activation === 'string' && !ACTIVATIONS.has(config.activation)) return `${name} (activation ${config.activation})`;
  // tfjs overlooks this setting.
  if (className === 'DepthwiseConv2D' && [config.dilation_rate ?? 1].flat().some((rate) => rate !== 1)) return `${name} (dilation_rate)`;
  if (className === 'UpSampling2D' && config.interpolation === 'bilinear') return `${name} (bilinear, with its corners elsewhere)`;
  return undefined;
}

/** A layer as Keras' configurations name it. */
export function kerasClass(className: string): { module: string; class_name: string; registered_name: string | null } {
  const { registeredBy, module: place = 'keras.layers' } = FORMS.get(className) ?? {};
  if (registeredBy) return { module: registeredBy, class_name: className, registered_name: `${registeredBy}>${className}` };
  return { module: place, class_name: className, registered_name: null };
}

/** The settings of a layer of tfjs as Keras takes them. */
export function kerasConfig(className: string, config: LayerConfig): LayerConfig {
  const { renamed = {}, dropped = [] } = FORMS.get(className) ?? {};
  const kept = Object.entries(config).filter(([key]) => !dropped.includes(key) && !key.startsWith('batch_'));
  const converted = kept.map(([key, value]) => [renamed[key] ?? key, kerasValue(key, value)] as const);
  // tfjs' own layers leave the type out; Keras would take whatever policy its process has set.
  return { ...Object.fromEntries(converted), dtype: 'float32' };
}

function kerasValue(key: string, value: unknown): unknown {
  if (key === 'activation') return ACTIVATIONS.get(value as string);
  // Without one, Keras takes the order that its process prefers.
  if (key === 'data_format') return value ?? 'channels_last';
  // tfjs leaves a length open by null, Keras by -1.
  if (key === 'target_shape') return (value as readonly (number | null)[]).map((length) => length ?? -1);
  const module = OBJECTS.find(([ending]) => ending.test(key))?.[1];
  if (!module || typeof value !== 'object' || value === null) return value;
  const { class_name, config } = value as { class_name: string; config: LayerConfig };
  // tfjs' normal draws are truncated, as Keras' have been since that name came up.
  const distribution = config.distribution === 'normal' ? { distribution: 'truncated_normal' } : {};
  return { module, class_name, config: { ...config, ...distribution }, registered_name: null };
}
