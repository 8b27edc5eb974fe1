import { batchNormalization, convolution, dense, type LayerNames, type NamePair } from './layerNames.js';
import type { NameTable } from './nameTable.js';

const REDUCING: readonly NamePair[] = [
  ['3x3_reduce', '3x3_reduce'],
  ['3x3', '3x3'],
  ['double3x3_reduce', 'double_3x3_reduce'],
  ['double3x3_1', 'double_3x3_1'],
  ['double3x3_2', 'double_3x3_2'],
];

const KEEPING: readonly NamePair[] = [['1x1', '1x1'], ...REDUCING, ['pool_projection', 'pool_proj']];

const unit = ([ours, theirs]: NamePair): LayerNames[] => [
  convolution(`${ours}_conv`, theirs),
  batchNormalization(`${ours}_bn`, `${theirs}_bn`),
];

const moduleUnits = (name: string): LayerNames[] =>
  (name === '3c' || name === '4e' ? REDUCING : KEEPING).flatMap(([ours, theirs]) =>
    unit([`inception_${name}_${ours}`, `inception_${name}_${theirs}`]),
  );

/** Cadene/pretrained-models.pytorch@8aae3d8, models/bninception.py: the Caffe network's names. */
const cadene: NameTable = {
  source: 'cadene',
  network: 'inception-v2',
  variant: 'caffe',
  dialect: 'torch',
  layers: [
    ...unit(['conv1', 'conv1_7x7_s2']),
    ...unit(['conv2_reduce', 'conv2_3x3_reduce']),
    ...unit(['conv2', 'conv2_3x3']),
    ...['3a', '3b', '3c', '4a', '4b', '4c', '4d', '4e', '5a', '5b'].flatMap(moduleUnits),
    dense('main_logits', 'last_linear'),
  ],
};

/** Inception v2's names. */
export const INCEPTION_V2_NAMES: readonly NameTable[] = [cadene];
