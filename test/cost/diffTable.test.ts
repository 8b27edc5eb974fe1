import { diffTable } from '../../src/cost/diffTable.js';
import { changeSpec, type SpecChanges } from '../../src/spec/changeSpec.js';
import { NETWORK_NAMES, networkSpec, variantsOf } from '../../src/spec/networkSpec.js';
import type { NetworkOptions } from '../../src/spec/options.js';
import type { NetworkSpec, Step } from '../../src/spec/types.js';
import { specOfSteps } from '../spec/anySpec.js';

const of = (name: string, options?: NetworkOptions): NetworkSpec => networkSpec(name, options);
const googlenet = (variant: string): NetworkSpec => of('googlenet', { variant });
const cells = (line: string): string[] => line.trim().split(/ {2,}/);
/** What stands below "Their stages differ in:". */
const findings = (a: NetworkSpec, b: NetworkSpec): string[] => {
  const lines = diffTable(a, b).replaceAll('\n    ', ' ').split('\n');
  return lines.slice(lines.indexOf('Their stages differ in:') + 1);
};

describe('two variants of one network: what differs, each thing once', () => {
  it("paper and torchvision: the 3×3 in the 5×5 branch is one line for 'all 9 modules'", () => {
    expect(findings(googlenet('paper'), googlenet('torchvision'))).toEqual([
      'conv1: padding same → 3 zeros',
      'pool1, pool2, pool3, pool4: padding same → ceil',
      'norm1, norm2: LRN over 5 only in googlenet (paper)',
      'all 9 modules: 5x5.kernelSize 5 → 3',
      'pool4: poolSize 3 → 2',
      'dropout: rate 0.4 → 0.2',
    ]);
  });

  it.each([
    {
      ...{ network: 'inception-v3', a: 'keras', b: 'timm' },
      lines: ['mixed_5b to mixed_5d, mixed_6b to mixed_6e, mixed_7b, mixed_7c: pool.padding same → 1 zero'],
    },
    {
      ...{ network: 'xception', a: 'keras', b: 'timm' },
      lines: ['block2 to block4, block13: pool_stride (max 1×1 /2 valid) only in xception (timm); pool.strides 2 → 1'],
    },
    { network: 'inception-resnet-v2', a: 'keras', b: 'timm', lines: [] },
  ])('$network $a and $b: $lines', ({ network, a, b, lines }) => {
    expect(findings(of(network, { variant: a }), of(network, { variant: b }))).toEqual(
      lines.length > 0 ? lines : expect.arrayContaining(['Their stages are alike.']),
    );
  });

  it('Inception-ResNet v1 and v2: 21 blocks with what leaves them in three lines, 19 that only v2 has in two', () => {
    const [v1, v2] = [of('inception-resnet-v1'), of('inception-resnet-v2')];
    const only = (branches: number): string => `a module of ${branches} branches only in inception-resnet-v2 (keras)`;
    expect(findings(v1, v2).filter((line) => /^block/.test(line))).toEqual([
      'block35_1 to block35_5: double3x3_1.filters 32 → 48; double3x3_2.filters 32 → 64; output 35×35×256 → 35×35×320',
      `block35_6 to block35_10: ${only(3)}`,
      'block17_1 to block17_10: 1x1.filters 128 → 192; 7x7_1.filters 128 → 160; 7x7_2.filters 128 → 192; output 17×17×896 → 17×17×1088',
      `block17_11 to block17_20, block8_7 to block8_10: ${only(2)}`,
      'block8_1 to block8_6: 3x3_1.filters 192 → 224; 3x3_2.filters 192 → 256; output 8×8×1792 → 8×8×2080',
      'block8_6: merge.residual 1 → 0.2; merge.activation linear → relu',
    ]);
  });

  it('half the width: module by module, six filter counts and the channels that leave', () => {
    const lines = findings(of('googlenet'), of('googlenet', { widthMultiplier: 0.5 }));
    expect(lines).toContain(
      'inception_3a: 1x1.filters 64 → 32; 3x3_reduce.filters 96 → 48; 3x3.filters 128 → 64; 5x5_reduce.filters 16 → 8; ' +
        '5x5.filters 32 → 16; pool_projection.filters 32 → 16; output 28×28×256 → 28×28×128',
    );
    expect(lines.filter((line) => line.startsWith('inception_'))).toHaveLength(10);
  });

  it.each<{ what: string; changes: SpecChanges; lines: string[] }>([
    { what: 'a step gone', changes: { inception_3a_5x5_reduce: null }, lines: ['inception_3a: 5x5_reduce (1×1, 16) only in mine'] },
    { what: 'a module gone', changes: { inception_4b: null }, lines: ['inception_4b: a module of 4 branches only in mine'] },
    { what: 'another op', changes: { pool1: { op: 'averagePool' } }, lines: ['pool1: max 3×3 /2 → avg 3×3 /2'] },
    { what: 'two sides', changes: { conv2: { kernelSize: [1, 3] } }, lines: ['conv2: kernelSize 3 → 1×3'] },
    {
      what: 'a style of its own',
      changes: { conv2: { order: 'conv-relu', useBias: true } },
      lines: ["conv2: order the network's → conv-relu; useBias the network's → true"],
    },
    { what: 'no head any more', changes: { auxiliary_4a: null }, lines: ['auxiliary_4a: an auxiliary head only in mine'] },
    {
      what: 'a head elsewhere',
      changes: { auxiliary_4a: { after: 'inception_4b' } },
      lines: ['auxiliary_4a: after inception_4a → inception_4b'],
    },
  ])('$what: $lines', ({ changes, lines }) => {
    const spec = of('googlenet', { auxiliaryHeads: true });
    const text = diffTable(spec, changeSpec(spec, changes), ['mine', 'yours']).split('\n');
    expect(text.slice(text.indexOf('Their stages differ in:') + 1)).toEqual(lines);
  });

  it('branches and steps in another order are said to be', () => {
    const convolution = (name: string): Step => ({ op: 'convolution', name, filters: 8, kernelSize: 3 });
    const [a, b, c] = ['a', 'b', 'c'].map((name) => convolution(name));
    const module = (...branches: Step[][]): NetworkSpec => specOfSteps([{ op: 'module', name: 'mixed', branches }], [8, 8, 3]);
    expect(findings(module([a, b], [c]), module([c], [a, b]))).toEqual([
      'mixed: branches in another order',
      'The steps that both have stand in another order.',
    ]);
    expect(findings(module([a, b], [c]), module([a], [b, c]))).toEqual(['mixed: branches [a → b] [c] → [a] [b → c]']);
  });
});

