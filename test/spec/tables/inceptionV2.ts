import type { StepsRow, TableRow } from './tableRow.js';

/**
 * slim's BN-Inception, stage by stage. Source: arXiv:1502.03167, Figure 5 and §4.2; tf-slim@1287b1e inception_v2.py, built and counted.
 */
// prettier-ignore
export const INCEPTION_V2_STEPS: readonly StepsRow[] = [
  ['conv1', 'separable 7×7/2 64 depth 8'],
  ['pool1', 'max 3×3/2'],
  ['conv2_reduce', '1×1 64'],
  ['conv2', '3×3 192'],
  ['pool2', 'max 3×3/2'],
  ['inception_3a', '1×1 64 | 1×1 64, 3×3 64 | 1×1 64, 3×3 96, 3×3 96 | average 3×3, 1×1 32'],
  ['inception_3b', '1×1 64 | 1×1 64, 3×3 96 | 1×1 64, 3×3 96, 3×3 96 | average 3×3, 1×1 64'],
  ['inception_3c', '1×1 128, 3×3/2 160 | 1×1 64, 3×3 96, 3×3/2 96 | max 3×3/2'],
  ['inception_4a', '1×1 224 | 1×1 64, 3×3 96 | 1×1 96, 3×3 128, 3×3 128 | average 3×3, 1×1 128'],
  ['inception_4b', '1×1 192 | 1×1 96, 3×3 128 | 1×1 96, 3×3 128, 3×3 128 | average 3×3, 1×1 128'],
  ['inception_4c', '1×1 160 | 1×1 128, 3×3 160 | 1×1 128, 3×3 160, 3×3 160 | average 3×3, 1×1 96'],
  ['inception_4d', '1×1 96 | 1×1 128, 3×3 192 | 1×1 160, 3×3 192, 3×3 192 | average 3×3, 1×1 96'],
  ['inception_4e', '1×1 128, 3×3/2 192 | 1×1 192, 3×3 256, 3×3/2 256 | max 3×3/2'],
  ['inception_5a', '1×1 352 | 1×1 192, 3×3 320 | 1×1 160, 3×3 224, 3×3 224 | average 3×3, 1×1 128'],
  ['inception_5b', '1×1 352 | 1×1 192, 3×3 320 | 1×1 192, 3×3 224, 3×3 224 | max 3×3, 1×1 128'],
  ['global_pool', 'global average'],
  ['dropout', 'dropout 0.2'],
  ['main_logits', 'classifier 1000'],
];

/** slim's BN-Inception at 224×224 and 1000 classes: counted from the same layers. */
// prettier-ignore
export const INCEPTION_V2_ROWS: readonly TableRow[] = [
  ['conv1',        [112, 112, 64], 2_712, 64, 0, 34_019_328],
  ['pool1',        [56, 56, 64], 0, 0, 0, 0],
  ['conv2_reduce', [56, 56, 64], 4_096, 0, 64, 12_845_056],
  ['conv2',        [56, 56, 192], 110_592, 0, 192, 346_816_512],
  ['pool2',        [28, 28, 192], 0, 0, 0, 0],
  ['inception_3a', [28, 28, 256], 218_112, 0, 480, 170_999_808],
  ['inception_3b', [28, 28, 320], 259_072, 0, 544, 203_112_448],
  ['inception_3c', [14, 14, 576], 384_000, 0, 544, 143_904_768],
  ['inception_4a', [14, 14, 576], 608_256, 0, 864, 119_218_176],
  ['inception_4b', [14, 14, 576], 663_552, 0, 896, 130_056_192],
  ['inception_4c', [14, 14, 576], 893_952, 0, 992, 175_214_592],
  ['inception_4d', [14, 14, 576], 1_105_920, 0, 1_056, 216_760_320],
  ['inception_4e', [7, 7, 1_024], 1_437_696, 0, 1_024, 162_570_240],
  ['inception_5a', [7, 7, 1_024], 2_179_072, 0, 1_600, 106_774_528],
  ['inception_5b', [7, 7, 1_024], 2_276_352, 0, 1_632, 111_541_248],
  ['global_pool',  [1_024], 0, 0, 0, 0],
  ['dropout',      [1_024], 0, 0, 0, 0],
  ['main_logits',  [1_000], 1_024_000, 1_000, 0, 1_024_000],
];

