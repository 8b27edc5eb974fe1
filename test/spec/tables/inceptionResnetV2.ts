import type { StepsRow, TableRow } from './tableRow.js';

/**
 * Inception-ResNet v2, stage by stage. Source: arXiv:1602.07261, Figures 16–19; tensorflow/models@0223fe3 inception_resnet_v2.py; Keras
 * and timm@aa4b585, both built and counted.
 */
// prettier-ignore
export const INCEPTION_RESNET_V2_STEPS: readonly StepsRow[] = [
  ['conv_1a', '3×3/2 valid 32'],
  ['conv_2a', '3×3 valid 32'],
  ['conv_2b', '3×3 64'],
  ['pool_3a', 'max 3×3/2 valid'],
  ['conv_3b', '1×1 valid 80'],
  ['conv_4a', '3×3 valid 192'],
  ['pool_5a', 'max 3×3/2 valid'],
  ['mixed_5b', '1×1 96 | 1×1 48, 5×5 64 | 1×1 64, 3×3 96, 3×3 96 | average 3×3, 1×1 64'],
  ['block35_1…10', 'residual 0.17: 1×1 32 | 1×1 32, 3×3 32 | 1×1 32, 3×3 48, 3×3 64'],
  ['mixed_6a', '3×3/2 valid 384 | 1×1 256, 3×3 256, 3×3/2 valid 384 | max 3×3/2 valid'],
  ['block17_1…20', 'residual 0.1: 1×1 192 | 1×1 128, 1×7 160, 7×1 192'],
  ['mixed_7a', '1×1 256, 3×3/2 valid 384 | 1×1 256, 3×3/2 valid 288 | 1×1 256, 3×3 288, 3×3/2 valid 320 | max 3×3/2 valid'],
  ['block8_1…9', 'residual 0.2: 1×1 192 | 1×1 192, 1×3 224, 3×1 256'],
  ['block8_10', 'residual 1 linear: 1×1 192 | 1×1 192, 1×3 224, 3×1 256'],
  ['conv_7b', '1×1 1536'],
  ['global_pool', 'global average'],
  ['dropout', 'dropout 0.2'],
  ['main_logits', 'classifier 1000'],
];

/** Inception-ResNet v2 at 299×299 and 1000 classes: counted from the same layers. */
// prettier-ignore
export const INCEPTION_RESNET_V2_ROWS: readonly TableRow[] = [
  ['conv_1a',      [149, 149, 32], 864, 0, 32, 19_181_664],
  ['conv_2a',      [147, 147, 32], 9_216, 0, 32, 199_148_544],
  ['conv_2b',      [147, 147, 64], 18_432, 0, 64, 398_297_088],
  ['pool_3a',      [73, 73, 64], 0, 0, 0, 0],
  ['conv_3b',      [73, 73, 80], 5_120, 0, 80, 27_284_480],
  ['conv_4a',      [71, 71, 192], 138_240, 0, 192, 696_867_840],
  ['pool_5a',      [35, 35, 192], 0, 0, 0, 0],
  ['mixed_5b',     [35, 35, 320], 267_264, 0, 528, 327_398_400],
  ['block35_1…10', [35, 35, 320], 1_223_680, 3_200, 2_400, 1_499_008_000],
  ['mixed_6a',     [17, 17, 1_088], 2_662_400, 0, 1_280, 1_398_185_984],
  ['block17_1…20', [17, 17, 1_088], 22_487_040, 21_760, 13_440, 6_498_754_560],
  ['mixed_7a',     [8, 8, 2_080], 3_876_864, 0, 2_048, 585_424_896],
  ['block8_1…9',   [8, 8, 2_080], 18_284_544, 18_720, 7_776, 1_170_210_816],
  ['block8_10',    [8, 8, 2_080], 2_031_616, 2_080, 864, 130_023_424],
  ['conv_7b',      [8, 8, 1_536], 3_194_880, 0, 1_536, 204_472_320],
  ['global_pool',  [1_536], 0, 0, 0, 0],
  ['dropout',      [1_536], 0, 0, 0, 0],
  ['main_logits',  [1_000], 1_536_000, 1_000, 0, 1_536_000],
];

/** Its auxiliary head: counted from the same layers. */
// prettier-ignore
export const INCEPTION_RESNET_V2_HEAD_ROWS: readonly TableRow[] = [
  ['auxiliary_block17_20_pool',   [5, 5, 1_088], 0, 0, 0, 0],
  ['auxiliary_block17_20_1x1',    [5, 5, 128], 139_264, 0, 128, 3_481_600],
  ['auxiliary_block17_20_5x5',    [1, 1, 768], 2_457_600, 0, 768, 2_457_600],
  ['auxiliary_block17_20_logits', [1_000], 768_000, 1_000, 0, 768_000],
];
