import { dense, inModule, torchUnits, type NamePair } from './layerNames.js';
import type { NameTable } from './nameTable.js';
import { BLOCK_35, REDUCTION_6A } from './residualNames.js';

const REDUCTION_4A: readonly NamePair[] = [
  ['3x3_reduce', 'branch0.0'],
  ['3x3', 'branch0.1'],
  ['7x7_reduce', 'branch1.0'],
  ['7x7_1', 'branch1.1'],
  ['7x7_2', 'branch1.2'],
  ['7x7_3x3', 'branch1.3'],
];

const BLOCK_A: readonly NamePair[] = [...BLOCK_35, ['pool_projection', 'branch3.1']];

const BLOCK_B: readonly NamePair[] = [
  ['1x1', 'branch0'],
  ['7x7_reduce', 'branch1.0'],
  ['7x7_1', 'branch1.1'],
  ['7x7_2', 'branch1.2'],
  ['double7x7_reduce', 'branch2.0'],
  ['double7x7_1', 'branch2.1'],
  ['double7x7_2', 'branch2.2'],
  ['double7x7_3', 'branch2.3'],
  ['double7x7_4', 'branch2.4'],
  ['pool_projection', 'branch3.1'],
];

const BLOCK_C: readonly NamePair[] = [
  ['1x1', 'branch0'],
  ['3x3_reduce', 'branch1_0'],
  ['3x3_1x3', 'branch1_1a'],
  ['3x3_3x1', 'branch1_1b'],
  ['double3x3_reduce', 'branch2_0'],
  ['double3x3_1', 'branch2_1'],
  ['double3x3_2', 'branch2_2'],
  ['double3x3_3_1x3', 'branch2_3a'],
  ['double3x3_3_3x1', 'branch2_3b'],
  ['pool_projection', 'branch3.1'],
];

/** Our modules by their place in `features`, which counts the stem's convolutions too. */
const MODULES: readonly (readonly [first: number, names: readonly string[], branches: readonly NamePair[]])[] = [
  [4, ['4a'], REDUCTION_4A],
  [5, ['5a'], [['3x3', 'conv']]],
  [6, ['5b', '5c', '5d', '5e'], BLOCK_A],
  [10, ['6a'], REDUCTION_6A],
  [11, ['6b', '6c', '6d', '6e', '6f', '6g', '6h'], BLOCK_B],
  // Reduction B reduces as the stem's 4a does.
  [18, ['7a'], REDUCTION_4A],
  [19, ['7b', '7c', '7d'], BLOCK_C],
];

/** timm 1.0.31, models/inception_v4.py; Cadene's, from which it comes, has the same. */
const timm: NameTable = {
  source: 'timm',
  network: 'inception-v4',
  variant: 'timm',
  dialect: 'torch',
  layers: [
    ...torchUnits([
      ['conv_1a', 'features.0'],
      ['conv_2a', 'features.1'],
      ['conv_2b', 'features.2'],
      ['mixed_3a_3x3', 'features.3.conv'],
      ...MODULES.flatMap(([first, names, branches]) =>
        names.flatMap((name, index) => inModule([`mixed_${name}`, `features.${first + index}`], branches)),
      ),
    ]),
    dense('main_logits', 'last_linear'),
  ],
};

/** Inception v4's names. */
export const INCEPTION_V4_NAMES: readonly NameTable[] = [timm, { ...timm, source: 'cadene' }];
