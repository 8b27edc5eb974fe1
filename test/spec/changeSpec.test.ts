import { costOf } from '../../src/cost/costOf.js';
import { changeSpec, type SpecChanges } from '../../src/spec/changeSpec.js';
import { GOOGLENET_MODULES } from '../../src/spec/googlenet.js';
import { namedStepsOf } from '../../src/spec/namedSteps.js';
import { networkSpec } from '../../src/spec/networkSpec.js';
import { traceShapes } from '../../src/spec/traceShapes.js';
import type { NetworkSpec, Step } from '../../src/spec/types.js';
import { validateSpec } from '../../src/spec/validateSpec.js';
import { specOfSteps } from './anySpec.js';

const googlenet = networkSpec('googlenet', { auxiliaryHeads: true });
const stepOf = (spec: NetworkSpec, name: string): Step | undefined => namedStepsOf(spec).find((named) => named.name === name)?.step;
const namesOf = (spec: NetworkSpec): string[] => namedStepsOf(spec).map(({ name }) => name);
const outputOf = (spec: NetworkSpec, name: string): readonly number[] | undefined =>
  traceShapes(spec).find((row) => row.name === name)?.outputShape;

it('forty stars in a row are one: the pattern fails at once', () => {
  const started = process.cpuUsage();
  expect(() => changeSpec(networkSpec('googlenet'), { [`${'*'.repeat(40)}zz`]: null })).toThrow(
    expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringContaining('the name of a step or head of googlenet') }),
  );
  // It took minutes; any machine does it in a thousandth of that.
  expect(process.cpuUsage(started).user).toBeLessThan(10e6);
});

describe('the example', () => {
  it("without its reduction the 5×5 branch of 3a costs 5 · 5 · 192 · 32 · 28 · 28 = 120,422,400 multiply-adds; 3b's has 64 filters", () => {
    const unreduced = changeSpec(networkSpec('googlenet'), { inception_3a_5x5_reduce: null, inception_3b_5x5: { filters: 64 } });
    expect(costOf(unreduced).modules[0].branches[2].multiplyAdds).toBe(120_422_400);
    expect(stepOf(unreduced, 'inception_3b_5x5')).toEqual({ op: 'convolution', name: '5x5', filters: 64, kernelSize: 5 });
    expect(outputOf(unreduced, 'inception_3b')).toEqual([28, 28, 480 - 96 + 64]);
  });
});

describe('null takes out', () => {
  it.each([
    { name: 'a step of the trunk', key: 'conv2_reduce', left: 92 },
    { name: 'a step of a module', key: 'inception_4e_3x3_reduce', left: 92 },
    { name: 'a module with its seven steps', key: 'inception_5b', left: 85 },
    { name: 'a step of the top', key: 'dropout', left: 92 },
    { name: 'a step of a head', key: 'auxiliary_4d_dropout', left: 92 },
    { name: 'a head with its five steps', key: 'auxiliary_4a', left: 87 },
  ])('$name: $left of 93 steps and heads stay', ({ key, left }) => {
    const changed = changeSpec(googlenet, { [key]: null });
    expect(namesOf(googlenet).length + googlenet.auxiliaryHeads.length).toBe(93);
    expect(namesOf(changed).length + changed.auxiliaryHeads.length).toBe(left);
    expect(namesOf(changed)).not.toContain(key);
  });

  it('the only step of a branch goes with its branch: 3a without its 1×1 has 3 branches and 192 channels', () => {
    const changed = changeSpec(googlenet, { inception_3a_1x1: null });
    expect(stepOf(changed, 'inception_3a')).toMatchObject({ branches: [{ length: 2 }, { length: 2 }, { length: 2 }] });
    expect(outputOf(changed, 'inception_3a')).toEqual([28, 28, 192]);
  });

  it('a branch that was empty stays', () => {
    const convolution: Step = { op: 'convolution', name: 'a', filters: 3, kernelSize: 3 };
    const spec = specOfSteps([{ op: 'module', name: 'mixed', branches: [[], [convolution, { ...convolution, name: 'b' }]] }], [8, 8, 3]);
    expect(outputOf(changeSpec(spec, { mixed_a: null }), 'mixed')).toEqual([8, 8, 6]);
    expect(outputOf(changeSpec(spec, { mixed_a: null, mixed_b: null }), 'mixed')).toEqual([8, 8, 3]);
  });
});

