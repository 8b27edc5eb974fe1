import { inceptionResnetV1Spec } from '../../src/spec/inceptionResnetV1.js';
import { inceptionResnetV2Spec } from '../../src/spec/inceptionResnetV2.js';
import { inceptionV2Spec } from '../../src/spec/inceptionV2.js';
import { inceptionV3Spec } from '../../src/spec/inceptionV3.js';
import { inceptionV4Spec } from '../../src/spec/inceptionV4.js';
import { namedStepsOf } from '../../src/spec/namedSteps.js';
import { networkSpec, variantsOf, type NetworkName } from '../../src/spec/networkSpec.js';
import type { NetworkOptions } from '../../src/spec/options.js';
import type { ShapeRow } from '../../src/spec/shapeRow.js';
import { traceShapes } from '../../src/spec/traceShapes.js';
import type { ConvolutionStep, NetworkSpec, Step } from '../../src/spec/types.js';
import { windowOf } from '../../src/spec/windows.js';
import { xceptionSpec } from '../../src/spec/xception.js';

/** Each network by its own function, with its builder's name; `networkSpec` is to give the same. */
const NETWORKS: readonly {
  network: NetworkName;
  where: string;
  spec(this: void, options?: NetworkOptions): NetworkSpec;
  heads: boolean;
  second: string;
}[] = [
  { network: 'inception-v2', where: 'inceptionV2', spec: inceptionV2Spec, heads: false, second: 'inception_3b' },
  { network: 'inception-v3', where: 'inceptionV3', spec: inceptionV3Spec, heads: true, second: 'mixed_5c' },
  { network: 'inception-v4', where: 'inceptionV4', spec: inceptionV4Spec, heads: true, second: 'mixed_4a' },
  { network: 'inception-resnet-v1', where: 'inceptionResNetV1', spec: inceptionResnetV1Spec, heads: false, second: 'block35_2' },
  { network: 'inception-resnet-v2', where: 'inceptionResNetV2', spec: inceptionResnetV2Spec, heads: true, second: 'block35_1' },
  { network: 'xception', where: 'xception', spec: xceptionSpec, heads: false, second: 'block3' },
];

const countsOf = (spec: NetworkSpec): [string, number][] =>
  namedStepsOf(spec).flatMap(({ name, step }) => {
    if (step.op === 'dense') return [[name, step.units]];
    return 'filters' in step ? [[name, step.filters]] : [];
  });

