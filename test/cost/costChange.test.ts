import { costChange, type CostChange, type PartChange } from '../../src/cost/costChange.js';
import { costOf } from '../../src/cost/costOf.js';
import { changeSpec, type SpecChanges } from '../../src/spec/changeSpec.js';
import { GOOGLENET_MODULES } from '../../src/spec/googlenet.js';
import { networkSpec } from '../../src/spec/networkSpec.js';
import type { NetworkSpec } from '../../src/spec/types.js';

const paper = networkSpec('googlenet', { variant: 'paper' });
const change = (changes: SpecChanges, spec: NetworkSpec = paper): CostChange => costChange(spec, changeSpec(spec, changes));
const namesOf = (parts: readonly PartChange[]): (string | null)[] => parts.map(({ name }) => name.after);

describe('the 5×5 of module 3a without its reduction, over 28×28×192 (arXiv:1409.4842, §4 and Table 1)', () => {
  const { stages, whole, main, receptiveField } = change({ inception_3a_5x5_reduce: null });
  const [branch] = stages[0].branches;

  it('costs 5 · 5 · 192 · 32 · 28 · 28 = 120,422,400 multiply-adds instead of 2,408,448 + 10,035,200: 9.7 times as many', () => {
    expect(branch.multiplyAdds).toEqual({
      before: 2_408_448 + 10_035_200,
      after: 120_422_400,
      difference: 107_978_752,
      ratio: 120_422_400 / 12_443_648,
    });
    expect(branch.multiplyAdds.ratio).toBeCloseTo(9.677, 3);
  });

  it('has 25 · 192 · 32 + 32 parameters instead of 192 · 16 + 16 + 25 · 16 · 32 + 32, and 4 · 28 · 28 · 16 bytes less to keep', () => {
    expect(branch.parameters).toMatchObject({ before: 15_920, after: 153_632 });
    expect(branch.activationBytes.difference).toBe(-4 * 28 * 28 * 16);
  });

  it('sees and gives as much as before', () => {
    expect(branch.name).toEqual({ before: '5x5_reduce → 5x5', after: '5x5' });
    expect(branch.outputShape).toEqual({ before: [28, 28, 32], after: [28, 28, 32] });
    expect([branch, stages[0], { receptiveField }].map((part) => part.receptiveField.after?.size)).toEqual([[59, 59], [59, 59], [715, 715]]); // prettier-ignore
  });

  it('is all that changes: one branch of one module, and the whole by as much', () => {
    expect([namesOf(stages), namesOf(stages[0].branches)]).toEqual([['inception_3a'], ['5x5']]);
    for (const sum of [stages[0], whole, main]) expect(sum.multiplyAdds.difference).toBe(107_978_752);
    expect(whole.multiplyAdds).toMatchObject({ before: 1_582_671_872, after: 1_690_650_624 });
  });
});

describe('all 1×1 reductions of the nine modules, by Table 1', () => {
  const { stages, whole } = change({ 'inception_*_reduce': null });
  const inputs = [192, 256, 480, 512, 512, 512, 528, 832, 832];
  const sides = [28, 28, 14, 14, 14, 14, 14, 7, 7];
  /** Weights of both branches, and their reductions' biases, with the reductions and without. */
  const weights = GOOGLENET_MODULES.map(([, , reduce3x3, filters3x3, reduce5x5, filters5x5], index) => {
    const input = inputs[index];
    const reduced = (input + 9 * filters3x3) * reduce3x3 + (input + 25 * filters5x5) * reduce5x5;
    return { reduced, biases: reduce3x3 + reduce5x5, straight: (9 * filters3x3 + 25 * filters5x5) * input };
  });
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

  it('save 18,307,392 parameters of 25,305,944', () => {
    expect(sum(weights.map(({ reduced, biases, straight }) => straight - reduced - biases))).toBe(18_307_392);
    expect(whole.parameters).toMatchObject({ before: 6_998_552, after: 25_305_944, difference: 18_307_392 });
  });

  it('and 2,843,875,328 multiply-adds: without them the network costs 2.8 times as many', () => {
    expect(sum(weights.map(({ reduced, straight }, index) => (straight - reduced) * sides[index] ** 2))).toBe(2_843_875_328);
    expect(whole.multiplyAdds).toMatchObject({ before: 1_582_671_872, difference: 2_843_875_328 });
    expect(whole.multiplyAdds.ratio).toBeCloseTo(2.797, 3);
  });

  it('in two branches of each module', () => {
    expect(stages.map(({ name, branches }) => [name.after, branches.length])).toEqual(GOOGLENET_MODULES.map(([name]) => [name, 2]));
  });
});