/**
 * The Caffe port, with biases, other padding and projections of 128 in 4c and 4d. Source: Cadene/pretrained-models.pytorch@8aae3d8
 * bninception.py (from Caffe), built and counted in sum; the rows follow from its layers.
 */
// prettier-ignore
export const CAFFE_INCEPTION_V2_STEPS: readonly StepsRow[] = [
  ['conv1', '7×7/2 zeros 3 64'],
  ['pool1', 'max 3×3/2 ceil'],
  ['conv2_reduce', '1×1 64'],
  ['conv2', '3×3 192'],
  ['pool2', 'max 3×3/2 ceil'],
  ['inception_3a', '1×1 64 | 1×1 64, 3×3 64 | 1×1 64, 3×3 96, 3×3 96 | average 3×3 zeros 1, 1×1 32'],
  ['inception_3b', '1×1 64 | 1×1 64, 3×3 96 | 1×1 64, 3×3 96, 3×3 96 | average 3×3 zeros 1, 1×1 64'],
  ['inception_3c', '1×1 128, 3×3/2 zeros 1 160 | 1×1 64, 3×3 96, 3×3/2 zeros 1 96 | max 3×3/2 ceil'],
  ['inception_4a', '1×1 224 | 1×1 64, 3×3 96 | 1×1 96, 3×3 128, 3×3 128 | average 3×3 zeros 1, 1×1 128'],
  ['inception_4b', '1×1 192 | 1×1 96, 3×3 128 | 1×1 96, 3×3 128, 3×3 128 | average 3×3 zeros 1, 1×1 128'],
  ['inception_4c', '1×1 160 | 1×1 128, 3×3 160 | 1×1 128, 3×3 160, 3×3 160 | average 3×3 zeros 1, 1×1 128'],
  ['inception_4d', '1×1 96 | 1×1 128, 3×3 192 | 1×1 160, 3×3 192, 3×3 192 | average 3×3 zeros 1, 1×1 128'],
  ['inception_4e', '1×1 128, 3×3/2 zeros 1 192 | 1×1 192, 3×3 256, 3×3/2 zeros 1 256 | max 3×3/2 ceil'],
  ['inception_5a', '1×1 352 | 1×1 192, 3×3 320 | 1×1 160, 3×3 224, 3×3 224 | average 3×3 zeros 1, 1×1 128'],
  ['inception_5b', '1×1 352 | 1×1 192, 3×3 320 | 1×1 192, 3×3 224, 3×3 224 | max 3×3, 1×1 128'],
  ['global_pool', 'global average'],
  ['main_logits', 'classifier 1000'],
];

/** The Caffe port at 224×224 and 1000 classes: counted from its layers. */
// prettier-ignore
export const CAFFE_INCEPTION_V2_ROWS: readonly TableRow[] = [
  ['conv1',        [112, 112, 64], 9_408, 64, 64, 118_013_952],
  ['pool1',        [56, 56, 64], 0, 0, 0, 0],
  ['conv2_reduce', [56, 56, 64], 4_096, 64, 64, 12_845_056],
  ['conv2',        [56, 56, 192], 110_592, 192, 192, 346_816_512],
  ['pool2',        [28, 28, 192], 0, 0, 0, 0],
  ['inception_3a', [28, 28, 256], 218_112, 480, 480, 170_999_808],
  ['inception_3b', [28, 28, 320], 259_072, 544, 544, 203_112_448],
  ['inception_3c', [14, 14, 576], 384_000, 544, 544, 143_904_768],
  ['inception_4a', [14, 14, 576], 608_256, 864, 864, 119_218_176],
  ['inception_4b', [14, 14, 576], 663_552, 896, 896, 130_056_192],
  ['inception_4c', [14, 14, 608], 912_384, 1_024, 1_024, 178_827_264],
  ['inception_4d', [14, 14, 608], 1_140_736, 1_088, 1_088, 223_584_256],
  ['inception_4e', [7, 7, 1_056], 1_447_936, 1_024, 1_024, 164_577_280],
  ['inception_5a', [7, 7, 1_024], 2_205_696, 1_600, 1_600, 108_079_104],
  ['inception_5b', [7, 7, 1_024], 2_276_352, 1_632, 1_632, 111_541_248],
  ['global_pool',  [1_024], 0, 0, 0, 0],
  ['main_logits',  [1_000], 1_024_000, 1_000, 0, 1_024_000],
];
