import { PAPER_HEAD_POOL, type HeadPool } from './auxiliaryHeadSteps.js';
import { BATCH_NORMALIZED, BIASED, SLIM, TORCH } from './convolutionStyles.js';
import { CAFFE_MEANS, MEAN_SUBTRACTED, SYMMETRIC } from './preprocessings.js';
import type { ConvolutionStyle, LocalResponseNormalizationStep, Padding, Preprocessing } from './types.js';

/** What sets the published GoogLeNets apart, besides Table 1, which they share. */
export interface GooglenetVariant {
  readonly source: string;
  readonly convolution: ConvolutionStyle;
  /** Kernel of the branch that the paper calls 5×5. */
  readonly largeKernel: 3 | 5;
  /** Whether the first convolution is padded alike on all sides (Caffe, torch) rather than as TensorFlow does. */
  readonly symmetricPadding: boolean;
  /** Of every pool with a stride of 2. */
  readonly poolPadding: Padding;
  readonly pool4Size: 2 | 3;
  readonly localResponseNormalization: boolean;
  readonly dropout: number;
  readonly headPool: HeadPool;
  readonly preprocessing: Preprocessing;
}

/** Caffe's `local_size: 5, alpha: 1e-4, beta: 0.75, k: 1`; its alpha is divided by the 5 channels it sums over. The paper names none. */
export const LOCAL_RESPONSE_NORMALIZATION: Omit<LocalResponseNormalizationStep, 'name'> = {
  op: 'localResponseNormalization',
  depthRadius: 2,
  bias: 1,
  alpha: 2e-5,
  beta: 0.75,
};

const batchnorm: GooglenetVariant = {
  source: 'arXiv:1409.4842, Table 1, with batch normalisation (arXiv:1502.03167) in place of biases and local response normalisation',
  convolution: BATCH_NORMALIZED,
  largeKernel: 5,
  symmetricPadding: false,
  poolPadding: 'same',
  pool4Size: 3,
  localResponseNormalization: false,
  dropout: 0.4,
  headPool: PAPER_HEAD_POOL,
  preprocessing: SYMMETRIC,
};

const paper: GooglenetVariant = {
  ...batchnorm,
  source: 'arXiv:1409.4842, Table 1 and §5',
  convolution: BIASED,
  localResponseNormalization: true,
  preprocessing: MEAN_SUBTRACTED,
};

const caffe: GooglenetVariant = {
  ...paper,
  source: 'BVLC/caffe@9b89154, models/bvlc_googlenet',
  convolution: { ...BIASED, initialBias: 0.2 },
  symmetricPadding: true,
  poolPadding: 'ceil',
  preprocessing: CAFFE_MEANS,
};

const slim: GooglenetVariant = {
  ...batchnorm,
  source: 'google-research/tf-slim@1287b1e, nets/inception_v1.py',
  convolution: { ...SLIM, initializer: 'truncatedNormal' },
  largeKernel: 3,
  pool4Size: 2,
  dropout: 0.2,
};

const torchvision: GooglenetVariant = {
  ...slim,
  source: 'torchvision 0.29.2, models/googlenet.py',
  convolution: { ...TORCH, initializer: 'truncatedNormal' },
  symmetricPadding: true,
  poolPadding: 'ceil',
  headPool: { op: 'adaptiveAveragePool', outputSize: 4 },
};

/** The variants of GoogLeNet by name; the first is the default. */
export const GOOGLENET_VARIANTS = { batchnorm, paper, caffe, torchvision, slim } as const;
