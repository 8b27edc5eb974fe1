import { head, shrink, stem } from './googlenetParts.js';
import { GOOGLENET_VARIANTS, type GooglenetVariant } from './googlenetVariants.js';
import type { NetworkOptions } from './options.js';
import { publishedSpec } from './publishedSpec.js';
import { table1Branches } from './table1.js';
import type { ModuleStep, NetworkSpec, Step } from './types.js';

type Row = readonly [
  string,
  filters1x1: number,
  reduce3x3: number,
  filters3x3: number,
  reduce5x5: number,
  filters5x5: number,
  pool: number,
];

/** The nine modules of GoogLeNet. Source: Szegedy et al. 2014, arXiv:1409.4842, Table 1. */
// prettier-ignore
export const GOOGLENET_MODULES: readonly Row[] = [
  //              1×1  3×3r  3×3  5×5r  5×5  pool
  ['inception_3a',  64,  96, 128,  16,  32,  32],
  ['inception_3b', 128, 128, 192,  32,  96,  64],
  ['inception_4a', 192,  96, 208,  16,  48,  64],
  ['inception_4b', 160, 112, 224,  24,  64,  64],
  ['inception_4c', 128, 128, 256,  24,  64,  64],
  ['inception_4d', 112, 144, 288,  32,  64,  64],
  ['inception_4e', 256, 160, 320,  32, 128, 128],
  ['inception_5a', 256, 160, 320,  32, 128, 128],
  ['inception_5b', 384, 192, 384,  48, 128, 128],
];

/** Options of GoogLeNet; the first variant is the default. */
export interface GoogLeNetOptions extends NetworkOptions {
  readonly variant?: keyof typeof GOOGLENET_VARIANTS;
}

/**
 * GoogLeNet as data.
 *
 * Trunk `conv1 … pool2`, `inception_3a … inception_5b`; heads `auxiliary_4a` and `auxiliary_4d`. Inside a module the branches are `1x1`;
 * `3x3_reduce`, `3x3`; `5x5_reduce`, `5x5` (so called in every variant, also where its kernel is 3×3); `pool`, `pool_projection`.
 * Slim publishes no heads; with `auxiliaryHeads` its variant gets the paper's, in its own style.
 *
 * @throws InceptionError `INVALID_ARGUMENT` for an unknown option or an unusable value; `INPUT_TOO_SMALL` below the computed minimum.
 * @see Szegedy et al. 2014, arXiv:1409.4842, Table 1 (filters) and §5 (heads).
 * @example
 * ```ts
 * const { trunk } = googlenetSpec({ variant: 'paper' });
 * trunk.map(({ name }) => name); // ['conv1', 'pool1', 'norm1', 'conv2_reduce', 'conv2', 'norm2', 'pool2', 'inception_3a', …]
 * ```
 */
export function googlenetSpec(options: GoogLeNetOptions = {}): NetworkSpec {
  return publishedSpec(options, {
    where: 'googLeNet',
    variants: GOOGLENET_VARIANTS,
    spec: (variant) => ({
      name: 'googlenet',
      inputShape: [224, 224, 3],
      convolution: variant.convolution,
      trunk: [...stem(variant), ...modules(variant)],
      top: [
        { op: 'globalAveragePool', name: 'pool5' },
        { op: 'dropout', name: 'dropout', rate: variant.dropout },
      ],
      auxiliaryHeads: ['4a', '4d'].map((position) => head(position, variant)),
      preprocessing: variant.preprocessing,
    }),
  });
}

function modules(variant: GooglenetVariant): Step[] {
  const poolBefore: Record<string, Step[]> = {
    inception_4a: [shrink('pool3', 3, variant)],
    inception_5a: [shrink('pool4', variant.pool4Size, variant)],
  };
  return GOOGLENET_MODULES.flatMap(([name, filters1x1, reduce3x3, filters3x3, reduce5x5, filters5x5, poolProjection]) => {
    const columns = { filters1x1, reduce3x3, filters3x3, reduce5x5, filters5x5, poolProjection };
    const step: ModuleStep = { op: 'module', name, branches: table1Branches(columns, variant.largeKernel) };
    return [...(poolBefore[name] ?? []), step];
  });
}