describe.each(NETWORKS)('$where', ({ network, where, spec, heads, second }) => {
  const auxiliaryHeads = heads;

  it('takes the options of networkSpec', () => {
    const options = { classes: 7, inputShape: [128, 160, 3], stem: 'stride4', auxiliaryHeads, name: 'mine' } as const;
    expect(networkSpec(network, options)).toEqual(spec(options));
    expect(spec(options)).toMatchObject({ name: 'mine', classes: 7, inputShape: [128, 160, 3] });
  });

  it.each([0.1, 0.3, 0.5, 1.25])('widthMultiplier %d makes every count the nearest multiple of 8, at least 8; heads too', (multiplier) => {
    const nearest = (count: number): number => Math.max(8, 8 * Math.round((count * multiplier) / 8));
    const published = countsOf(spec({ auxiliaryHeads }));
    const widened = countsOf(spec({ auxiliaryHeads, widthMultiplier: multiplier }));
    expect(widened).toEqual(published.map(([name, count]) => [name, nearest(count)]));
    expect(widened.length).toBeGreaterThan(25);
  });

  it('includeTop: false leaves the last map, or its average or maximum', () => {
    const { trunk } = spec();
    expect(spec({ includeTop: false })).toMatchObject({ trunk, classes: 0, top: [] });
    expect(spec({ includeTop: false, pooling: 'avg' }).top).toEqual([{ op: 'globalAveragePool', name: 'global_pool' }]);
    expect(spec({ includeTop: false, pooling: 'max' }).top).toEqual([{ op: 'globalMaxPool', name: 'global_pool' }]);
    expect(() => spec({ pooling: 'avg' })).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: expect.stringMatching(`^${where}\\.pooling: expected no pooling beside`),
      }),
    );
  });

  it('dropout goes before the classifier in every variant, also where the source has none; 0 leaves it out', () => {
    for (const variant of variantsOf(network)) {
      const dropouts = (dropout: number): Step[] => spec({ variant, dropout }).top.filter(({ op }) => op === 'dropout');
      expect(dropouts(0.35)).toEqual([{ op: 'dropout', name: 'dropout', rate: 0.35 }]);
      expect(dropouts(0)).toEqual([]);
      expect(
        spec({ variant, dropout: 0.35 })
          .top.slice(0, 2)
          .map(({ op }) => op),
      ).toEqual(['globalAveragePool', 'dropout']);
    }
  });

  it('classifierActivation and momentum are taken as given, and nothing else of the style changes', () => {
    const published = spec().convolution;
    expect(spec({ classifierActivation: 'linear' }).classifierActivation).toBe('linear');
    expect(spec({ momentum: 0.8 }).convolution).toEqual({
      ...published,
      batchNormalization: { ...published.batchNormalization, momentum: 0.8 },
    });
  });

  it.each([1, 4])('a picture may have %i channels; what is subtracted is the mean of the three', (channels) => {
    const { inputShape, preprocessing } = spec({ inputShape: [200, 200, channels] });
    expect(inputShape).toEqual([200, 200, channels]);
    expect(preprocessing).toEqual({ ...spec().preprocessing, offset: Array(channels).fill(-1) });
  });

  it(`finalModule ends the trunk: '${second}'`, () => {
    const { trunk, auxiliaryHeads: kept } = spec({ finalModule: second });
    const whole = spec().trunk;
    expect(trunk).toEqual(whole.slice(0, trunk.length));
    expect([trunk.at(-1)?.name, kept]).toEqual([second, []]);
    expect(() => spec({ finalModule: 'nowhere' })).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: expect.stringMatching(`^${where}\\.finalModule: expected one of .*${second}, .*, got 'nowhere'\\.$`),
      }),
    );
    if (!heads) return;
    expect(() => spec({ finalModule: second, auxiliaryHeads: true })).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: expect.stringMatching(`^${where}\\.auxiliaryHeads: expected false, since heads hang on .* '${second}', got true\\.$`),
      }),
    );
  });

  it.each([
    { options: { clases: 10 }, says: 'clases: expected one of the keys inputShape, classes, ' },
    { options: { variant: 'tensorflow' }, says: `variant: expected '${variantsOf(network).join("' | '")}', got 'tensorflow'.` },
    { options: { classes: 0 }, says: 'classes: expected a positive integer, got 0.' },
    { options: { inputShape: [299, 299] }, says: 'inputShape: expected [height, width, channels], ' },
    { options: { widthMultiplier: -1 }, says: 'widthMultiplier: expected a positive number up to 100, got -1.' },
    { options: { stem: 'stride1' }, says: "stem: expected 'stride8' | 'stride4' | 'stride2', got 'stride1'." },
    { options: { includeTop: false, auxiliaryHeads: true }, says: 'auxiliaryHeads: expected false where includeTop is false' },
  ])('$options is refused', ({ options, says }) => {
    expect(() => spec(options as unknown as NetworkOptions)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringContaining(`${where}.${says}`) }),
    );
  });
});

it('a caffe picture of one channel has the mean of the three means', () => {
  const { offset, channelOrder } = networkSpec('inception-v2', { variant: 'caffe', inputShape: [224, 224, 1] }).preprocessing;
  expect({ offset, channelOrder }).toEqual({ offset: [-(104 + 117 + 128) / 3], channelOrder: 'rgb' });
});

it("a head's last map shrinks its 5×5 kernel: to 1×1 at 107 pixels, to 3×3 at 203; from 299 on it is whole", () => {
  const kernelAt = (side: number): readonly number[] => {
    const rows = traceShapes(networkSpec('inception-v3', { inputShape: [side, side, 3], auxiliaryHeads: true }));
    const row = rows.find(({ name }) => name === 'auxiliary_6e_5x5') as ShapeRow;
    return [...windowOf(row.step as ConvolutionStep, row.inputShape), ...row.outputShape];
  };
  expect([107, 203, 299, 395].map(kernelAt)).toEqual([
    [1, 1, 1, 1, 768],
    [3, 3, 1, 1, 768],
    [5, 5, 1, 1, 768],
    [5, 5, 3, 3, 768],
  ]);
});
