import { BATCH_NORMALIZED } from './convolutionStyles.js';
import type { NetworkOptions } from './options.js';
import { publishedSpec } from './publishedSpec.js';
import { SYMMETRIC } from './preprocessings.js';
import { convolution, HALVING, maxPool } from './shortSteps.js';
import { topSteps } from './topSteps.js';
import type { ModuleStep, NetworkSpec, PoolStep, SeparableConvolutionStep, Step } from './types.js';

type Row = readonly [name: string, filters: readonly number[], shape: 'halves' | 'keeps'];

/** The twelve blocks with a shortcut, by the filters of their separable convolutions. Source: Chollet 2016, arXiv:1610.02357, Figure 5. */
export const XCEPTION_BLOCKS: readonly Row[] = [
  ['block2', [128, 128], 'halves'],
  ['block3', [256, 256], 'halves'],
  ['block4', [728, 728], 'halves'],
  ...[5, 6, 7, 8, 9, 10, 11, 12].map((block): Row => [`block${block}`, [728, 728, 728], 'keeps']),
  ['block13', [728, 1024], 'halves'],
];

/** A block's last pool halves the map, as TensorFlow pads. */
const SAME_POOL: readonly PoolStep[] = [maxPool('pool', 3, { strides: 2 })];

/** Torch pads alike on all sides, with no value: a pool of stride 1, and every other of what it leaves. */
const SYMMETRIC_POOL: readonly PoolStep[] = [maxPool('pool', 3), maxPool('pool_stride', 1, HALVING)];

/** What sets the published Xceptions apart: batch normalisation's epsilon, and on which side the pools of an even map are padded. */
export const XCEPTION_VARIANTS = {
  keras: {
    source: 'keras-team/keras@3422977, applications/xception.py; arXiv:1610.02357, Figure 5',
    convolution: BATCH_NORMALIZED,
    pool: SAME_POOL,
  },
  timm: {
    source: 'timm@aa4b585, models/xception.py (legacy_xception)',
    convolution: { ...BATCH_NORMALIZED, batchNormalization: { momentum: 0.9, epsilon: 1e-5, scale: true, center: true } },
    pool: SYMMETRIC_POOL,
  },
} as const;

/** Options of Xception; the first variant is the default. */
export interface XceptionOptions extends NetworkOptions {
  readonly variant?: keyof typeof XCEPTION_VARIANTS;
}

/**
 * Xception as data: the extreme Inception, a branch for every channel.
 *
 * Trunk `block1_conv1`, `block1_conv2`, `block2 … block13`, `block14_sepconv1`, `block14_sepconv2`. It has no auxiliary heads. The paper's
 * dropout of 0.5 before the classifier is an option; the published networks have none.
 *
 * @throws InceptionError `INVALID_ARGUMENT` for an unknown option or an unusable value; `INPUT_TOO_SMALL` below the computed minimum.
 * @see Chollet 2016, arXiv:1610.02357, Figure 5.
 */
export function xceptionSpec(options: XceptionOptions = {}): NetworkSpec {
  return publishedSpec(options, {
    where: 'xception',
    variants: XCEPTION_VARIANTS,
    spec: (variant) => ({
      name: 'xception',
      inputShape: [299, 299, 3],
      convolution: variant.convolution,
      trunk: [
        convolution('block1_conv1', 32, 3, HALVING),
        convolution('block1_conv2', 64, 3, { padding: 'valid' }),
        ...XCEPTION_BLOCKS.map((row, index) => xceptionBlock(row, index > 0, variant.pool)),
        separable('block14_sepconv1', 1536),
        separable('block14_sepconv2', 2048),
      ],
      top: topSteps(0),
      auxiliaryHeads: [],
      preprocessing: SYMMETRIC,
    }),
  });
}

function separable(name: string, filters: number, activation: 'relu' | 'linear' = 'relu'): SeparableConvolutionStep {
  return { op: 'separableConvolution', name, filters, kernelSize: 3, activation };
}

/** The ReLU stands before each separable convolution, so that the shortcut carries what has not been through one. */
function xceptionBlock([name, filters, shape]: Row, startsWithRelu: boolean, pool: readonly PoolStep[]): ModuleStep {
  const main = filters.flatMap((count, index): Step[] => [
    ...(index > 0 || startsWithRelu ? [{ op: 'relu', name: `relu${index + 1}` } as const] : []),
    separable(`sepconv${index + 1}`, count, 'linear'),
  ]);
  if (shape === 'keeps') return { op: 'module', name, branches: [[], main], merge: 'add' };
  const shortcut = convolution('shortcut', filters[filters.length - 1], 1, { strides: 2, activation: 'linear' });
  return { op: 'module', name, branches: [[shortcut], [...main, ...pool]], merge: 'add' };
}
