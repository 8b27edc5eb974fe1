import { double3x3, parallel } from './branches.js';
import { INCEPTION_V2_VARIANTS, type InceptionV2Variant } from './inceptionV2Variants.js';
import type { NetworkOptions } from './options.js';
import { publishedSpec } from './publishedSpec.js';
import { averagePool, convolution, maxPool } from './shortSteps.js';
import { topSteps } from './topSteps.js';
import type { ModuleStep, NetworkSpec, Step } from './types.js';

type Row = readonly [
  string,
  pool: 'average' | 'max',
  filters1x1: number,
  reduce3x3: number,
  filters3x3: number,
  reduceDouble3x3: number,
  filtersDouble3x3: number,
  poolProjection: number,
];

/**
 * The ten modules of BN-Inception. Those without 1×1 and projection halve the map. Source: Ioffe & Szegedy 2015, arXiv:1502.03167, Figure 5,
 * with slim's 96 filters of 4c's and 4d's projections: the figure's 128 do not add up to the 576 channels that it prints.
 */
// prettier-ignore
export const INCEPTION_V2_MODULES: readonly Row[] = [
  //               pool       1×1  3×3r  3×3  d3×3r d3×3  projection
  ['inception_3a', 'average',  64,   64,  64,   64,   96,   32],
  ['inception_3b', 'average',  64,   64,  96,   64,   96,   64],
  ['inception_3c', 'max',       0,  128, 160,   64,   96,    0],
  ['inception_4a', 'average', 224,   64,  96,   96,  128,  128],
  ['inception_4b', 'average', 192,   96, 128,   96,  128,  128],
  ['inception_4c', 'average', 160,  128, 160,  128,  160,   96],
  ['inception_4d', 'average',  96,  128, 192,  160,  192,   96],
  ['inception_4e', 'max',       0,  128, 192,  192,  256,    0],
  ['inception_5a', 'average', 352,  192, 320,  160,  224,  128],
  ['inception_5b', 'max',     352,  192, 320,  192,  224,  128],
];

/** Options of Inception v2; the first variant is the default. */
export interface InceptionV2Options extends NetworkOptions {
  readonly variant?: keyof typeof INCEPTION_V2_VARIANTS;
}

/**
 * Inception v2, also called BN-Inception, as data.
 *
 * Trunk `conv1 … pool2`, `inception_3a … inception_5b`. Inside a module the branches are `1x1`; `3x3_reduce`, `3x3`; `double3x3_reduce`,
 * `double3x3_1`, `double3x3_2`; `pool`, `pool_projection`. The Caffe port fits together only at some input sizes, such as 224.
 *
 * @throws InceptionError `INVALID_ARGUMENT` for an unknown option or an unusable value; `INPUT_TOO_SMALL` below the computed minimum.
 * @see Ioffe & Szegedy 2015, arXiv:1502.03167, Figure 5.
 */
export function inceptionV2Spec(options: InceptionV2Options = {}): NetworkSpec {
  return publishedSpec(options, {
    where: 'inceptionV2',
    variants: INCEPTION_V2_VARIANTS,
    spec: (variant) => ({
      name: 'inception-v2',
      inputShape: [224, 224, 3],
      convolution: variant.convolution,
      trunk: [
        variant.conv1,
        maxPool('pool1', 3, { strides: 2, padding: variant.poolPadding }),
        convolution('conv2_reduce', 64, 1),
        convolution('conv2', 192, 3),
        maxPool('pool2', 3, { strides: 2, padding: variant.poolPadding }),
        ...INCEPTION_V2_MODULES.map((row) => inceptionV2Module(row, variant)),
      ],
      top: topSteps(variant.dropout),
      auxiliaryHeads: [],
      preprocessing: variant.preprocessing,
    }),
  });
}

function inceptionV2Module(row: Row, variant: InceptionV2Variant): ModuleStep {
  const [name, pool, filters1x1, reduce3x3, filters3x3, reduceDouble, filtersDouble, slimProjection] = row;
  const poolProjection = variant.poolProjections[name] ?? slimProjection;
  const halves = poolProjection === 0;
  const last = halves ? { strides: 2, padding: variant.stridedPadding } : {};
  const pooling =
    pool === 'max'
      ? maxPool('pool', 3, halves ? { strides: 2, padding: variant.poolPadding } : {})
      : averagePool('pool', 3, { padding: variant.averagePadding });
  const branches: Step[][] = [
    [convolution('1x1', filters1x1, 1)],
    [convolution('3x3_reduce', reduce3x3, 1), convolution('3x3', filters3x3, 3, last)],
    double3x3(reduceDouble, filtersDouble, filtersDouble, last),
    [pooling, convolution('pool_projection', poolProjection, 1)],
  ];
  return parallel(name, halves ? [branches[1], branches[2], [pooling]] : branches);
}
