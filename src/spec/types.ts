/**
 * An architecture as data. Nothing in this room imports tfjs: a spec is plain JSON, can be read beside the paper, and everything
 * that can be known of a network before a tensor exists (shapes, parameters, multiply-adds) is computed from it.
 */

/** Height, width and channels of one picture or feature map (NHWC without the batch), in pixels and channels. */
export type Shape = readonly [height: number, width: number, channels: number];

/** A height and a width in pixels, or one number for both. */
export type Size = number | readonly [height: number, width: number];

/**
 * What surrounds a window that reaches past the border.
 *
 * - `'same'`: TensorFlow's SAME, `⌈in/stride⌉` out; the odd pixel goes right and below. Averages do not count the padding.
 * - `'valid'`: none, `⌊(in − kernel)/stride⌋ + 1` out.
 * - `'ceil'`: Caffe's and torch's ceil mode for max pools, `⌈(in − kernel)/stride⌉ + 1` out, or `⌈in/stride⌉` where that is less; zeros
 *   right and below as needed.
 * - `{ zeros: n }`: n rows and columns of zeros on every side, then valid (Caffe's and torch's `pad`). Averages count them.
 *
 * A max pool takes these zeros for values. After a ReLU, where all published networks pool, that equals the originals' "no value".
 */
export type Padding = 'same' | 'valid' | 'ceil' | { readonly zeros: number };

/** The order of a convolution unit: the papers', the notebook's, or without batch normalisation. */
export type ConvolutionOrder = 'conv-bn-relu' | 'conv-relu-bn' | 'conv-relu';

/** Batch normalisation's settings, in Keras' terms. `momentum` is the share of the moving average that stays at each step. */
export interface BatchNormalizationStyle {
  readonly momentum: number;
  readonly epsilon: number;
  /** Whether there is a gamma to train. */
  readonly scale: boolean;
  /** Whether there is a beta to train. */
  readonly center: boolean;
}

/** What every convolution of a network has in common; a {@link ConvolutionStep} may leave out the ReLU. */
export interface ConvolutionStyle {
  readonly order: ConvolutionOrder;
  readonly useBias: boolean;
  /** The value biases start from. Caffe's GoogLeNet starts them at 0.2. */
  readonly initialBias: number;
  readonly initializer: 'glorotUniform' | 'heNormal' | 'truncatedNormal';
  /** Ignored where `order` is `'conv-relu'`. */
  readonly batchNormalization: BatchNormalizationStyle;
}

/** Convolution, with the batch normalisation and activation that the network's {@link ConvolutionStyle} puts around it. */
export interface ConvolutionStep {
  readonly op: 'convolution';
  readonly name: string;
  readonly filters: number;
  readonly kernelSize: Size;
  /** Default 1. */
  readonly strides?: Size;
  /** Default `'same'`. `'ceil'` is for max pools only. */
  readonly padding?: Padding;
  readonly activation?: 'relu' | 'linear';
  /** Default the network's. */
  readonly order?: ConvolutionOrder;
  /** Default the network's. */
  readonly useBias?: boolean;
  /** Whether the kernel is cut down to a map that is smaller, so that it fits (slim's auxiliary heads). Default false. */
  readonly shrinkToFit?: boolean;
}

/**
 * A convolution of each channel for itself, `depthMultiplier` filters a channel, and a 1×1 convolution over what comes out; nothing stands
 * between the two. Normalisation and activation follow as after a {@link ConvolutionStep}.
 */
export interface SeparableConvolutionStep extends Omit<ConvolutionStep, 'op' | 'strides' | 'shrinkToFit'> {
  readonly op: 'separableConvolution';
  /** Down and across alike, as TensorFlow's depthwise convolution wants them. Default 1. */
  readonly strides?: number;
  /** Filters a channel of the first convolution. Default 1. */
  readonly depthMultiplier?: number;
}

/** Batch normalisation in the network's style, where it stands by itself. */
export interface BatchNormalizationStep {
  readonly op: 'batchNormalization';
  readonly name: string;
}

/** `max(x, 0)`, where it stands by itself: Xception's blocks begin with one. */
export interface ReluStep {
  readonly op: 'relu';
  readonly name: string;
}

export interface PoolStep {
  readonly op: 'maxPool' | 'averagePool';
  readonly name: string;
  readonly poolSize: Size;
  /** Default 1. */
  readonly strides?: Size;
  /** Default `'same'`. `'ceil'` is for max pools only. */
  readonly padding?: Padding;
}