describe('two networks: side by side', () => {
  const text = diffTable(of('googlenet'), of('inception-v3'));
  const lines = text.split('\n');
  const lineOf = (start: string): number => lines.findIndex((line) => line.startsWith(start));

  it('first their measures, marked = or ≠', () => {
    const rows = lines.slice(0, lineOf('Both:')).map(cells);
    expect(rows).toEqual(
      expect.arrayContaining([
        ['≠', 'trainable parameters', '7,005,832', '23,817,352'],
        ['≠', 'multiply-adds', '1,582,671,872', '5,713,216,096'],
        ['≠', 'input', '224×224×3', '299×299×3'],
        ['≠', 'receptive field of the last map', '715×715', '1311×1311'],
        ['=', 'classes', '1,000', '1,000'],
        ['≠', 'batch normalisation', 'gamma and beta, epsilon 0.001, momentum 0.99', 'beta, epsilon 0.001, momentum 0.99'],
        ['≠', 'padding', 'same 33', 'same 56, valid 11'],
      ]),
    );
    expect(lines[lineOf('Both:')]).toMatch(/^Both: order of a unit conv-bn-relu; bias no; initializer glorotUniform; classifier softmax;/);
  });

  it('then stages at the same scale, the branches most alike beside each other: 3a beside mixed_5b', () => {
    const at = lineOf('≠ inception_3a');
    expect(lines.slice(at, at + 5).map(cells)).toEqual([
      ['≠ inception_3a', '→ 28×28×256', 'mixed_5b', '→ 35×35×256'],
      ['=', '1×1, 64', '1×1, 64'],
      ['≠', '1×1, 96 → 3×3, 128', '1×1, 64 → 3×3, 96 → 3×3, 96'],
      ['≠', '1×1, 16 → 5×5, 32', '1×1, 48 → 5×5, 64'],
      ['≠', 'max 3×3 → 1×1, 32', 'avg 3×3 → 1×1, 32'],
    ]);
    expect(lines.filter((line) => line.startsWith('at 1/')).map((line) => line.slice(3, 7).trim())).toEqual(['1/2', '1/4', '1/8', '1/16', '1/32']); // prettier-ignore
  });

  it('what shrinks the map beside what shrinks it: pool3 beside mixed_6a, pool4 beside mixed_7a', () => {
    expect(cells(lines[lineOf('≠ pool3')])).toEqual(['≠ pool3', 'max 3×3 /2', '→ 14×14×480', 'mixed_6a', '→ 17×17×768']);
    expect(cells(lines[lineOf('≠ pool4')])).toEqual(['≠ pool4', 'max 3×3 /2', '→ 7×7×832', 'mixed_7a', '→ 8×8×1280']);
  });

  it('equal modules that follow each other as one, branches within branches in brackets', () => {
    expect(text).toContain('mixed_7b to mixed_7c (2)  → 8×8×2048');
    expect(text).toContain('1×1, 448 → 3×3, 384 → (1×3, 384 | 3×1, 384)');
  });

  it('what only one has with < or >', () => {
    expect(text).toMatch(/^> +conv_2a {2}3×3, 32 valid {2}→ 147×147×32$/m);
    expect(text).toMatch(/^< inception_4e {2}→ 14×14×832$/m);
    expect(lines.at(-1)).toBe(
      '= alike, whatever the size of the map   ≠ different   < only in googlenet (batchnorm)   > only in inception-v3 (keras)',
    );
  });

  it('residual modules with what they multiply by and add, alike stages on one line', () => {
    const other = diffTable(of('inception-v4'), of('inception-resnet-v2'));
    expect(other).toMatch(/^= conv_1a to conv_2b \(3\) {2}→ 147×147×64 +conv_1a to conv_2b \(3\) {2}→ 147×147×64$/m);
    expect(other).toContain('block35_1 to block35_10 (10)  × 0.17 + input  → 35×35×320');
    expect(other).toContain('block8_10  × 1 + input, linear  → 8×8×2080');
  });

  it('heads by the order they hang in, with where and their weight', () => {
    const heads = diffTable(of('googlenet', { auxiliaryHeads: true }), of('inception-v3', { auxiliaryHeads: true }));
    expect(heads).toMatch(/^auxiliary_4a: after inception_4a, weight 0\.3 \| auxiliary_6e: after mixed_6e, weight [\d.]+$/m);
    expect(heads).toMatch(/^auxiliary_4d: after inception_4d, weight 0\.3 \| no such head$/m);
  });

  it('no line is longer than 150 characters', () => {
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(150);
  });
});

it('of a network and itself: no difference', () => {
  expect(diffTable(googlenet('paper'), { spec: googlenet('paper') })).toBe('no difference');
});

it('names them as told where they have the same name and variant', () => {
  const text = diffTable(of('googlenet'), of('googlenet', { includeTop: false }), ['whole', 'headless']);
  expect(text).toMatch(/^ +whole +headless$/m);
  expect(text).toMatch(/^pool5: global avg only in whole$/m);
});

describe('every comparison can be printed', () => {
  it.each(NETWORK_NAMES)('%s with its variants, and with every other network', (name) => {
    const own = of(name);
    const others = [...variantsOf(name).map((variant) => of(name, { variant })), ...NETWORK_NAMES.map((other) => of(other))];
    const texts = others.map((other) => diffTable(own, other));
    expect(texts.filter((text) => text === 'no difference')).toHaveLength(2);
    expect(texts.filter((text) => /undefined|NaN|\[object/.test(text))).toEqual([]);
  });
});
