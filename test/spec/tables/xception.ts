import type { StepsRow, TableRow } from './tableRow.js';

/**
 * Xception, stage by stage. Source: arXiv:1610.02357, Figure 5; keras-team/keras@3422977 xception.py and timm legacy_xception, both built
 * and counted.
 */
// prettier-ignore
export const XCEPTION_STEPS: readonly StepsRow[] = [
  ['block1_conv1', '3×3/2 valid 32'],
  ['block1_conv2', '3×3 valid 64'],
  ['block2', 'add: 1×1/2 128 linear | separable 3×3 128 linear, relu, separable 3×3 128 linear, max 3×3/2'],
  ['block3', 'add: 1×1/2 256 linear | relu, separable 3×3 256 linear, relu, separable 3×3 256 linear, max 3×3/2'],
  ['block4', 'add: 1×1/2 728 linear | relu, separable 3×3 728 linear, relu, separable 3×3 728 linear, max 3×3/2'],
  ['block5', 'add: identity | relu, separable 3×3 728 linear, relu, separable 3×3 728 linear, relu, separable 3×3 728 linear'],
  ['block6', 'add: identity | relu, separable 3×3 728 linear, relu, separable 3×3 728 linear, relu, separable 3×3 728 linear'],
  ['block7', 'add: identity | relu, separable 3×3 728 linear, relu, separable 3×3 728 linear, relu, separable 3×3 728 linear'],
  ['block8', 'add: identity | relu, separable 3×3 728 linear, relu, separable 3×3 728 linear, relu, separable 3×3 728 linear'],
  ['block9', 'add: identity | relu, separable 3×3 728 linear, relu, separable 3×3 728 linear, relu, separable 3×3 728 linear'],
  ['block10', 'add: identity | relu, separable 3×3 728 linear, relu, separable 3×3 728 linear, relu, separable 3×3 728 linear'],
  ['block11', 'add: identity | relu, separable 3×3 728 linear, relu, separable 3×3 728 linear, relu, separable 3×3 728 linear'],
  ['block12', 'add: identity | relu, separable 3×3 728 linear, relu, separable 3×3 728 linear, relu, separable 3×3 728 linear'],
  ['block13', 'add: 1×1/2 1024 linear | relu, separable 3×3 728 linear, relu, separable 3×3 1024 linear, max 3×3/2'],
  ['block14_sepconv1', 'separable 3×3 1536'],
  ['block14_sepconv2', 'separable 3×3 2048'],
  ['global_pool', 'global average'],
  ['main_logits', 'classifier 1000'],
];

/** Xception at 299×299 and 1000 classes: counted from the same layers. */
// prettier-ignore
export const XCEPTION_ROWS: readonly TableRow[] = [
  ['block1_conv1',     [149, 149, 32], 864, 0, 32, 19_181_664],
  ['block1_conv2',     [147, 147, 64], 18_432, 0, 64, 398_297_088],
  ['block2',           [74, 74, 128], 34_496, 0, 384, 613_262_528],
  ['block3',           [37, 37, 256], 134_528, 0, 768, 602_097_152],
  ['block4',           [19, 19, 728], 911_576, 0, 2_184, 1_060_088_600],
  ['block5',           [19, 19, 728], 1_609_608, 0, 2_184, 581_068_488],
  ['block6',           [19, 19, 728], 1_609_608, 0, 2_184, 581_068_488],
  ['block7',           [19, 19, 728], 1_609_608, 0, 2_184, 581_068_488],
  ['block8',           [19, 19, 728], 1_609_608, 0, 2_184, 581_068_488],
  ['block9',           [19, 19, 728], 1_609_608, 0, 2_184, 581_068_488],
  ['block10',          [19, 19, 728], 1_609_608, 0, 2_184, 581_068_488],
  ['block11',          [19, 19, 728], 1_609_608, 0, 2_184, 581_068_488],
  ['block12',          [19, 19, 728], 1_609_608, 0, 2_184, 581_068_488],
  ['block13',          [10, 10, 1_024], 2_034_032, 0, 2_776, 539_717_360],
  ['block14_sepconv1', [10, 10, 1_536], 1_582_080, 0, 1_536, 158_208_000],
  ['block14_sepconv2', [10, 10, 2_048], 3_159_552, 0, 2_048, 315_955_200],
  ['global_pool',      [2_048], 0, 0, 0, 0],
  ['main_logits',      [1_000], 2_048_000, 1_000, 0, 2_048_000],
];
