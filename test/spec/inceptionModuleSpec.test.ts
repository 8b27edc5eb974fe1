import fc from 'fast-check';
import { inceptionModuleSpec } from '../../src/spec/inceptionModuleSpec.js';
import type { InceptionModuleSpec } from '../../src/spec/moduleForms.js';
import type { ModuleStep, Step } from '../../src/spec/types.js';
import { anyColumns } from './anySpec.js';

const COLUMNS = { filters1x1: 64, reduce3x3: 96, filters3x3: 128, reduce5x5: 16, filters5x5: 32, poolProjection: 32 };

/** Each branch as a reader would write it: `1×1:96 → 3×3:128`. */
const read = ({ branches }: ModuleStep): string[] =>
  branches.map((branch) =>
    branch
      .map((step) => (step.op === 'convolution' ? `${step.name}: ${String(step.kernelSize)}/${step.filters}` : `${step.name}: ${step.op}`))
      .join(' → '),
  );

describe('the four forms', () => {
  it.each<{ form: string; spec: InceptionModuleSpec; branches: string[] }>([
    {
      form: 'a number: the uniform module',
      spec: 64,
      branches: ['1x1: 1/64', '3x3_reduce: 1/64 → 3x3: 3/64', '5x5_reduce: 1/64 → 5x5: 5/64', 'pool: maxPool → pool_projection: 1/64'],
    },
    {
      form: 'three widths: the naive module, its pool unprojected',
      spec: { filters1x1: 64, filters3x3: 128, filters5x5: 32 },
      branches: ['1x1: 1/64', '3x3: 3/128', '5x5: 5/32', 'pool: maxPool'],
    },
    {
      form: "Table 1's columns",
      spec: COLUMNS,
      branches: ['1x1: 1/64', '3x3_reduce: 1/96 → 3x3: 3/128', '5x5_reduce: 1/16 → 5x5: 5/32', 'pool: maxPool → pool_projection: 1/32'],
    },
    {
      form: 'branches: names from places where none are given',
      spec: {
        branches: [
          [],
          [
            { op: 'convolution', filters: 8, kernelSize: 7 },
            { op: 'averagePool', name: 'mean', poolSize: 3 },
          ],
        ],
      },
      branches: ['', 'branch1_0: 7/8 → mean: averagePool'],
    },
  ])('$form', ({ spec, branches }) => {
    const step = inceptionModuleSpec('mixed', spec);
    expect(read(step)).toEqual(branches);
    expect(step).toMatchObject({ op: 'module', name: 'mixed' });
  });

  it.each<InceptionModuleSpec>([
    { filters1x1: 8, filters3x3: 8, filters5x5: 8, merge: 'add' },
    { ...COLUMNS, merge: 'add' },
    { branches: [[]], merge: 'add' },
  ])('takes a merge: %j', (spec) => {
    expect(inceptionModuleSpec('mixed', spec).merge).toBe('add');
  });

  it('keeps kernel, stride, padding and pool of every free branch', () => {
    const branches: Step[][] = [
      [{ op: 'convolution', name: 'a', filters: 3, kernelSize: [1, 7], strides: 2, padding: { zeros: 1 }, activation: 'linear' }],
      [{ op: 'maxPool', name: 'b', poolSize: [2, 3], strides: [2, 1], padding: 'ceil' }],
    ];
    expect(inceptionModuleSpec('mixed', { branches, merge: { residual: 0.17 } })).toEqual({
      ...{ op: 'module', name: 'mixed', branches, merge: { residual: 0.17 } },
    });
  });

  it('takes a module of a network under another name, modules inside it too', () => {
    const inner = inceptionModuleSpec('inner', { branches: [[{ op: 'convolution', filters: 8, kernelSize: 1 }]] });
    const outer = inceptionModuleSpec('outer', { branches: [[inner, { op: 'module', branches: [[{ op: 'dropout', rate: 0.1 }]] }]] });
    expect(inceptionModuleSpec('other', outer)).toEqual({ ...outer, name: 'other' });
    expect(outer.branches[0].map(({ name }) => name)).toEqual(['inner', 'branch0_1']);
  });

  it("any Table 1 columns stand in the paper's places", () => {
    fc.assert(
      fc.property(anyColumns, (columns) => {
        const convolutions = inceptionModuleSpec('mixed', columns)
          .branches.flat()
          .filter((step) => step.op === 'convolution');
        expect(convolutions.map(({ filters }) => filters)).toEqual([
          ...[columns.filters1x1, columns.reduce3x3, columns.filters3x3, columns.reduce5x5, columns.filters5x5, columns.poolProjection],
        ]);
        expect(convolutions.map(({ kernelSize }) => kernelSize)).toEqual([1, 1, 3, 1, 5, 1]);
      }),
      { seed: 5 },
    );
  });
});

describe('what is none of the four is refused by name', () => {
  it.each([
    { spec: 2.5, message: /^inceptionModule\('mixed'\): expected a positive integer, \{ filters1x1.*, got 2\.5\.$/ },
    { spec: '64', message: /^inceptionModule\('mixed'\): expected a positive integer, .*, got '64'\.$/ },
    { spec: undefined, message: /^inceptionModule\('mixed'\): expected .*, got undefined\.$/ },
    { spec: { ...COLUMNS, filters3x3: 0 }, message: /^inceptionModule\('mixed'\)\.filters3x3: expected a positive integer, got 0\.$/ },
    { spec: { ...COLUMNS, filters7x7: 8 }, message: /^inceptionModule\('mixed'\)\.filters7x7: expected one of the keys .*, got 8\.$/ },
    {
      spec: { filters1x1: 1, filters3x3: 1 },
      message: /^inceptionModule\('mixed'\)\.filters5x5: expected a positive integer, got undefined\.$/,
    },
    { spec: { branches: [] }, message: /^inceptionModule\('mixed'\)\.branches: expected an array of branches, at least 1, got \[\]\.$/ },
    { spec: { branches: [{}] }, message: /^inceptionModule\('mixed'\)\.branches\[0\]: expected an array of steps, got \{\}\.$/ },
    { spec: { branches: [[3]] }, message: /^inceptionModule\('mixed'\)\.branches\[0\]\[0\]: expected a step whose op is .*, got 3\.$/ },
    {
      spec: { branches: [[]], merge: 'mean' },
      message: /^inceptionModule\('mixed'\)\.merge: expected 'concat' \| 'add' \| .*, got 'mean'\.$/,
    },
  ])('$spec', ({ spec, message }) => {
    expect(() => inceptionModuleSpec('mixed', spec as InceptionModuleSpec)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringMatching(message) }),
    );
  });

  it('a name with a slash, and two steps of one name', () => {
    expect(() => inceptionModuleSpec('a/b', 8)).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: expect.stringMatching(/^inceptionModule\('a\/b'\)\.name: expected a name of letters/),
      }),
    );
    const twice = { op: 'convolution', name: 'x', filters: 1, kernelSize: 1 } as const;
    expect(() => inceptionModuleSpec('mixed', { branches: [[twice], [twice]] })).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message:
          "inceptionModule('mixed').branches[1][0].name: expected a name of its own ('mixed_x' is taken by branches[0][0]), got 'x'.",
      }),
    );
  });
});
