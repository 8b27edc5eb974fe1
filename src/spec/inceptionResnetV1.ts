import { BATCH_NORMALIZED, TORCH } from './convolutionStyles.js';
import { INCEPTION_V3_STEM } from './inceptionV3Stem.js';
import type { NetworkOptions } from './options.js';
import { publishedSpec } from './publishedSpec.js';
import { FACENET_RANGE, SYMMETRIC } from './preprocessings.js';
import { block17, block35, block8, finalResidualBlocks, residualBlocks } from './residualBlocks.js';
import { reduction17, reduction35 } from './residualReductions.js';
import { convolution, HALVING } from './shortSteps.js';
import { topSteps } from './topSteps.js';
import type { NetworkSpec, Shape, Step } from './types.js';

/** The embedding of a face: 512 numbers, to be compared after division by their length. */
const EMBEDDING: readonly Step[] = [
  { op: 'dense', name: 'embedding', units: 512, useBias: false },
  { op: 'batchNormalization', name: 'embedding_bn' },
];

const PAPER_SIZE: Shape = [299, 299, 3];
const FACE_SIZE: Shape = [160, 160, 3];

/** What sets the published Inception-ResNet v1s apart: facenet's classifies through an embedding, and sees smaller pictures. */
export const INCEPTION_RESNET_V1_VARIANTS = {
  paper: {
    source: 'arXiv:1602.07261, Figures 7 and 10–15, with the scales and the last block of davidsandberg/facenet@096ed77',
    convolution: BATCH_NORMALIZED,
    inputShape: PAPER_SIZE,
    top: topSteps(0.2),
    preprocessing: SYMMETRIC,
  },
  facenet: {
    source: 'timesler/facenet-pytorch@787da06, models/inception_resnet_v1.py',
    convolution: TORCH,
    inputShape: FACE_SIZE,
    top: [...topSteps(0.6), ...EMBEDDING],
    preprocessing: FACENET_RANGE,
  },
} as const;

/** Options of Inception-ResNet v1; the first variant is the default. */
export interface InceptionResNetV1Options extends NetworkOptions {
  readonly variant?: keyof typeof INCEPTION_RESNET_V1_VARIANTS;
}

/**
 * Inception-ResNet v1 as data.
 *
 * Trunk `conv_1a … conv_4b`, `block35_1 … block35_5`, `mixed_6a`, `block17_1 … block17_10`, `mixed_7a`, `block8_1 … block8_6`, the last without
 * scale and ReLU. Neither the paper nor facenet's code has auxiliary heads.
 *
 * @throws InceptionError `INVALID_ARGUMENT` for an unknown option or an unusable value; `INPUT_TOO_SMALL` below the computed minimum.
 * @see Szegedy et al. 2016, arXiv:1602.07261, §3.2 and Figures 10–15; §3.3 for the scales.
 */
export function inceptionResnetV1Spec(options: InceptionResNetV1Options = {}): NetworkSpec {
  return publishedSpec(options, {
    where: 'inceptionResNetV1',
    variants: INCEPTION_RESNET_V1_VARIANTS,
    spec: (variant) => ({
      name: 'inception-resnet-v1',
      inputShape: variant.inputShape,
      convolution: variant.convolution,
      trunk: [
        ...INCEPTION_V3_STEM,
        convolution('conv_4b', 256, 3, HALVING),
        ...residualBlocks({ name: 'block35', blocks: 5, scale: 0.17, branches: block35(32, 32) }),
        reduction35(192, 192, 256, 384),
        ...residualBlocks({ name: 'block17', blocks: 10, scale: 0.1, branches: block17(128, 128, 128, 128) }),
        reduction17(256, 256, 256),
        ...finalResidualBlocks({ name: 'block8', blocks: 6, scale: 0.2, branches: block8(192, 192) }),
      ],
      top: variant.top,
      auxiliaryHeads: [],
      preprocessing: variant.preprocessing,
    }),
  });
}
