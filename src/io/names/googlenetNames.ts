import { convolution, dense, inModule, torchUnits, type LayerNames, type NamePair } from './layerNames.js';
import type { NameTable } from './nameTable.js';

const MODULES = ['3a', '3b', '4a', '4b', '4c', '4d', '4e', '5a', '5b'] as const;

const TORCHVISION_BRANCHES: readonly NamePair[] = [
  ['1x1', 'branch1'],
  ['3x3_reduce', 'branch2.0'],
  ['3x3', 'branch2.1'],
  ['5x5_reduce', 'branch3.0'],
  ['5x5', 'branch3.1'],
  ['pool_projection', 'branch4.1'],
];

const TORCHVISION_TRUNK: readonly NamePair[] = [
  ['conv1', 'conv1'],
  ['conv2_reduce', 'conv2'],
  ['conv2', 'conv3'],
  ...MODULES.flatMap((name) => inModule([`inception_${name}`, `inception${name}`], TORCHVISION_BRANCHES)),
];

/** Both sources pool what a head reads to 4×4, Caffe at the 224 pixels that its definition is for. */
const flattened = (ours: string, theirs: string): LayerNames => ({ ...dense(ours, theirs), mapSide: 4 });

const torchvisionHead = (ours: string, theirs: string): LayerNames[] => [
  ...torchUnits([[`${ours}_1x1`, `${theirs}.conv`]]),
  flattened(`${ours}_fc`, `${theirs}.fc1`),
  dense(`${ours}_logits`, `${theirs}.fc2`),
];

/** torchvision 0.14–0.29, models/googlenet.py. */
const torchvision: NameTable = {
  source: 'torchvision',
  network: 'googlenet',
  variant: 'torchvision',
  dialect: 'torch',
  layers: [
    ...torchUnits(TORCHVISION_TRUNK),
    ...torchvisionHead('auxiliary_4a', 'aux1'),
    ...torchvisionHead('auxiliary_4d', 'aux2'),
    dense('main_logits', 'fc'),
  ],
};

/** Our branches beside Caffe's; they differ in one. */
const CAFFE_BRANCHES: readonly NamePair[] = ['1x1', '3x3_reduce', '3x3', '5x5_reduce', '5x5']
  .map((name): NamePair => [name, name])
  .concat([['pool_projection', 'pool_proj']]);

const caffeHead = (ours: string, theirs: string): LayerNames[] => [
  convolution(`${ours}_1x1_conv`, `${theirs}/conv`),
  flattened(`${ours}_fc`, `${theirs}/fc`),
  dense(`${ours}_logits`, `${theirs}/classifier`),
];

const caffeModule = (name: string): LayerNames[] =>
  CAFFE_BRANCHES.map(([ours, theirs]) => convolution(`inception_${name}_${ours}_conv`, `inception_${name}/${theirs}`));

/** BVLC/caffe@9b89154, models/bvlc_googlenet/train_val.prototxt. */
const caffe: NameTable = {
  source: 'caffe',
  network: 'googlenet',
  variant: 'caffe',
  dialect: 'caffe',
  layers: [
    convolution('conv1_conv', 'conv1/7x7_s2'),
    convolution('conv2_reduce_conv', 'conv2/3x3_reduce'),
    convolution('conv2_conv', 'conv2/3x3'),
    ...MODULES.slice(0, 3).flatMap(caffeModule),
    ...caffeHead('auxiliary_4a', 'loss1'),
    ...MODULES.slice(3, 6).flatMap(caffeModule),
    ...caffeHead('auxiliary_4d', 'loss2'),
    ...MODULES.slice(6).flatMap(caffeModule),
    dense('main_logits', 'loss3/classifier'),
  ],
};

/** GoogLeNet's names. */
export const GOOGLENET_NAMES: readonly NameTable[] = [torchvision, caffe];
