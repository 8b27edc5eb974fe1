import type { StepsRow, TableRow } from './tableRow.js';

/**
 * Inception-ResNet v1, stage by stage. Source: arXiv:1602.07261, Figures 7 and 10–15; davidsandberg/facenet@096ed77
 * inception_resnet_v1.py; facenet-pytorch, built and counted.
 */
// prettier-ignore
export const INCEPTION_RESNET_V1_STEPS: readonly StepsRow[] = [
  ['conv_1a', '3×3/2 valid 32'],
  ['conv_2a', '3×3 valid 32'],
  ['conv_2b', '3×3 64'],
  ['pool_3a', 'max 3×3/2 valid'],
  ['conv_3b', '1×1 valid 80'],
  ['conv_4a', '3×3 valid 192'],
  ['conv_4b', '3×3/2 valid 256'],
  ['block35_1…5', 'residual 0.17: 1×1 32 | 1×1 32, 3×3 32 | 1×1 32, 3×3 32, 3×3 32'],
  ['mixed_6a', '3×3/2 valid 384 | 1×1 192, 3×3 192, 3×3/2 valid 256 | max 3×3/2 valid'],
  ['block17_1…10', 'residual 0.1: 1×1 128 | 1×1 128, 1×7 128, 7×1 128'],
  ['mixed_7a', '1×1 256, 3×3/2 valid 384 | 1×1 256, 3×3/2 valid 256 | 1×1 256, 3×3 256, 3×3/2 valid 256 | max 3×3/2 valid'],
  ['block8_1…5', 'residual 0.2: 1×1 192 | 1×1 192, 1×3 192, 3×1 192'],
  ['block8_6', 'residual 1 linear: 1×1 192 | 1×1 192, 1×3 192, 3×1 192'],
  ['global_pool', 'global average'],
  ['dropout', 'dropout 0.2'],
  ['main_logits', 'classifier 1000'],
];

/** Inception-ResNet v1 at 299×299 and 1000 classes: counted from the same layers. */
// prettier-ignore
export const INCEPTION_RESNET_V1_ROWS: readonly TableRow[] = [
  ['conv_1a',      [149, 149, 32], 864, 0, 32, 19_181_664],
  ['conv_2a',      [147, 147, 32], 9_216, 0, 32, 199_148_544],
  ['conv_2b',      [147, 147, 64], 18_432, 0, 64, 398_297_088],
  ['pool_3a',      [73, 73, 64], 0, 0, 0, 0],
  ['conv_3b',      [73, 73, 80], 5_120, 0, 80, 27_284_480],
  ['conv_4a',      [71, 71, 192], 138_240, 0, 192, 696_867_840],
  ['conv_4b',      [35, 35, 256], 442_368, 0, 256, 541_900_800],
  ['block35_1…5',  [35, 35, 256], 384_000, 1_280, 960, 470_400_000],
  ['mixed_6a',     [17, 17, 896], 1_708_032, 0, 1_024, 850_169_856],
  ['block17_1…10', [17, 17, 896], 6_881_280, 8_960, 5_120, 1_988_689_920],
  ['mixed_7a',     [8, 8, 1_792], 3_342_336, 0, 1_920, 501_448_704],
  ['block8_1…5',   [8, 8, 1_792], 7_987_200, 8_960, 3_840, 511_180_800],
  ['block8_6',     [8, 8, 1_792], 1_597_440, 1_792, 768, 102_236_160],
  ['global_pool',  [1_792], 0, 0, 0, 0],
  ['dropout',      [1_792], 0, 0, 0, 0],
  ['main_logits',  [1_000], 1_792_000, 1_000, 0, 1_792_000],
];

/** facenet's, at 160×160, with its embedding of 512 and 1000 classes: counted from its layers. */
// prettier-ignore
export const FACENET_ROWS: readonly TableRow[] = [
  ['conv_1a',      [79, 79, 32], 864, 0, 32, 5_392_224],
  ['conv_2a',      [77, 77, 32], 9_216, 0, 32, 54_641_664],
  ['conv_2b',      [77, 77, 64], 18_432, 0, 64, 109_283_328],
  ['pool_3a',      [38, 38, 64], 0, 0, 0, 0],
  ['conv_3b',      [38, 38, 80], 5_120, 0, 80, 7_393_280],
  ['conv_4a',      [36, 36, 192], 138_240, 0, 192, 179_159_040],
  ['conv_4b',      [17, 17, 256], 442_368, 0, 256, 127_844_352],
  ['block35_1…5',  [17, 17, 256], 384_000, 1_280, 960, 110_976_000],
  ['mixed_6a',     [8, 8, 896], 1_708_032, 0, 1_024, 195_022_848],
  ['block17_1…10', [8, 8, 896], 6_881_280, 8_960, 5_120, 440_401_920],
  ['mixed_7a',     [3, 3, 1_792], 3_342_336, 0, 1_920, 100_368_384],
  ['block8_1…5',   [3, 3, 1_792], 7_987_200, 8_960, 3_840, 71_884_800],
  ['block8_6',     [3, 3, 1_792], 1_597_440, 1_792, 768, 14_376_960],
  ['global_pool',  [1_792], 0, 0, 0, 0],
  ['dropout',      [1_792], 0, 0, 0, 0],
  ['embedding',    [512], 917_504, 0, 0, 917_504],
  ['embedding_bn', [512], 0, 0, 512, 0],
  ['main_logits',  [1_000], 512_000, 1_000, 0, 512_000],
];
