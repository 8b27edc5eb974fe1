import { costOf } from '../../src/cost/costOf.js';
import { minimumInputSize } from '../../src/spec/inputSizes.js';
import { networkSpec, type NetworkName } from '../../src/spec/networkSpec.js';
import type { NetworkOptions } from '../../src/spec/options.js';
import { MergeMisfit } from '../../src/spec/stepOutput.js';
import { traceNetwork } from '../../src/spec/traceNetwork.js';

interface Row {
  network: NetworkName;
  variant: string;
  trainable: number;
  nonTrainable: number;
  multiplyAdds: number;
}

describe('parameters and multiply-adds at the published size and 1000 classes, without heads', () => {
  it.each<Row>([
    { network: 'inception-v2', variant: 'slim', trainable: 11_178_336, nonTrainable: 19_776, multiplyAdds: 1_934_857_216 },
    { network: 'inception-v2', variant: 'caffe', trainable: 11_295_240, nonTrainable: 20_032, multiplyAdds: 2_032_600_064 },
    { network: 'inception-v3', variant: 'keras', trainable: 23_817_352, nonTrainable: 34_432, multiplyAdds: 5_713_216_096 },
    { network: 'inception-v3', variant: 'slim', trainable: 23_817_352, nonTrainable: 34_432, multiplyAdds: 5_713_216_096 },
    { network: 'inception-v3', variant: 'torchvision', trainable: 23_834_568, nonTrainable: 34_432, multiplyAdds: 5_713_216_096 },
    { network: 'inception-v3', variant: 'timm', trainable: 23_834_568, nonTrainable: 34_432, multiplyAdds: 5_713_216_096 },
    { network: 'inception-v4', variant: 'timm', trainable: 42_679_816, nonTrainable: 63_168, multiplyAdds: 12_253_974_624 },
    { network: 'inception-v4', variant: 'slim', trainable: 42_648_232, nonTrainable: 63_168, multiplyAdds: 12_253_974_624 },
    { network: 'inception-resnet-v1', variant: 'paper', trainable: 24_357_096, nonTrainable: 28_576, multiplyAdds: 6_308_597_856 },
    { network: 'inception-resnet-v1', variant: 'facenet', trainable: 23_995_624, nonTrainable: 29_600, multiplyAdds: 1_418_174_304 },
    { network: 'inception-resnet-v2', variant: 'keras', trainable: 55_813_192, nonTrainable: 60_544, multiplyAdds: 13_155_794_016 },
    { network: 'inception-resnet-v2', variant: 'slim', trainable: 55_813_192, nonTrainable: 60_544, multiplyAdds: 13_155_794_016 },
    { network: 'inception-resnet-v2', variant: 'timm', trainable: 55_843_464, nonTrainable: 60_544, multiplyAdds: 13_155_794_016 },
    { network: 'xception', variant: 'keras', trainable: 22_855_952, nonTrainable: 54_528, multiplyAdds: 8_357_403_496 },
    { network: 'xception', variant: 'timm', trainable: 22_855_952, nonTrainable: 54_528, multiplyAdds: 8_357_403_496 },
  ])('$network $variant: $trainable trainable, $nonTrainable not, $multiplyAdds multiply-adds', ({ network, variant, ...totals }) => {
    const { parameters, multiplyAdds } = costOf(networkSpec(network, { variant }));
    expect({ ...parameters, multiplyAdds }).toMatchObject(totals);
  });

  it.each([
    { network: 'inception-v3', total: 23_851_784, source: 'keras-team/keras@3422977, built' },
    { network: 'inception-resnet-v2', total: 55_873_736, source: 'keras-team/keras@3422977, built' },
    { network: 'xception', total: 22_910_480, source: 'keras-team/keras@3422977, built' },
  ])("$network: Keras' summary says $total", ({ network, total }) => {
    expect(costOf(networkSpec(network, { variant: 'keras' })).parameters.total).toBe(total);
  });

  it.each([
    { network: 'inception-v2', auxiliaryHeads: false, total: 11_199_137 },
    { network: 'inception-v3', auxiliaryHeads: true, total: 27_182_194 },
  ])("$network: slim's graph of 1001 classes holds $total", ({ network, auxiliaryHeads, total }) => {
    expect(costOf(networkSpec(network, { variant: 'slim', classes: 1001, auxiliaryHeads })).parameters.total).toBe(total);
  });

  it("facenet's embedding, without the classifier: 23,482,624 trainable, 1,417,662,304 multiply-adds at 160×160 (facenet-pytorch)", () => {
    const { parameters, multiplyAdds, rows } = costOf(networkSpec('inception-resnet-v1', { variant: 'facenet' }));
    const classifier = rows.find(({ name }) => name === 'main_logits');
    expect(parameters.trainable - (classifier?.parameters.trainable ?? 0)).toBe(23_482_624);
    expect(multiplyAdds - (classifier?.multiplyAdds ?? 0)).toBe(1_417_662_304);
  });
});