/** Mean over as many nearly equal windows as `outputSize` says, whatever the input size (torch's adaptive pooling). */
export interface AdaptiveAveragePoolStep {
  readonly op: 'adaptiveAveragePool';
  readonly name: string;
  readonly outputSize: Size;
}

/** One number a channel: `[height, width, channels]` → `[channels]`. */
export interface GlobalPoolStep {
  readonly op: 'globalAveragePool' | 'globalMaxPool';
  readonly name: string;
}

/** `x / (bias + alpha · Σ x²)^beta`, the sum over `2 · depthRadius + 1` neighbouring channels (TensorFlow's alpha: Caffe's over n). */
export interface LocalResponseNormalizationStep {
  readonly op: 'localResponseNormalization';
  readonly name: string;
  readonly depthRadius: number;
  readonly bias: number;
  readonly alpha: number;
  readonly beta: number;
}

export interface DropoutStep {
  readonly op: 'dropout';
  readonly name: string;
  /** The share of values set to zero in training, 0 ≤ rate < 1. */
  readonly rate: number;
}

export interface FlattenStep {
  readonly op: 'flatten';
  readonly name: string;
}

export interface DenseStep {
  readonly op: 'dense';
  readonly name: string;
  readonly units: number;
  /** Default `'linear'`. */
  readonly activation?: 'relu' | 'linear';
  /** Default true. */
  readonly useBias?: boolean;
}

/**
 * How a module's branches become one output.
 *
 * - `'concat'`: side by side along the channels (GoogLeNet).
 * - `'add'`: summed; every branch must have the same shape.
 * - `{ residual: scale }`: concatenated, brought back to the input's channels by a 1×1 convolution with bias and without activation,
 *   multiplied by `scale`, added to the input, then `activation`, by default ReLU (Inception-ResNet, arXiv:1602.07261, §3.3).
 */
export type Merge = 'concat' | 'add' | { readonly residual: number; readonly activation?: 'relu' | 'linear' };

/** Parallel branches over one input. A branch is a chain of steps; an empty chain passes the input through. */
export interface ModuleStep {
  readonly op: 'module';
  readonly name: string;
  readonly branches: readonly (readonly Step[])[];
  /** Default `'concat'`. */
  readonly merge?: Merge;
}

/** One operation of a network. Names are unique within their chain's module and become layer names: `<module>_<step>_<part>`. */
export type Step =
  | ConvolutionStep
  | SeparableConvolutionStep
  | BatchNormalizationStep
  | ReluStep
  | PoolStep
  | AdaptiveAveragePoolStep
  | GlobalPoolStep
  | LocalResponseNormalizationStep
  | DropoutStep
  | FlattenStep
  | DenseStep
  | ModuleStep;

/** A second classifier in the middle of the network, whose loss strengthens the early layers' gradients. */
export interface AuxiliaryHeadSpec {
  /** Named for where it hangs: `auxiliary_4a`. */
  readonly name: string;
  /** The trunk step whose output it reads: `inception_4a`. */
  readonly after: string;
  /** Its share of the training loss (the paper's 0.3). */
  readonly lossWeight: number;
  /** From the trunk's output to the features under the classifier; the classifier itself is added by the builder. */
  readonly steps: readonly Step[];
}

/**
 * How a picture's 0–255 RGB values become the network's input: `value · scale + offset` a channel, in `channelOrder`.
 * It is data, saved with the model, so that a reloaded model cannot be fed differently than it was trained.
 */
export interface Preprocessing {
  readonly channelOrder: 'rgb' | 'bgr';
  readonly scale: number;
  /** One a channel, in `channelOrder`. */
  readonly offset: readonly number[];
}

/** A whole network: a trunk of named steps, a top that classifies, and auxiliary heads. Plain JSON. */
export interface NetworkSpec {
  /** `'googlenet'` and its family, or your own name. */
  readonly name: string;
  readonly variant: string;
  /** The paper or code it was copied from: arXiv id and table. */
  readonly source: string;
  readonly inputShape: Shape;
  /** Number of classes, or 0 where the top is left out. */
  readonly classes: number;
  readonly convolution: ConvolutionStyle;
  readonly trunk: readonly Step[];
  /** From the trunk's output to the features under the main classifier: pooling, dropout. With `classes: 0`, pooling only or nothing. */
  readonly top: readonly Step[];
  readonly auxiliaryHeads: readonly AuxiliaryHeadSpec[];
  /** Of every head's classifier. `'linear'` returns logits. */
  readonly classifierActivation: 'softmax' | 'linear';
  readonly preprocessing: Preprocessing;
}
