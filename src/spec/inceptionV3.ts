import { inceptionV3Modules } from './inceptionV3Modules.js';
import { INCEPTION_V3_STEM } from './inceptionV3Stem.js';
import { SLIM, TORCH, WITHOUT_GAMMA } from './convolutionStyles.js';
import { lateAuxiliaryHead } from './lateAuxiliaryHead.js';
import type { NetworkOptions } from './options.js';
import { publishedSpec } from './publishedSpec.js';
import { SYMMETRIC } from './preprocessings.js';
import { HALVING, maxPool } from './shortSteps.js';
import { topSteps } from './topSteps.js';
import type { ConvolutionStyle, NetworkSpec, PoolStep } from './types.js';

/** What sets the published Inception v3s apart. */
interface InceptionV3Variant {
  readonly source: string;
  readonly convolution: ConvolutionStyle;
  /** Of the pool branches' averages, which in torch count the zeros round the map. */
  readonly averagePadding: PoolStep['padding'];
  readonly dropout: number;
}

const keras: InceptionV3Variant = {
  source: 'keras-team/keras@3422977, applications/inception_v3.py; arXiv:1512.00567, Table 1',
  convolution: WITHOUT_GAMMA,
  averagePadding: 'same',
  dropout: 0,
};

const torchvision: InceptionV3Variant = {
  source: 'torchvision 0.29.2, models/inception.py',
  convolution: TORCH,
  averagePadding: { zeros: 1 },
  dropout: 0.5,
};

/** The variants of Inception v3 by name; the first is the default. */
export const INCEPTION_V3_VARIANTS = {
  keras,
  slim: { ...keras, source: 'google-research/tf-slim@1287b1e, nets/inception_v3.py', convolution: SLIM, dropout: 0.2 },
  torchvision,
  timm: { ...torchvision, source: 'timm 1.0.31, models/inception_v3.py', dropout: 0 },
} as const;

/** Options of Inception v3; the first variant is the default. */
export interface InceptionV3Options extends NetworkOptions {
  readonly variant?: keyof typeof INCEPTION_V3_VARIANTS;
}

/**
 * Inception v3 as data.
 *
 * Trunk `conv_1a … pool_5a`, `mixed_5b … mixed_5d` (35×35), `mixed_6a … mixed_6e` (17×17), `mixed_7a … mixed_7c` (8×8); head `auxiliary_6e`.
 * The stages are slim's and torchvision's by name; Keras calls `mixed_5b … mixed_7c` `mixed0 … mixed10`.
 *
 * @throws InceptionError `INVALID_ARGUMENT` for an unknown option or an unusable value; `INPUT_TOO_SMALL` below the computed minimum.
 * @see Szegedy et al. 2015, arXiv:1512.00567, Table 1 and Figures 5–7, and the published code where it differs from the table.
 */
export function inceptionV3Spec(options: InceptionV3Options = {}): NetworkSpec {
  return publishedSpec(options, {
    where: 'inceptionV3',
    variants: INCEPTION_V3_VARIANTS,
    spec: (variant) => ({
      name: 'inception-v3',
      inputShape: [299, 299, 3],
      convolution: variant.convolution,
      trunk: [...INCEPTION_V3_STEM, maxPool('pool_5a', 3, HALVING), ...inceptionV3Modules(variant.averagePadding)],
      top: topSteps(variant.dropout),
      auxiliaryHeads: [lateAuxiliaryHead('mixed_6e')],
      preprocessing: SYMMETRIC,
    }),
  });
}