describe('a record sets fields', () => {
  it('and leaves the others', () => {
    const changed = changeSpec(googlenet, { conv1: { kernelSize: [5, 3], padding: 'valid' } });
    expect(stepOf(changed, 'conv1')).toEqual({ ...stepOf(googlenet, 'conv1'), kernelSize: [5, 3], padding: 'valid' });
  });

  it('null puts a field back to its default: conv1 without strides gives 224×224', () => {
    const changed = changeSpec(googlenet, { conv1: { strides: null } });
    expect(stepOf(changed, 'conv1')).not.toHaveProperty('strides');
    expect(outputOf(changed, 'conv1')).toEqual([224, 224, 64]);
  });

  it('another op keeps the fields that it has too: a 3×3 pool of stride 2 becomes an average, a convolution a separable one', () => {
    const changed = changeSpec(googlenet, {
      pool1: { op: 'averagePool' },
      conv2: { op: 'separableConvolution' },
      auxiliary_4a_pool: { op: 'globalAveragePool' },
      auxiliary_4a_1x1: null,
    });
    expect(stepOf(changed, 'pool1')).toEqual({ ...stepOf(googlenet, 'pool1'), op: 'averagePool' });
    expect(stepOf(changed, 'conv2')).toEqual({ ...stepOf(googlenet, 'conv2'), op: 'separableConvolution' });
    expect(stepOf(changed, 'auxiliary_4a_pool')).toEqual({ op: 'globalAveragePool', name: 'pool' });
  });

  it("of a module: other branches and merge; the steps inside are then the new branches' steps", () => {
    const branches: Step[][] = [[], [{ op: 'convolution', name: 'new', filters: 192, kernelSize: 3 }]];
    const changed = changeSpec(googlenet, { inception_3a: { branches, merge: 'add' }, inception_3a_new: { kernelSize: 5 } });
    expect(stepOf(changed, 'inception_3a_new')).toMatchObject({ kernelSize: 5 });
    expect(outputOf(changed, 'inception_3a')).toEqual([28, 28, 192]);
  });

  it('of a head: it hangs elsewhere, and weighs less', () => {
    const changed = changeSpec(googlenet, { auxiliary_4a: { after: 'inception_4b', lossWeight: 0.1 } });
    expect(changed.auxiliaryHeads[0]).toEqual({ ...googlenet.auxiliaryHeads[0], after: 'inception_4b', lossWeight: 0.1 });
  });
});

it('before and after put steps round one, in its branch', () => {
  const step = (name: string): Step => ({ op: 'convolution', name, filters: 48, kernelSize: 3 });
  const changed = changeSpec(googlenet, { inception_3a_5x5: { kernelSize: 3, before: [step('x')], after: [step('y'), step('z')] } });
  const names = namesOf(changed).filter((name) => name.startsWith('inception_3a_'));
  expect(names.slice(3, 8)).toEqual(['5x5_reduce', 'x', '5x5', 'y', 'z'].map((name) => `inception_3a_${name}`));
  expect(outputOf(changed, 'inception_3a')).toEqual([28, 28, 256 - 32 + 48]);
});

describe('a * stands for anything', () => {
  it('inception_*_5x5 reaches nine modules, and a later key has the last word', () => {
    const changed = changeSpec(googlenet, { 'inception_*_5x5': { kernelSize: 3, filters: 8 }, inception_4c_5x5: { filters: 16 } });
    const steps = GOOGLENET_MODULES.map(([name]) => stepOf(changed, `${name}_5x5`) as { kernelSize: number; filters: number });
    expect(steps.map(({ kernelSize, filters }) => [kernelSize, filters])).toEqual(
      GOOGLENET_MODULES.map(([name]) => [3, name === 'inception_4c' ? 16 : 8]),
    );
  });

  it('is literal in nothing else: a dot is a dot', () => {
    const spec = specOfSteps(
      [
        { op: 'convolution', name: 'a.b', filters: 3, kernelSize: 3 },
        { op: 'relu', name: 'axb' },
      ],
      [8, 8, 3],
    );
    expect(namesOf(changeSpec(spec, { 'a.*': null }))).toEqual(['axb']);
  });
});

describe('the result', () => {
  const changes: SpecChanges = { 'inception_*_reduce': null, inception_5b_1x1: { filters: 8 }, auxiliary_4d: { lossWeight: 0.2 } };

  it('is valid, survives JSON, and so do the changes', () => {
    const changed = changeSpec(googlenet, changes);
    expect(validateSpec(JSON.parse(JSON.stringify(changed)))).toEqual(changed);
    expect(changeSpec(googlenet, JSON.parse(JSON.stringify(changes)))).toEqual(changed);
  });

  it('leaves the original as it was, and shares nothing with it', () => {
    const before = JSON.stringify(googlenet);
    const changed = changeSpec(googlenet, changes) as unknown as { trunk: { filters: number }[] };
    changed.trunk[0].filters = 1;
    expect(JSON.stringify(googlenet)).toBe(before);
  });

  it('of no change is a copy', () => {
    expect(changeSpec(googlenet, {})).toEqual(googlenet);
  });
});

