import { batchNormalization, dense, inModule, torchUnits } from './layerNames.js';
import type { NameTable } from './nameTable.js';
import { BLOCK_17, BLOCK_35, BLOCK_8, REDUCTION_6A, REDUCTION_7A, STEM, torchBlock, torchBlocks } from './residualNames.js';

/** timesler/facenet-pytorch@787da06, models/inception_resnet_v1.py. */
const facenet: NameTable = {
  source: 'facenet',
  network: 'inception-resnet-v1',
  variant: 'facenet',
  dialect: 'torch',
  layers: [
    ...torchUnits([...STEM, ['conv_4b', 'conv2d_4b']]),
    ...torchBlocks(['block35', 'repeat_1'], 5, BLOCK_35),
    ...torchUnits(inModule(['mixed_6a', 'mixed_6a'], REDUCTION_6A)),
    ...torchBlocks(['block17', 'repeat_2'], 10, BLOCK_17),
    ...torchUnits(inModule(['mixed_7a', 'mixed_7a'], REDUCTION_7A)),
    ...torchBlocks(['block8', 'repeat_3'], 5, BLOCK_8),
    ...torchBlock(['block8_6', 'block8'], BLOCK_8),
    dense('embedding', 'last_linear'),
    batchNormalization('embedding_bn', 'last_bn'),
    dense('main_logits', 'logits'),
  ],
};

/** Inception-ResNet v1's names. */
export const INCEPTION_RESNET_V1_NAMES: readonly NameTable[] = [facenet];
