import { autoNumberedUnits } from './autoNumberedUnits.js';
import { dense, inModule, torchUnits, type NamePair } from './layerNames.js';
import type { NameTable } from './nameTable.js';

const DOUBLE_3X3: readonly NamePair[] = [
  ['double3x3_reduce', 'branch3x3dbl_1'],
  ['double3x3_1', 'branch3x3dbl_2'],
  ['double3x3_2', 'branch3x3dbl_3'],
];

const WIDE: readonly NamePair[] = [
  ['1x1', 'branch1x1'],
  ['5x5_reduce', 'branch5x5_1'],
  ['5x5', 'branch5x5_2'],
  ...DOUBLE_3X3,
  ['pool_projection', 'branch_pool'],
];

const FACTORIZED: readonly NamePair[] = [
  ['1x1', 'branch1x1'],
  ['7x7_reduce', 'branch7x7_1'],
  ['7x7_1', 'branch7x7_2'],
  ['7x7_2', 'branch7x7_3'],
  ['double7x7_reduce', 'branch7x7dbl_1'],
  ['double7x7_1', 'branch7x7dbl_2'],
  ['double7x7_2', 'branch7x7dbl_3'],
  ['double7x7_3', 'branch7x7dbl_4'],
  ['double7x7_4', 'branch7x7dbl_5'],
  ['pool_projection', 'branch_pool'],
];

const REDUCTION_7A: readonly NamePair[] = [
  ['3x3_reduce', 'branch3x3_1'],
  ['3x3', 'branch3x3_2'],
  ['7x7_reduce', 'branch7x7x3_1'],
  ['7x7_1', 'branch7x7x3_2'],
  ['7x7_2', 'branch7x7x3_3'],
  ['7x7_3x3', 'branch7x7x3_4'],
];

const EXPANDED: readonly NamePair[] = [
  ['1x1', 'branch1x1'],
  ['3x3_reduce', 'branch3x3_1'],
  ['3x3_1x3', 'branch3x3_2a'],
  ['3x3_3x1', 'branch3x3_2b'],
  ['double3x3_reduce', 'branch3x3dbl_1'],
  ['double3x3_1', 'branch3x3dbl_2'],
  ['double3x3_2_1x3', 'branch3x3dbl_3a'],
  ['double3x3_2_3x1', 'branch3x3dbl_3b'],
  ['pool_projection', 'branch_pool'],
];

const modules = (names: readonly string[], branches: readonly NamePair[]): NamePair[] =>
  names.flatMap((name) => inModule([`mixed_${name}`, `Mixed_${name}`], branches));

const BEFORE_HEAD: readonly NamePair[] = [
  ['conv_1a', 'Conv2d_1a_3x3'],
  ['conv_2a', 'Conv2d_2a_3x3'],
  ['conv_2b', 'Conv2d_2b_3x3'],
  ['conv_3b', 'Conv2d_3b_1x1'],
  ['conv_4a', 'Conv2d_4a_3x3'],
  ...modules(['5b', '5c', '5d'], WIDE),
  ...modules(['6a'], [['3x3', 'branch3x3'], ...DOUBLE_3X3]),
  ...modules(['6b', '6c', '6d', '6e'], FACTORIZED),
];

const AFTER_HEAD: readonly NamePair[] = [...modules(['7a'], REDUCTION_7A), ...modules(['7b', '7c'], EXPANDED)];

/** torchvision 0.14–0.29, models/inception.py. */
const torchvision: NameTable = {
  source: 'torchvision',
  network: 'inception-v3',
  variant: 'torchvision',
  dialect: 'torch',
  layers: [
    ...torchUnits(BEFORE_HEAD),
    ...torchUnits([
      ['auxiliary_6e_1x1', 'AuxLogits.conv0'],
      ['auxiliary_6e_5x5', 'AuxLogits.conv1'],
    ]),
    dense('auxiliary_6e_logits', 'AuxLogits.fc'),
    ...torchUnits(AFTER_HEAD),
    dense('main_logits', 'fc'),
  ],
};

/** timm 1.0.31, models/inception_v3.py: torchvision's names, without the head unless it is asked for. */
const timm: NameTable = { ...torchvision, source: 'timm', variant: 'timm' };

/** keras-team/keras@3422977, applications/inception_v3.py: no layer but the last has a name. */
const keras: NameTable = {
  source: 'keras',
  network: 'inception-v3',
  variant: 'keras',
  dialect: 'keras',
  layers: [...autoNumberedUnits([...BEFORE_HEAD, ...AFTER_HEAD].map(([ours]) => ours)), dense('main_logits', 'predictions')],
};

/** Inception v3's names. */
export const INCEPTION_V3_NAMES: readonly NameTable[] = [keras, torchvision, timm];
