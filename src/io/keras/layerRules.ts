import type { JsonObject } from './kerasJson.js';

/** A layer in tfjs' words. */
export interface TfjsLayer {
  readonly className: string;
  readonly config: JsonObject;
}

/** How a layer of Keras is read. */
export interface LayerRule {
  /** Settings that mean the same in tfjs. */
  readonly keep?: readonly string[];
  /** Settings that are counts: whole numbers from 1, one or several. */
  readonly counts?: readonly string[];
  /** What tfjs calls the layer, where that differs. */
  readonly as?: (config: JsonObject) => TfjsLayer;
  /** Why tfjs cannot do what the settings ask for, if it cannot. */
  readonly refuse?: (config: JsonObject) => string | undefined;
  /** Its variables in Keras' order, by tfjs' names. */
  readonly variables?: (config: JsonObject) => readonly string[];
}

const only = (isThere: unknown, ...names: string[]): string[] => (isThere === false ? [] : names);

/** What only training would need is left out, but for penalties; weights are the file's, so that initializers have nothing to do. */
const TRAINING = [
  'kernel_regularizer',
  'bias_regularizer',
  'depthwise_regularizer',
  'pointwise_regularizer',
  'gamma_regularizer',
  'beta_regularizer',
];

const CONVOLUTION = ['padding', 'activation', 'use_bias', ...TRAINING];
const WINDOW = ['kernel_size', 'strides', 'dilation_rate'];

const identity: LayerRule = { as: () => ({ className: 'Activation', config: { activation: 'linear' } }) };

const pool: LayerRule = { keep: ['padding'], counts: ['pool_size', 'strides'] };

/** Merges take no settings. */
const merge: LayerRule = {};

/** Every layer of Keras that this package reads. */
export const LAYER_RULES: Readonly<Record<string, LayerRule>> = {
  InputLayer: {},
  Conv2D: {
    keep: CONVOLUTION,
    counts: ['filters', ...WINDOW],
    refuse: ({ groups = 1 }) => (groups === 1 ? undefined : 'groups'),
    variables: ({ use_bias: bias }) => ['kernel', ...only(bias, 'bias')],
  },
  DepthwiseConv2D: {
    keep: CONVOLUTION,
    counts: ['depth_multiplier', ...WINDOW],
    // tfjs overlooks it.
    refuse: ({ dilation_rate: rates = 1 }) => ([rates].flat().every((rate) => rate === 1) ? undefined : 'dilation_rate'),
    variables: ({ use_bias: bias }) => ['depthwise_kernel', ...only(bias, 'bias')],
  },
  SeparableConv2D: {
    keep: CONVOLUTION,
    counts: ['filters', 'depth_multiplier', ...WINDOW],
    variables: ({ use_bias: bias }) => ['depthwise_kernel', 'pointwise_kernel', ...only(bias, 'bias')],
  },
  Dense: {
    keep: ['activation', 'use_bias', ...TRAINING],
    counts: ['units'],
    variables: ({ use_bias: bias }) => ['kernel', ...only(bias, 'bias')],
  },
  BatchNormalization: {
    keep: ['axis', 'momentum', 'epsilon', 'center', 'scale', ...TRAINING],
    refuse: ({ renorm }) => (renorm ? 'renorm' : undefined),
    variables: ({ center, scale }) => [...only(scale, 'gamma'), ...only(center, 'beta'), 'moving_mean', 'moving_variance'],
  },
  Normalization: {
    keep: ['axis', 'mean', 'variance', 'invert'],
    variables: ({ mean }) => (mean === undefined || mean === null ? ['mean', 'variance', 'count'] : []),
  },
  Flatten: {},
  Dropout: { keep: ['rate', 'noise_shape', 'seed'] },
  SpatialDropout2D: { as: ({ rate }) => ({ className: 'Dropout', config: { rate, noise_shape: [null, 1, 1, null] } }) },
  GaussianNoise: { keep: ['stddev'] },
  GaussianDropout: { keep: ['rate'] },
  AlphaDropout: { keep: ['rate'] },
  // What augments pictures does so in training only; here that is the data's business.
  ...Object.fromEntries(
    ['Identity', 'RandomFlip', 'RandomRotation', 'RandomZoom', 'RandomContrast', 'RandomTranslation', 'RandomBrightness'].map((name) => [
      name,
      identity,
    ]),
  ),
  MaxPooling2D: pool,
  AveragePooling2D: pool,
  GlobalAveragePooling2D: {
    as: ({ keepdims }) =>
      keepdims
        ? { className: 'AdaptiveAveragePooling2D', config: { output_size: [1, 1] } }
        : { className: 'GlobalAveragePooling2D', config: {} },
  },
  GlobalMaxPooling2D: { refuse: ({ keepdims }) => (keepdims ? 'keepdims' : undefined) },
  AdaptiveAveragePooling2D: { counts: ['output_size'] },
  Activation: { keep: ['activation'] },
  ReLU: {
    as: ({ max_value: limit = null, negative_slope: slope }) =>
      slope
        ? { className: 'LeakyReLU', config: { alpha: slope } }
        : { className: 'ReLU', config: limit === null ? {} : { max_value: limit } },
    refuse: ({ max_value: limit, negative_slope: slope, threshold }) =>
      threshold ? 'threshold' : slope && typeof limit === 'number' ? 'negative_slope with max_value' : undefined,
  },
  LeakyReLU: { as: ({ negative_slope: slope, alpha = slope ?? 0.3 }) => ({ className: 'LeakyReLU', config: { alpha } }) },
  ELU: { refuse: ({ alpha = 1 }) => (alpha === 1 ? undefined : 'alpha') },
  PReLU: { keep: ['shared_axes'], variables: () => ['alpha'] },
  Softmax: {
    refuse: ({ axis = -1 }) => (String(axis) === '-1' ? undefined : 'axis'),
    as: () => ({ className: 'Softmax', config: { axis: -1 } }),
  },
  Rescaling: { keep: ['scale', 'offset'] },
  ZeroPadding2D: { keep: ['padding'] },
  Cropping2D: { keep: ['cropping'] },
  Add: merge,
  Multiply: merge,
  Average: merge,
  Maximum: merge,
  Minimum: merge,
  Concatenate: { keep: ['axis'] },
  Reshape: { keep: ['target_shape'] },
  Permute: { keep: ['dims'] },
  CustomScaleLayer: { keep: ['scale'] },
  // Inception-ResNet v2 before Keras 3: a function, which no reader should run, and its only number beside it.
  Lambda: {
    refuse: (config) => (residualScale(config) === undefined ? 'a function of Python' : undefined),
    as: (config) => ({ className: 'CustomScaleLayer', config: { scale: residualScale(config) } }),
  },
  LocalResponseNormalization: { keep: ['depth_radius', 'bias', 'alpha', 'beta'] },
};

/** `x + scale · residual`, which is told by its one argument. */
function residualScale({ arguments: given }: JsonObject): number | undefined {
  const entries = Object.entries(Object(given) as JsonObject);
  const [name, value] = entries[0] ?? [];
  return entries.length === 1 && name === 'scale' && typeof value === 'number' ? value : undefined;
}
