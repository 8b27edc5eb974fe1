import { networkSpec, type NetworkName } from '../../src/spec/networkSpec.js';
import type { Stem } from '../../src/spec/options.js';
import { traceShapes } from '../../src/spec/traceShapes.js';
import { withStem } from '../../src/spec/withStem.js';
import { spellStage } from './tables/spellStep.js';

/** A trunk's stages as the tables write them. */
const stages = (network: NetworkName, variant: string, stem?: Stem): Map<string, string> => {
  const { trunk } = networkSpec(network, { variant, stem });
  return new Map(trunk.map((step) => [step.name, spellStage(step)]));
};

const SEPARABLE_128 = 'separable 3×3 128 linear, relu, separable 3×3 128 linear';
const FIRST = { conv_1a: ['3×3/2 valid 32', '3×3 valid 32'] };
const POOL_3A = { pool_3a: ['max 3×3/2 valid', 'gone'] };

/** What arXiv:1512.00567, §8 does for low resolution: first no stride, then no first pool; here by stage, before and after. */
const ROWS: readonly { network: NetworkName; variant: string; stride4: Record<string, string[]>; stride2: Record<string, string[]> }[] = [
  {
    ...{ network: 'googlenet', variant: 'caffe' },
    stride4: { conv1: ['7×7/2 zeros 3 64', '3×3 zeros 1 64'] },
    stride2: { pool1: ['max 3×3/2 ceil', 'gone'] },
  },
  {
    ...{ network: 'inception-v2', variant: 'slim' },
    stride4: { conv1: ['separable 7×7/2 64 depth 8', 'separable 3×3 64 depth 8'] },
    stride2: { pool1: ['max 3×3/2', 'gone'] },
  },
  {
    ...{ network: 'inception-v2', variant: 'caffe' },
    stride4: { conv1: ['7×7/2 zeros 3 64', '3×3 zeros 1 64'] },
    stride2: { pool1: ['max 3×3/2 ceil', 'gone'] },
  },
  { network: 'inception-v3', variant: 'keras', stride4: FIRST, stride2: POOL_3A },
  {
    ...{ network: 'inception-v4', variant: 'timm', stride4: FIRST },
    stride2: { mixed_3a: ['max 3×3/2 valid | 3×3/2 valid 96', 'max 3×3 valid | 3×3 valid 96'] },
  },
  { network: 'inception-resnet-v1', variant: 'paper', stride4: FIRST, stride2: POOL_3A },
  { network: 'inception-resnet-v2', variant: 'keras', stride4: FIRST, stride2: POOL_3A },
  {
    ...{ network: 'xception', variant: 'keras', stride4: { block1_conv1: ['3×3/2 valid 32', '3×3 valid 32'] } },
    stride2: { block2: [`add: 1×1/2 128 linear | ${SEPARABLE_128}, max 3×3/2`, `add: 1×1 128 linear | ${SEPARABLE_128}, max 3×3`] },
  },
  {
    ...{ network: 'xception', variant: 'timm', stride4: { block1_conv1: ['3×3/2 valid 32', '3×3 valid 32'] } },
    stride2: {
      block2: [
        `add: 1×1/2 128 linear | ${SEPARABLE_128}, max 3×3, max 1×1/2 valid`,
        `add: 1×1 128 linear | ${SEPARABLE_128}, max 3×3, max 1×1 valid`,
      ],
    },
  },
];

describe.each(ROWS)('$network $variant', ({ network, variant, stride4, stride2 }) => {
  it.each([
    { stem: 'stride8', changes: {} },
    { stem: 'stride4', changes: stride4 },
    { stem: 'stride2', changes: { ...stride4, ...stride2 } },
  ] as const)('$stem changes $changes and no other stage', ({ stem, changes }) => {
    const [before, after] = [stages(network, variant), stages(network, variant, stem)];
    const changed = [...before].filter(([name, text]) => after.get(name) !== text);
    expect(Object.fromEntries(changed.map(([name, text]) => [name, [text, after.get(name) ?? 'gone']]))).toEqual(changes);
    expect([...after.keys()].filter((name) => !before.has(name))).toEqual([]);
  });

  it('the last map of half the side is as large under stride4, of a quarter under stride2, to a pixel', () => {
    const last = (stem: Stem, length: number): number => {
      const rows = traceShapes(networkSpec(network, { variant, stem, inputShape: [length, length, 3] }));
      return rows.filter(({ part }) => part === 'trunk').at(-1)?.outputShape[0] as number;
    };
    const whole = last('stride8', 256);
    expect(Math.abs(last('stride4', 128) - whole)).toBeLessThanOrEqual(1);
    expect(Math.abs(last('stride2', 64) - whole)).toBeLessThanOrEqual(1);
  });
});

it('without a stem the trunk is as it was', () => {
  const { trunk } = networkSpec('inception-v4');
  expect(withStem(trunk)).toEqual(trunk);
});
