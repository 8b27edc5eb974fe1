import { inceptionV4Modules, inceptionV4Stem } from './inceptionV4Modules.js';
import { SLIM, TORCH } from './convolutionStyles.js';
import { lateAuxiliaryHead } from './lateAuxiliaryHead.js';
import type { NetworkOptions } from './options.js';
import { publishedSpec } from './publishedSpec.js';
import { SYMMETRIC } from './preprocessings.js';
import { topSteps } from './topSteps.js';
import type { NetworkSpec } from './types.js';

/** What sets the published Inception v4s apart: gamma, and dropout. */
export const INCEPTION_V4_VARIANTS = {
  timm: { source: 'timm@aa4b585, models/inception_v4.py; arXiv:1602.07261, Figures 3–9', convolution: TORCH, dropout: 0 },
  slim: { source: 'tensorflow/models@03cdc5f, research/slim/nets/inception_v4.py', convolution: SLIM, dropout: 0.2 },
} as const;

/** Options of Inception v4; the first variant is the default. */
export interface InceptionV4Options extends NetworkOptions {
  readonly variant?: keyof typeof INCEPTION_V4_VARIANTS;
}

/**
 * Inception v4 as data.
 *
 * Trunk `conv_1a … conv_2b`, `mixed_3a … mixed_5a` (the stem's joins), `mixed_5b … mixed_5e` (35×35), `mixed_6a … mixed_6h` (17×17),
 * `mixed_7a … mixed_7d` (8×8); head `auxiliary_6h`, which slim has.
 *
 * @throws InceptionError `INVALID_ARGUMENT` for an unknown option or an unusable value; `INPUT_TOO_SMALL` below the computed minimum.
 * @see Szegedy et al. 2016, arXiv:1602.07261, Figures 3–9.
 */
export function inceptionV4Spec(options: InceptionV4Options = {}): NetworkSpec {
  return publishedSpec(options, {
    where: 'inceptionV4',
    variants: INCEPTION_V4_VARIANTS,
    spec: (variant) => ({
      name: 'inception-v4',
      inputShape: [299, 299, 3],
      convolution: variant.convolution,
      trunk: [...inceptionV4Stem(), ...inceptionV4Modules()],
      top: topSteps(variant.dropout),
      auxiliaryHeads: [lateAuxiliaryHead('mixed_6h')],
      preprocessing: SYMMETRIC,
    }),
  });
}
