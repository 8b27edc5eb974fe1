import { autoNumberedUnits } from './autoNumberedUnits.js';
import { batchNormalization, convolution, dense, inModule, torchUnits, type LayerNames, type NamePair } from './layerNames.js';
import type { NameTable } from './nameTable.js';
import { BLOCK_17, BLOCK_35, BLOCK_8, REDUCTION_6A, REDUCTION_7A, STEM, torchBlock, torchBlocks } from './residualNames.js';

const MIXED_5B: readonly NamePair[] = [
  ['1x1', 'branch0'],
  ['5x5_reduce', 'branch1.0'],
  ['5x5', 'branch1.1'],
  ['double3x3_reduce', 'branch2.0'],
  ['double3x3_1', 'branch2.1'],
  ['double3x3_2', 'branch2.2'],
  ['pool_projection', 'branch3.1'],
];

const BEFORE_TOP: readonly LayerNames[] = [
  ...torchUnits([...STEM, ...inModule(['mixed_5b', 'mixed_5b'], MIXED_5B)]),
  ...torchBlocks(['block35', 'repeat'], 10, BLOCK_35),
  ...torchUnits(inModule(['mixed_6a', 'mixed_6a'], REDUCTION_6A)),
  ...torchBlocks(['block17', 'repeat_1'], 20, BLOCK_17),
  ...torchUnits(inModule(['mixed_7a', 'mixed_7a'], REDUCTION_7A)),
  ...torchBlocks(['block8', 'repeat_2'], 9, BLOCK_8),
  ...torchBlock(['block8_10', 'block8'], BLOCK_8),
];

/** timm 1.0.31, models/inception_resnet_v2.py. */
const timm: NameTable = {
  source: 'timm',
  network: 'inception-resnet-v2',
  variant: 'timm',
  dialect: 'torch',
  layers: [...BEFORE_TOP, ...torchUnits([['conv_7b', 'conv2d_7b']]), dense('main_logits', 'classif')],
};

/** Cadene/pretrained-models.pytorch@8aae3d8, models/inceptionresnetv2.py, from which timm's comes; it renamed the classifier later. */
const cadene: NameTable = {
  ...timm,
  source: 'cadene',
  layers: [...timm.layers.slice(0, -1), dense('main_logits', 'last_linear')],
};

const PROJECTION = /^(block\d+_\d+)_projection_conv$/;
const CONVOLUTION = /_conv$/;

const BEFORE_TOP_NAMES = BEFORE_TOP.map(({ ours }) => ours);

/** keras-team/keras@3422977, applications/inception_resnet_v2.py: only the projections and the last convolution have names. */
const keras: NameTable = {
  source: 'keras',
  network: 'inception-resnet-v2',
  variant: 'keras',
  dialect: 'keras',
  layers: [
    ...autoNumberedUnits(
      BEFORE_TOP_NAMES.filter((name) => CONVOLUTION.test(name) && !PROJECTION.test(name)).map((name) => name.replace(CONVOLUTION, '')),
    ),
    ...BEFORE_TOP_NAMES.filter((name) => PROJECTION.test(name)).map((name) => convolution(name, name.replace(PROJECTION, '$1_conv'))),
    convolution('conv_7b_conv', 'conv_7b'),
    batchNormalization('conv_7b_bn', 'conv_7b_bn'),
    dense('main_logits', 'predictions'),
  ],
};

/** Inception-ResNet v2's names. */
export const INCEPTION_RESNET_V2_NAMES: readonly NameTable[] = [keras, timm, cadene];