describe('what is touched', () => {
  it('a wider branch touches the next module, which reads it: 3a and 3b with all its branches', () => {
    const { stages } = change({ inception_3a_5x5: { filters: 64 } });
    expect(namesOf(stages)).toEqual(['inception_3a', 'inception_3b']);
    expect(stages[1].branches).toHaveLength(4);
    expect(stages[0].outputShape).toEqual({ before: [28, 28, 256], after: [28, 28, 288] });
  });

  it('a smaller kernel in 3a lowers what the trunk sees by 2 · 8 pixels, and touches nothing further on', () => {
    const { stages, receptiveField } = change({ inception_3a_5x5: { kernelSize: 3 } });
    expect(namesOf(stages)).toEqual(['inception_3a']);
    expect(stages[0].branches[0].receptiveField).toMatchObject({ before: { size: [59, 59] }, after: { size: [43, 43] } });
    expect(receptiveField).toMatchObject({ before: { size: [715, 715] }, after: { size: [699, 699] } });
  });

  it('a setting that costs nothing touches its stage alone', () => {
    const { stages, whole } = change({ pool1: { op: 'averagePool' }, dropout: { rate: 0.5 } });
    expect(namesOf(stages)).toEqual(['pool1', 'dropout']);
    expect(whole.multiplyAdds).toMatchObject({ difference: 0, ratio: 1 });
  });

  it('what is taken out costs nothing after, what is put in nothing before', () => {
    const { stages } = change({ norm1: null, pool2: { after: [{ op: 'convolution', name: 'extra', filters: 192, kernelSize: 1 }] } });
    const [norm, extra] = stages;
    expect([norm.name, extra.name]).toEqual([
      { before: 'norm1', after: null },
      { before: null, after: 'extra' },
    ]);
    expect(norm.activationBytes).toEqual({ before: 802_816, after: 0, difference: -802_816, ratio: 0 });
    expect(extra.multiplyAdds).toEqual({ before: 0, after: 28 * 28 * 192 * 192, difference: 28 * 28 * 192 * 192, ratio: null });
    expect(extra.receptiveField.before).toBeNull();
  });

  it('a head is not on the main path', () => {
    const spec = networkSpec('googlenet', { auxiliaryHeads: true });
    const { whole, main, stages } = change({ auxiliary_4a: null }, spec);
    expect([whole.multiplyAdds.difference, main.multiplyAdds.difference]).toEqual([-4_169_728, 0]);
    expect(stages.map(({ name }) => name.before)).toEqual(
      ['pool', '1x1', 'flatten', 'fc', 'dropout', 'logits'].map((step) => `auxiliary_4a_${step}`),
    );
  });

  it('nothing, of a network and itself', () => {
    const { stages, whole } = costChange({ spec: paper }, paper);
    expect(stages).toEqual([]);
    expect(whole.parameters).toEqual({ before: 6_998_552, after: 6_998_552, difference: 0, ratio: 1 });
  });
});

it('of two variants: slim’s 3×3 in the 5×5 branches touches nine modules, and the sums are those of costOf', () => {
  const [before, after] = ['batchnorm', 'torchvision'].map((variant) => networkSpec('googlenet', { variant }));
  const { stages, whole } = costChange(before, after);
  const modules = stages.filter(({ branches }) => branches.length > 0);
  expect(modules).toHaveLength(9);
  expect(modules[0].branches.map(({ name, multiplyAdds }) => [name.after, multiplyAdds.difference])).toEqual([
    ['5x5_reduce → 5x5', (9 - 25) * 16 * 32 * 28 * 28],
  ]);
  expect(whole.multiplyAdds.after).toBe(costOf(after).multiplyAdds);
});
