import { networkSpec, variantsOf, type NetworkName } from '../../src/spec/networkSpec.js';
import type { AuxiliaryHeadSpec, BatchNormalizationStyle, ConvolutionStyle, ModuleStep, NetworkSpec } from '../../src/spec/types.js';

/** Each network's first variant is its default; the order is part of the contract. */
const VARIANTS: Readonly<Record<Exclude<NetworkName, 'googlenet'>, readonly string[]>> = {
  'inception-v2': ['slim', 'caffe'],
  'inception-v3': ['keras', 'slim', 'torchvision', 'timm'],
  'inception-v4': ['timm', 'slim'],
  'inception-resnet-v1': ['paper', 'facenet'],
  'inception-resnet-v2': ['keras', 'slim', 'timm'],
  xception: ['keras', 'timm'],
};

it.each(Object.entries(VARIANTS))('%s has the variants %j, the first by default', (network, variants) => {
  expect(variantsOf(network as NetworkName)).toEqual(variants);
  expect(networkSpec(network)).toEqual(networkSpec(network, { variant: variants[0] }));
  expect(networkSpec(network)).toMatchObject({ name: network, variant: variants[0], classes: 1000, classifierActivation: 'softmax' });
});

const NORMALIZED: BatchNormalizationStyle = { momentum: 0.99, epsilon: 1e-3, scale: true, center: true };
const SLIM: BatchNormalizationStyle = { ...NORMALIZED, momentum: 0.9997, scale: false };
const TORCH: BatchNormalizationStyle = { ...NORMALIZED, momentum: 0.9 };

type StyleRow = readonly [network: NetworkName, variant: string, BatchNormalizationStyle, Partial<ConvolutionStyle>?];

const STYLES: readonly StyleRow[] = [
  ['inception-v2', 'slim', SLIM, { initializer: 'heNormal' }],
  // Cadene's bninception.py: eps=1e-05, and convolutions with bias before it.
  ['inception-v2', 'caffe', { ...TORCH, epsilon: 1e-5 }, { useBias: true }],
  // keras applications: scale=False in inception_v3.py and inception_resnet_v2.py; all else is BatchNormalization's default.
  ['inception-v3', 'keras', { ...NORMALIZED, scale: false }],
  ['inception-v3', 'slim', SLIM, { initializer: 'heNormal' }],
  ['inception-v3', 'torchvision', TORCH],
  ['inception-v3', 'timm', TORCH],
  ['inception-v4', 'timm', TORCH],
  ['inception-v4', 'slim', SLIM, { initializer: 'heNormal' }],
  ['inception-resnet-v1', 'paper', NORMALIZED],
  ['inception-resnet-v1', 'facenet', TORCH],
  ['inception-resnet-v2', 'keras', { ...NORMALIZED, scale: false }],
  ['inception-resnet-v2', 'slim', SLIM, { initializer: 'heNormal' }],
  ['inception-resnet-v2', 'timm', TORCH],
  ['xception', 'keras', NORMALIZED],
  // torch's own default of eps=1e-05: legacy_xception names none.
  ['xception', 'timm', { ...TORCH, epsilon: 1e-5 }],
];

describe('every convolution is followed by batch normalisation and ReLU, in the settings of its source', () => {
  const rows = STYLES.map(([network, variant, batchNormalization, style = {}]) => ({ network, variant, batchNormalization, style }));

  it.each(rows)('$network $variant: $batchNormalization $style', ({ network, variant, batchNormalization, style }) => {
    expect(networkSpec(network, { variant }).convolution).toEqual({
      ...{ order: 'conv-bn-relu', useBias: false, initialBias: 0, initializer: 'glorotUniform', ...style },
      batchNormalization,
    });
  });

  it("but slim's first, separable one: a bias, a ReLU and no normalisation", () => {
    const [conv1] = networkSpec('inception-v2', { variant: 'slim' }).trunk;
    expect(conv1).toEqual({
      ...{ op: 'separableConvolution', name: 'conv1', filters: 64, kernelSize: 7, strides: 2, depthMultiplier: 8 },
      ...{ order: 'conv-relu', useBias: true },
    });
  });
});

