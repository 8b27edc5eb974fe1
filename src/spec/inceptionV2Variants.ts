import { BATCH_NORMALIZED, SLIM } from './convolutionStyles.js';
import { BN_INCEPTION_MEANS, SYMMETRIC } from './preprocessings.js';
import { convolution } from './shortSteps.js';
import type { ConvolutionStyle, Padding, PoolStep, Preprocessing, SeparableConvolutionStep, Step } from './types.js';

/** What sets the published BN-Inceptions apart, besides the table of modules. */
export interface InceptionV2Variant {
  readonly source: string;
  readonly convolution: ConvolutionStyle;
  readonly conv1: Step;
  /** Of pools with a stride of 2. */
  readonly poolPadding: Padding;
  /** Of 3×3 convolutions with a stride of 2. */
  readonly stridedPadding: Exclude<Padding, 'ceil'>;
  /** Of average pools. */
  readonly averagePadding: PoolStep['padding'];
  /** Where they differ from the table's. */
  readonly poolProjections: Readonly<Record<string, number>>;
  readonly dropout: number;
  readonly preprocessing: Preprocessing;
}

/** Depth multiplier 8, as the paper says (§4.2). Slim normalises every convolution but this one, which has a bias. */
const SEPARABLE_CONV1: SeparableConvolutionStep = {
  op: 'separableConvolution',
  name: 'conv1',
  filters: 64,
  kernelSize: 7,
  strides: 2,
  depthMultiplier: 8,
  order: 'conv-relu',
  useBias: true,
};

const slim: InceptionV2Variant = {
  source: 'google-research/tf-slim@1287b1e, nets/inception_v2.py; arXiv:1502.03167, Figure 5',
  convolution: SLIM,
  conv1: SEPARABLE_CONV1,
  poolPadding: 'same',
  stridedPadding: 'same',
  averagePadding: 'same',
  poolProjections: {},
  dropout: 0.2,
  preprocessing: SYMMETRIC,
};

/** The public Caffe network and its port to torch: biases before batch normalisation, and Figure 5's 128 projections in 4c and 4d (608 channels). */
const caffe: InceptionV2Variant = {
  source: 'Cadene/pretrained-models.pytorch@8aae3d8, bninception.py (from Caffe); arXiv:1502.03167, Figure 5',
  convolution: { ...BATCH_NORMALIZED, useBias: true, batchNormalization: { momentum: 0.9, epsilon: 1e-5, scale: true, center: true } },
  conv1: convolution('conv1', 64, 7, { strides: 2, padding: { zeros: 3 } }),
  poolPadding: 'ceil',
  stridedPadding: { zeros: 1 },
  averagePadding: { zeros: 1 },
  poolProjections: { inception_4c: 128, inception_4d: 128 },
  dropout: 0,
  preprocessing: BN_INCEPTION_MEANS,
};

/** The variants of Inception v2 by name; the first is the default. */
export const INCEPTION_V2_VARIANTS = { slim, caffe } as const;
