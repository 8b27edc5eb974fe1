import { double3x3, parallel, pooled } from './branches.js';
import { SLIM, TORCH, WITHOUT_GAMMA } from './convolutionStyles.js';
import { INCEPTION_V3_STEM } from './inceptionV3Stem.js';
import { lateAuxiliaryHead } from './lateAuxiliaryHead.js';
import type { NetworkOptions } from './options.js';
import { publishedSpec } from './publishedSpec.js';
import { SYMMETRIC } from './preprocessings.js';
import { block17, block35, block8, finalResidualBlocks, residualBlocks } from './residualBlocks.js';
import { reduction17, reduction35 } from './residualReductions.js';
import { convolution, HALVING, maxPool } from './shortSteps.js';
import { topSteps } from './topSteps.js';
import type { NetworkSpec } from './types.js';

/** What sets the published Inception-ResNet v2s apart: gamma, and dropout. */
export const INCEPTION_RESNET_V2_VARIANTS = {
  keras: {
    source: 'keras-team/keras@3422977, applications/inception_resnet_v2.py; arXiv:1602.07261, Figures 16–19',
    convolution: WITHOUT_GAMMA,
    dropout: 0,
  },
  slim: { source: 'tensorflow/models@0223fe3, research/slim/nets/inception_resnet_v2.py', convolution: SLIM, dropout: 0.2 },
  timm: { source: 'timm@aa4b585, models/inception_resnet_v2.py', convolution: TORCH, dropout: 0 },
} as const;

/** Options of Inception-ResNet v2; the first variant is the default. */
export interface InceptionResNetV2Options extends NetworkOptions {
  readonly variant?: keyof typeof INCEPTION_RESNET_V2_VARIANTS;
}

/** The one module without a shortcut, 192 → 320 channels. */
const MIXED_5B = parallel('mixed_5b', [
  [convolution('1x1', 96, 1)],
  [convolution('5x5_reduce', 48, 1), convolution('5x5', 64, 5)],
  double3x3(64, 96, 96),
  pooled(64),
]);

/**
 * Inception-ResNet v2 as data, as it was released: with Inception v3's stem, where the paper names v4's, and 320, 1088 and 2080 channels.
 *
 * Trunk `conv_1a … pool_5a`, `mixed_5b`, `block35_1 … block35_10`, `mixed_6a`, `block17_1 … block17_20`, `mixed_7a`, `block8_1 … block8_10`, the
 * last without scale and ReLU, `conv_7b`; head `auxiliary_block17_20`, which slim has.
 *
 * @throws InceptionError `INVALID_ARGUMENT` for an unknown option or an unusable value; `INPUT_TOO_SMALL` below the computed minimum.
 * @see Szegedy et al. 2016, arXiv:1602.07261, §3.2 and Figures 16–19; §3.3 for the scales.
 */
export function inceptionResnetV2Spec(options: InceptionResNetV2Options = {}): NetworkSpec {
  return publishedSpec(options, {
    where: 'inceptionResNetV2',
    variants: INCEPTION_RESNET_V2_VARIANTS,
    spec: (variant) => ({
      name: 'inception-resnet-v2',
      inputShape: [299, 299, 3],
      convolution: variant.convolution,
      trunk: [
        ...INCEPTION_V3_STEM,
        maxPool('pool_5a', 3, HALVING),
        MIXED_5B,
        ...residualBlocks({ name: 'block35', blocks: 10, scale: 0.17, branches: block35(48, 64) }),
        reduction35(256, 256, 384, 384),
        ...residualBlocks({ name: 'block17', blocks: 20, scale: 0.1, branches: block17(192, 128, 160, 192) }),
        reduction17(288, 288, 320),
        ...finalResidualBlocks({ name: 'block8', blocks: 10, scale: 0.2, branches: block8(224, 256) }),
        convolution('conv_7b', 1536, 1),
      ],
      top: topSteps(variant.dropout),
      auxiliaryHeads: [lateAuxiliaryHead('block17_20')],
      preprocessing: SYMMETRIC,
    }),
  });
}
