import { convolution, inModule, torchUnits, type LayerNames, type NamePair } from './layerNames.js';

/** The convolutions that both Inception-ResNets begin with. */
export const STEM: readonly NamePair[] = [
  ['conv_1a', 'conv2d_1a'],
  ['conv_2a', 'conv2d_2a'],
  ['conv_2b', 'conv2d_2b'],
  ['conv_3b', 'conv2d_3b'],
  ['conv_4a', 'conv2d_4a'],
];

/** Both Inception-ResNets' residual blocks and reductions, as timm and facenet-pytorch call their branches; v4's are partly the same. */
export const BLOCK_35: readonly NamePair[] = [
  ['1x1', 'branch0'],
  ['3x3_reduce', 'branch1.0'],
  ['3x3', 'branch1.1'],
  ['double3x3_reduce', 'branch2.0'],
  ['double3x3_1', 'branch2.1'],
  ['double3x3_2', 'branch2.2'],
];

export const BLOCK_17: readonly NamePair[] = [
  ['1x1', 'branch0'],
  ['7x7_reduce', 'branch1.0'],
  ['7x7_1', 'branch1.1'],
  ['7x7_2', 'branch1.2'],
];

export const BLOCK_8: readonly NamePair[] = [
  ['1x1', 'branch0'],
  ['3x3_reduce', 'branch1.0'],
  ['3x3_1', 'branch1.1'],
  ['3x3_2', 'branch1.2'],
];

export const REDUCTION_6A: readonly NamePair[] = [
  ['3x3', 'branch0'],
  ['double3x3_reduce', 'branch1.0'],
  ['double3x3_1', 'branch1.1'],
  ['double3x3_2', 'branch1.2'],
];

export const REDUCTION_7A: readonly NamePair[] = [
  ['3x3_a_reduce', 'branch0.0'],
  ['3x3_a', 'branch0.1'],
  ['3x3_b_reduce', 'branch1.0'],
  ['3x3_b', 'branch1.1'],
  ['double3x3_reduce', 'branch2.0'],
  ['double3x3_1', 'branch2.1'],
  ['double3x3_2', 'branch2.2'],
];

/** One residual block: its branches, and the convolution back to the input's channels. */
export const torchBlock = (names: NamePair, branches: readonly NamePair[]): LayerNames[] => [
  ...torchUnits(inModule(names, branches)),
  convolution(`${names[0]}_projection_conv`, `${names[1]}.conv2d`),
];

/** `count` blocks in a row: ours count from 1, torch's `nn.Sequential` from 0. */
export const torchBlocks = ([ours, theirs]: NamePair, count: number, branches: readonly NamePair[]): LayerNames[] =>
  Array.from({ length: count }, (_, index) => torchBlock([`${ours}_${index + 1}`, `${theirs}.${index}`], branches)).flat();
