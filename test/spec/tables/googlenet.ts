import type { StepsRow, TableRow } from './tableRow.js';

/** GoogLeNet, stage by stage. Source: arXiv:1409.4842, Table 1; BVLC/caffe@9b89154 train_val.prototxt. */
// prettier-ignore
export const GOOGLENET_STEPS: readonly StepsRow[] = [
  ['conv1', '7×7/2 64'],
  ['pool1', 'max 3×3/2'],
  ['norm1', 'local response normalization'],
  ['conv2_reduce', '1×1 64'],
  ['conv2', '3×3 192'],
  ['norm2', 'local response normalization'],
  ['pool2', 'max 3×3/2'],
  ['inception_3a', '1×1 64 | 1×1 96, 3×3 128 | 1×1 16, 5×5 32 | max 3×3, 1×1 32'],
  ['inception_3b', '1×1 128 | 1×1 128, 3×3 192 | 1×1 32, 5×5 96 | max 3×3, 1×1 64'],
  ['pool3', 'max 3×3/2'],
  ['inception_4a', '1×1 192 | 1×1 96, 3×3 208 | 1×1 16, 5×5 48 | max 3×3, 1×1 64'],
  ['inception_4b', '1×1 160 | 1×1 112, 3×3 224 | 1×1 24, 5×5 64 | max 3×3, 1×1 64'],
  ['inception_4c', '1×1 128 | 1×1 128, 3×3 256 | 1×1 24, 5×5 64 | max 3×3, 1×1 64'],
  ['inception_4d', '1×1 112 | 1×1 144, 3×3 288 | 1×1 32, 5×5 64 | max 3×3, 1×1 64'],
  ['inception_4e', '1×1 256 | 1×1 160, 3×3 320 | 1×1 32, 5×5 128 | max 3×3, 1×1 128'],
  ['pool4', 'max 3×3/2'],
  ['inception_5a', '1×1 256 | 1×1 160, 3×3 320 | 1×1 32, 5×5 128 | max 3×3, 1×1 128'],
  ['inception_5b', '1×1 384 | 1×1 192, 3×3 384 | 1×1 48, 5×5 128 | max 3×3, 1×1 128'],
  ['pool5', 'global average'],
  ['dropout', 'dropout 0.4'],
  ['main_logits', 'classifier 1000'],
];

/** GoogLeNet with biases at 224×224 and 1000 classes: counted from the same layers. */
// prettier-ignore
export const GOOGLENET_ROWS: readonly TableRow[] = [
  ['conv1',        [112, 112, 64], 9_408, 64, 0, 118_013_952],
  ['pool1',        [56, 56, 64], 0, 0, 0, 0],
  ['norm1',        [56, 56, 64], 0, 0, 0, 0],
  ['conv2_reduce', [56, 56, 64], 4_096, 64, 0, 12_845_056],
  ['conv2',        [56, 56, 192], 110_592, 192, 0, 346_816_512],
  ['norm2',        [56, 56, 192], 0, 0, 0, 0],
  ['pool2',        [28, 28, 192], 0, 0, 0, 0],
  ['inception_3a', [28, 28, 256], 163_328, 368, 0, 128_049_152],
  ['inception_3b', [28, 28, 480], 388_096, 640, 0, 304_267_264],
  ['pool3',        [14, 14, 480], 0, 0, 0, 0],
  ['inception_4a', [14, 14, 512], 375_552, 624, 0, 73_608_192],
  ['inception_4b', [14, 14, 512], 448_512, 648, 0, 87_908_352],
  ['inception_4c', [14, 14, 512], 509_440, 664, 0, 99_850_240],
  ['inception_4d', [14, 14, 528], 604_672, 704, 0, 118_515_712],
  ['inception_4e', [14, 14, 832], 867_328, 1_024, 0, 169_996_288],
  ['pool4',        [7, 7, 832], 0, 0, 0, 0],
  ['inception_5a', [7, 7, 832], 1_042_432, 1_024, 0, 51_079_168],
  ['inception_5b', [7, 7, 1_024], 1_442_816, 1_264, 0, 70_697_984],
  ['pool5',        [1_024], 0, 0, 0, 0],
  ['dropout',      [1_024], 0, 0, 0, 0],
  ['main_logits',  [1_000], 1_024_000, 1_000, 0, 1_024_000],
];