describe('what cannot be is refused', () => {
  it.each(
    [
      {
        changes: { inception_3a_5x5_reduc: null },
        says: /^changeSpec: expected the name of a step or head of googlenet, such as inception_3a_5x5_reduce, .*, got 'inception_3a_5x5_reduc'\. inception summary lists all 93 names\.$/,
      },
      { changes: { '5X5': null }, says: /such as inception_3a_5x5, inception_3b_5x5, / },
      { changes: { constructor: null }, says: /^changeSpec: expected the name of a step or head .* got 'constructor'/ },
      {
        changes: { inception_3a_5x5: { filter: 64 } },
        says: /^changeSpec\.inception_3a_5x5\.filter: expected one of the keys op, name, filters, .*, got 64\.$/,
      },
      {
        changes: { inception_3a_5x5: { filters: 2.5 } },
        says: 'changeSpec.inception_3a_5x5.filters: expected a positive integer, got 2.5.',
      },
      {
        changes: { inception_3a_5x5: { filters: null } },
        says: 'changeSpec.inception_3a_5x5.filters: expected a positive integer, got undefined.',
      },
      {
        changes: { inception_3a: { filters: 64 } },
        says: /^changeSpec\.inception_3a\.filters: expected one of the keys op, name, branches, merge, got 64\.$/,
      },
      { changes: { pool1: { op: 'pool' } }, says: /^changeSpec\.pool1\.op: expected a step whose op is convolution \| .*, got 'pool'\.$/ },
      {
        changes: { conv2: { after: [{ op: 'relu' }] } },
        says: /^changeSpec\.conv2\.after\[0\]\.name: expected a name of letters.*, got undefined\.$/,
      },
      { changes: { conv2: { before: { op: 'relu', name: 'x' } } }, says: /^changeSpec\.conv2\.before: expected an array of steps, got / },
      {
        changes: { auxiliary_4a: { weight: 1 } },
        says: /^changeSpec\.auxiliary_4a\.weight: expected one of the keys name, after, lossWeight, steps, got 1\.$/,
      },
      { changes: { conv1: 5 }, says: 'changeSpec.conv1: expected null or a record of fields, got 5.' },
      { changes: { conv1: [] }, says: 'changeSpec.conv1: expected null or a record of fields, got [].' },
      { changes: null, says: 'changeSpec.changes: expected a record of changes by name, got null.' },
      {
        changes: { inception_4d: null },
        says:
          'changeSpec.inception_4d: expected a step that no head hangs on (auxiliary_4d does), got null. Take the head out as well, ' +
          "{ auxiliary_4d: null }, or hang it elsewhere: { auxiliary_4d: { after: 'inception_4c' } }.",
      },
      {
        changes: { 'inception_3a_*': null },
        says: "changeSpec.inception_3a: expected at least one branch that keeps a step, got 'none'. Take out inception_3a itself.",
      },
      {
        changes: { inception_3a: null, inception_3a_5x5: { filters: 3 } },
        says: /^changeSpec: expected a step that the other changes leave where it is, got 'inception_3a_5x5'\./,
      },
      {
        changes: { auxiliary_4a: null, auxiliary_4a_fc: { units: 3 } },
        says: /^changeSpec: expected a step that the other changes leave where it is, got 'auxiliary_4a_fc'\./,
      },
      {
        changes: { inception_3a_5x5: { strides: 2 } },
        says: /^inception_3a: expected branches of equal height and width to concatenate, got 28×28×64, 28×28×128, 14×14×32, /,
      },
      {
        changes: { inception_3a_5x5: { name: '3x3' } },
        says: /^networkSpec\.trunk\[5\]\.branches\[2\]\[1\]\.name: expected a name of its own /,
      },
      { changes: { pool5: null }, says: /^main_logits: expected a vector to classify, got 7×7×1024\./ },
      { changes: { auxiliary_4a: { after: 'pool9' } }, says: /^networkSpec\.auxiliaryHeads\[0\]\.after: expected a step of the trunk / },
    ].map((refused) => ({ ...refused, given: JSON.stringify(refused.changes) })),
  )('$given', ({ changes, says }) => {
    expect(() => changeSpec(googlenet, changes as unknown as SpecChanges)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', message: typeof says === 'string' ? says : expect.stringMatching(says) }),
    );
  });

  it('a head whose module goes can go too, or hang elsewhere', () => {
    expect(changeSpec(googlenet, { inception_4d: null, auxiliary_4d: null }).auxiliaryHeads).toHaveLength(1);
    expect(changeSpec(googlenet, { inception_4d: null, auxiliary_4d: { after: 'inception_4c' } }).auxiliaryHeads).toHaveLength(2);
  });

  it('a window that no longer fits is an INPUT_TOO_SMALL', () => {
    const small = networkSpec('googlenet', { inputShape: [65, 65, 3], auxiliaryHeads: true });
    expect(() => changeSpec(small, { pool1: { strides: 4 } })).toThrow(expect.objectContaining({ code: 'INPUT_TOO_SMALL' }));
  });

  it('a spec that is none is refused by path', () => {
    expect(() => changeSpec({} as NetworkSpec, {})).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringMatching(/^networkSpec\.name: expected /) }),
    );
  });
});