describe('pictures', () => {
  it.each([
    { network: 'inception-v2', variant: 'caffe', order: 'bgr', black: [-104, -117, -128], white: [151, 138, 127] },
    {
      network: 'inception-resnet-v1',
      variant: 'facenet',
      order: 'rgb',
      black: Array(3).fill(-127.5 / 128),
      white: Array(3).fill(127.5 / 128),
    },
    ...Object.entries(VARIANTS).flatMap(([network, variants]) =>
      variants
        .filter((variant) => variant !== 'caffe' && variant !== 'facenet')
        .map((variant) => ({ network, variant, order: 'rgb', black: [-1, -1, -1], white: [1, 1, 1] })),
    ),
  ])('$network $variant: black becomes $black, white $white, in $order order', ({ network, variant, order, black, white }) => {
    const { channelOrder, scale, offset } = networkSpec(network, { variant }).preprocessing;
    expect(channelOrder).toBe(order);
    expect(offset).toEqual(black);
    offset.forEach((value, index) => expect(255 * scale + value).toBeCloseTo(white[index], 12));
  });

  it.each([
    { network: 'inception-v2', variant: 'slim', size: 224 },
    { network: 'inception-v2', variant: 'caffe', size: 224 },
    { network: 'inception-v3', variant: 'keras', size: 299 },
    { network: 'inception-v4', variant: 'timm', size: 299 },
    { network: 'inception-resnet-v1', variant: 'paper', size: 299 },
    { network: 'inception-resnet-v1', variant: 'facenet', size: 160 },
    { network: 'inception-resnet-v2', variant: 'keras', size: 299 },
    { network: 'xception', variant: 'keras', size: 299 },
  ])('$network $variant sees $size×$size×3', ({ network, variant, size }) => {
    expect(networkSpec(network, { variant }).inputShape).toEqual([size, size, 3]);
  });
});

describe('the late auxiliary head: arXiv:1512.00567, §4, as tf-slim builds it', () => {
  const HEADS = [
    { network: 'inception-v3', name: 'auxiliary_6e', after: 'mixed_6e' },
    { network: 'inception-v4', name: 'auxiliary_6h', after: 'mixed_6h' },
    { network: 'inception-resnet-v2', name: 'auxiliary_block17_20', after: 'block17_20' },
  ] as const;
  const heads = HEADS.flatMap((row) => VARIANTS[row.network].map((variant) => ({ ...row, variant })));

  it.each(heads)('$network $variant: $name on $after, weight 0.4; 5×5/3 average, 128 1×1, 768 5×5', ({ network, variant, name, after }) => {
    expect(networkSpec(network, { variant }).auxiliaryHeads).toEqual([]);
    expect(networkSpec(network, { variant, auxiliaryHeads: true }).auxiliaryHeads).toEqual<AuxiliaryHeadSpec[]>([
      {
        ...{ name, after, lossWeight: 0.4 },
        steps: [
          { op: 'averagePool', name: 'pool', poolSize: 5, strides: 3, padding: 'valid' },
          { op: 'convolution', name: '1x1', filters: 128, kernelSize: 1 },
          { op: 'convolution', name: '5x5', filters: 768, kernelSize: 5, padding: 'valid', shrinkToFit: true },
          { op: 'globalAveragePool', name: 'global_pool' },
        ],
      },
    ]);
  });

  it.each(['inception-v2', 'inception-resnet-v1', 'xception'] as const)('%s has none, and says so in every variant', (network) => {
    const where = { 'inception-v2': 'inceptionV2', 'inception-resnet-v1': 'inceptionResNetV1', xception: 'xception' }[network];
    for (const variant of VARIANTS[network]) {
      expect(() => networkSpec(network, { variant, auxiliaryHeads: true })).toThrow(
        expect.objectContaining({
          code: 'INVALID_ARGUMENT',
          message:
            `${where}.auxiliaryHeads: expected false, since this network has no auxiliary heads, got true. ` +
            'Neither its paper nor its code has any; validateSpec and inceptionNet take a spec to which you added some.',
        }),
      );
    }
  });
});

describe('residual scales, arXiv:1602.07261, §3.3, as released', () => {
  const residuals = (spec: NetworkSpec): ModuleStep['merge'][] =>
    spec.trunk.flatMap((step) => (step.op === 'module' && typeof step.merge === 'object' ? [step.merge] : []));

  it.each([
    { network: 'inception-resnet-v1', blocks: [5, 10, 5] },
    { network: 'inception-resnet-v2', blocks: [10, 20, 9] },
  ] as const)('$network: $blocks blocks of 0.17, 0.1 and 0.2, and one of 1 without ReLU', ({ network, blocks: [a, b, c] }) => {
    for (const variant of VARIANTS[network]) {
      expect(residuals(networkSpec(network, { variant }))).toEqual([
        ...Array<unknown>(a).fill({ residual: 0.17 }),
        ...Array<unknown>(b).fill({ residual: 0.1 }),
        ...Array<unknown>(c).fill({ residual: 0.2 }),
        { residual: 1, activation: 'linear' },
      ]);
    }
  });
});