describe('with the auxiliary head, as slim, torchvision and timm have it', () => {
  it.each([
    { network: 'inception-v3', variant: 'torchvision', trainable: 27_161_264, nonTrainable: 36_224, head: 5_683_200 },
    { network: 'inception-v3', variant: 'slim', trainable: 27_143_152, nonTrainable: 36_224, head: 5_683_200 },
    { network: 'inception-v4', variant: 'timm', trainable: 46_039_280, nonTrainable: 64_960, head: 6_502_400 },
    { network: 'inception-v4', variant: 'slim', trainable: 46_006_800, nonTrainable: 64_960, head: 6_502_400 },
    { network: 'inception-resnet-v2', variant: 'timm', trainable: 59_211_120, nonTrainable: 62_336, head: 6_707_200 },
    { network: 'inception-resnet-v2', variant: 'slim', trainable: 59_179_952, nonTrainable: 62_336, head: 6_707_200 },
  ])('$network $variant: $trainable trainable, $nonTrainable not; the head $head multiply-adds', ({ network, variant, ...totals }) => {
    const cost = costOf(networkSpec(network, { variant, auxiliaryHeads: true }));
    expect(cost.parameters).toMatchObject({ trainable: totals.trainable, nonTrainable: totals.nonTrainable });
    expect(Object.values(cost.heads).map(({ multiplyAdds }) => multiplyAdds)).toEqual([totals.head]);
    expect(cost.multiplyAdds - cost.main.multiplyAdds).toBe(totals.head);
  });
});

describe("without the top, as Keras' include_top=False counts", () => {
  it.each([
    { network: 'inception-v3', total: 21_802_784 },
    { network: 'inception-resnet-v2', total: 54_336_736 },
    { network: 'xception', total: 20_861_480 },
  ])('$network: $total in all', ({ network, total }) => {
    expect(costOf(networkSpec(network, { variant: 'keras', includeTop: false })).parameters.total).toBe(total);
  });

  it.each([
    { network: 'inception-v2', variant: 'slim', of: 1024 },
    { network: 'inception-v4', variant: 'timm', of: 1536 },
    { network: 'inception-resnet-v1', variant: 'paper', of: 1792 },
  ])('$network: 1000 × ($of + 1) fewer trainable', ({ network, variant, of }) => {
    const [whole, topless] = [true, false].map((includeTop) => costOf(networkSpec(network, { variant, includeTop })).parameters.trainable);
    expect(whole - topless).toBe(1000 * (of + 1));
  });
});

describe('the smallest square picture, to the pixel', () => {
  it.each<{ network: NetworkName; options: NetworkOptions; least: number }>([
    { network: 'googlenet', options: { auxiliaryHeads: true }, least: 65 },
    ...(['inception-v3', 'inception-v4', 'inception-resnet-v2'] as const).flatMap((network) => [
      { network, options: {}, least: 75 },
      { network, options: { auxiliaryHeads: true }, least: 107 },
    ]),
    { network: 'inception-resnet-v1', options: {}, least: 75 },
    { network: 'inception-resnet-v1', options: { variant: 'facenet' }, least: 75 },
    { network: 'xception', options: {}, least: 7 },
    { network: 'xception', options: { variant: 'timm' }, least: 7 },
  ])('$network $options: $least; one less on either side is refused by its name', ({ network, options, least }) => {
    expect(minimumInputSize(networkSpec(network, options))).toBe(least);
    expect(networkSpec(network, { ...options, inputShape: [least, least, 3] }).inputShape).toEqual([least, least, 3]);
    for (const [height, width] of [
      [least - 1, least],
      [least, least - 1],
      [least - 1, least - 1],
    ]) {
      expect(() => networkSpec(network, { ...options, inputShape: [height, width, 3] })).toThrow(
        expect.objectContaining({
          code: 'INPUT_TOO_SMALL',
          message: expect.stringContaining(`${network} needs an inputShape of at least ${least}×${least}, and has ${height}×${width}.`),
        }),
      );
    }
  });

  it("inception-v2 slim takes 1×1: TensorFlow's padding fits everywhere", () => {
    expect(minimumInputSize(networkSpec('inception-v2'))).toBe(1);
    expect(networkSpec('inception-v2', { inputShape: [1, 1, 3] }).inputShape).toEqual([1, 1, 3]);
  });
});

describe("the Caffe port's branches fit together only where the maps that 3c and 4e halve have even sides", () => {
  const half = (side: number): number => Math.min(Math.ceil((side - 3) / 2) + 1, Math.ceil(side / 2));
  /** Whether convolutions padded by 1 and pools in ceil mode make the same of a picture of this side. */
  const fits = (side: number): boolean => {
    const before3c = half(half(Math.floor((side - 1) / 2) + 1));
    const before4e = Math.ceil(before3c / 2);
    return [before3c, before4e].every((length) => half(length) === Math.ceil(length / 2));
  };
  const spec = networkSpec('inception-v2', { variant: 'caffe' });
  const takes = (side: number): boolean => {
    try {
      return traceNetwork(spec, [side, side, 3], true).length > 0;
    } catch (error) {
      if (error instanceof MergeMisfit) return false;
      throw error;
    }
  };

  it('at 50 of the 194 sides from 31 to 224, as the formulas of both say', () => {
    const sides = Array.from({ length: 194 }, (_, index) => 31 + index);
    expect(sides.filter(takes)).toEqual(sides.filter(fits));
    expect(sides.filter(takes)).toHaveLength(50);
  });

  it('the smallest is 31, and one less is refused by its name', () => {
    expect(minimumInputSize(spec)).toBe(31);
    expect(() => networkSpec('inception-v2', { variant: 'caffe', inputShape: [30, 30, 3] })).toThrow(
      expect.objectContaining({
        code: 'INPUT_TOO_SMALL',
        message: expect.stringContaining('inception-v2 needs an inputShape of at least 31×31, and has 30×30.'),
      }),
    );
  });

  it('at 48×48 the message names the nearest sides at which they do, 38 and 63', () => {
    expect(() => networkSpec('inception-v2', { variant: 'caffe', inputShape: [48, 48, 3] })).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: expect.stringMatching(
          /^inception_4e: expected branches of equal height and width to concatenate, got 2×2×192, 2×2×256, 1×1×608\. .*38×38 and 63×63/,
        ),
      }),
    );
  });
});
