import { autoName } from './autoNumberedUnits.js';
import { batchNormalization, convolution, dense, type LayerNames } from './layerNames.js';
import type { NameTable } from './nameTable.js';

/** A block of ours: its number (torch's are one less), its separable convolutions, and whether a convolution stands beside them. */
type Block = readonly [number: number, separable: number, shortcut: boolean];

const BLOCKS: readonly Block[] = [
  [2, 2, true],
  [3, 2, true],
  [4, 2, true],
  ...[5, 6, 7, 8, 9, 10, 11, 12].map((number): Block => [number, 3, false]),
  [13, 2, true],
];

const separable = (ours: string, theirs: string, pointwise?: string): LayerNames => ({
  ours,
  kind: 'separableConvolution',
  theirs,
  ...(pointwise !== undefined && { pointwise }),
});

const torchUnit = (ours: string, convolutionName: string, normalizationName: string): LayerNames[] => [
  convolution(`${ours}_conv`, convolutionName),
  batchNormalization(`${ours}_bn`, normalizationName),
];

const torchSeparable = (ours: string, theirs: string, normalizationName: string): LayerNames[] => [
  separable(`${ours}_conv`, `${theirs}.conv1`, `${theirs}.pointwise`),
  batchNormalization(`${ours}_bn`, normalizationName),
];

function torchBlock([number, count, shortcut]: Block): LayerNames[] {
  const [ours, theirs] = [`block${number}`, `block${number - 1}`];
  // `rep` counts ReLUs too: relu, separable, norm, over and over; the first block begins without its ReLU.
  const first = number === 2 ? 0 : 1;
  return [
    ...(shortcut ? torchUnit(`${ours}_shortcut`, `${theirs}.skip`, `${theirs}.skipbn`) : []),
    ...Array.from({ length: count }, (_, index) => {
      const at = first + 3 * index;
      return torchSeparable(`${ours}_sepconv${index + 1}`, `${theirs}.rep.${at}`, `${theirs}.rep.${at + 1}`);
    }).flat(),
  ];
}

/** timm 1.0.31, models/xception.py (legacy_xception). */
const timm: NameTable = {
  source: 'timm',
  network: 'xception',
  variant: 'timm',
  dialect: 'torch',
  layers: [
    ...torchUnit('block1_conv1', 'conv1', 'bn1'),
    ...torchUnit('block1_conv2', 'conv2', 'bn2'),
    ...BLOCKS.flatMap(torchBlock),
    ...torchSeparable('block14_sepconv1', 'conv3', 'bn3'),
    ...torchSeparable('block14_sepconv2', 'conv4', 'bn4'),
    dense('main_logits', 'fc'),
  ],
};

/** Cadene/pretrained-models.pytorch@8aae3d8, models/xception.py, from which timm's comes. */
const cadene: NameTable = { ...timm, source: 'cadene', layers: [...timm.layers.slice(0, -1), dense('main_logits', 'last_linear')] };

const kerasUnit = (name: string): LayerNames[] => [convolution(`${name}_conv`, name), batchNormalization(`${name}_bn`, `${name}_bn`)];

const kerasSeparable = (name: string): LayerNames[] => [separable(`${name}_conv`, name), batchNormalization(`${name}_bn`, `${name}_bn`)];

const SHORTCUTS = BLOCKS.filter(([, , shortcut]) => shortcut).map(([number]) => number);

function kerasBlock([number, count]: Block): LayerNames[] {
  const index = SHORTCUTS.indexOf(number);
  const shortcut = `block${number}_shortcut`;
  return [
    ...Array.from({ length: count }, (_, at) => kerasSeparable(`block${number}_sepconv${at + 1}`)).flat(),
    ...(index < 0 ? [] : torchUnit(shortcut, autoName('conv2d', index), autoName('batch_normalization', index))),
  ];
}

/** keras-team/keras@3422977, applications/xception.py: all but the shortcuts have names. */
const keras: NameTable = {
  source: 'keras',
  network: 'xception',
  variant: 'keras',
  dialect: 'keras',
  layers: [
    ...kerasUnit('block1_conv1'),
    ...kerasUnit('block1_conv2'),
    ...BLOCKS.flatMap(kerasBlock),
    ...kerasSeparable('block14_sepconv1'),
    ...kerasSeparable('block14_sepconv2'),
    dense('main_logits', 'predictions'),
  ],
};

/** Xception's names. */
export const XCEPTION_NAMES: readonly NameTable[] = [keras, timm, cadene];
