import { costedSpec } from '../../src/cost/costedSpec.js';
import fc from 'fast-check';
import { networkDrawing, type DrawnModule, type DrawnStage, type NetworkDrawing } from '../../src/explain/networkDrawing.js';
import { inceptionModuleSpec } from '../../src/spec/inceptionModuleSpec.js';
import { namedStepsOf } from '../../src/spec/namedSteps.js';
import { networkSpec } from '../../src/spec/networkSpec.js';
import { traceShapes } from '../../src/spec/traceShapes.js';
import { validateSpec } from '../../src/spec/validateSpec.js';
import type { NetworkSpec, Step } from '../../src/spec/types.js';
import { specOfSteps } from '../spec/anySpec.js';
import { drawableSpec } from './drawableSpec.js';

/** A stage and everything in it, modules before what they hold. */
const within = (stage: DrawnStage): DrawnStage[] =>
  'branches' in stage ? [stage, ...stage.branches.flat().flatMap(within), ...stage.merge] : [stage];
const everything = ({ stages, heads }: NetworkDrawing): DrawnStage[] =>
  [...stages, ...heads.flatMap((head) => head.stages)].flatMap(within);
const modulesOf = ({ stages }: NetworkDrawing): DrawnModule[] => stages.filter((stage) => 'branches' in stage);

describe('a drawing of any network, nothing folded', () => {
  const seen = { nested: 0, residual: 0, shortcut: 0, heads: 0 };

  it('has every step exactly once, its shape as traceShapes gives it, and classifiers, projections and concatenations besides', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const spec = validateSpec(drawableSpec(seed));
        const drawing = networkDrawing(costedSpec(spec), false);
        const all = everything(drawing);
        const boxes = all.filter((stage) => !('branches' in stage));
        const rows = traceShapes(spec);
        const residuals = rows.filter(({ op }) => op === 'projection').map(({ name }) => name.replace(/projection$/, '').slice(0, -1));
        const expected = [
          ...rows.map(({ name }) => name),
          ...residuals.map((name) => `${name} concat`),
          'input',
          ...(spec.classes > 0 ? [] : ['output']),
        ];
        expect(boxes.map(({ id }) => id).sort()).toEqual(expected.sort());
        expect(boxes.map(({ id }) => id)).toEqual(expect.arrayContaining(namedStepsOf(spec).map(({ name }) => name)));
        const shapes = new Map(all.map(({ id, outputShape }) => [id, outputShape]));
        for (const { name, outputShape } of rows) expect([name, shapes.get(name)]).toEqual([name, outputShape]);
        const modules = all.filter((stage) => 'branches' in stage);
        seen.nested += modules.filter(({ caption }) => caption.length === 0).length;
        seen.residual += residuals.length;
        seen.shortcut += modules.filter(({ branches }) => branches.some((branch) => branch.length === 0)).length;
        seen.heads += drawing.heads.length;
      }),
      { numRuns: 150, seed: 1 },
    );
    // The runs above were not about chains alone.
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(30);
  });

  it('hangs every head on the stage that it reads', () => {
    const { stages, heads } = networkDrawing(costedSpec(networkSpec('googlenet', { auxiliaryHeads: true })), true);
    expect(heads.map(({ id, after }) => [id, after])).toEqual([
      ['auxiliary_4a', 'inception_4a'],
      ['auxiliary_4d', 'inception_4d'],
    ]);
    expect(heads[0].stages.map(({ id }) => id)).toEqual(
      ['pool', '1x1', 'flatten', 'fc', 'dropout', 'logits'].map((step) => `auxiliary_4a_${step}`),
    );
    expect(stages.at(-1)).toMatchObject({ id: 'main_logits', name: 'main', label: 'dense 1000, softmax' });
  });
});

describe('equal modules that follow each other are drawn once', () => {
  const repeats = (spec: NetworkSpec): [string, number, string][] =>
    modulesOf(networkDrawing(costedSpec(spec), true)).map(({ id, repeats: times, lastId }) => [id, times, lastId]);

  it('Inception-ResNet v2: 10 and 20 blocks once, the last block8, which has no ReLU, by itself', () => {
    expect(repeats(networkSpec('inception-resnet-v2', { variant: 'keras' })).filter(([, times]) => times > 1)).toEqual([
      ['block35_1', 10, 'block35_10'],
      ['block17_1', 20, 'block17_20'],
      ['block8_1', 9, 'block8_9'],
    ]);
  });

  it('Inception v3: mixed_6c and mixed_6d, since 6b has 128 and 6e 192 filters where these have 160', () => {
    expect(repeats(networkSpec('inception-v3')).filter(([, times]) => times > 1)).toEqual([['mixed_6c', 2, 'mixed_6d']]);
  });

  it('GoogLeNet has none, and with fold false no network has', () => {
    expect(repeats(networkSpec('googlenet')).every(([, times]) => times === 1)).toBe(true);
    expect(modulesOf(networkDrawing(costedSpec(networkSpec('inception-resnet-v2')), false))).toHaveLength(10 + 20 + 10 + 3);
  });

  it('a head on the third of five equal modules: three once, then two, and the head hangs on the three', () => {
    const branches: Step[][] = [[{ op: 'convolution', name: '1x1', filters: 8, kernelSize: 1 }]];
    const trunk = [1, 2, 3, 4, 5].map((index): Step => ({ op: 'module', name: `m${index}`, branches }));
    const steps: Step[] = [{ op: 'globalAveragePool', name: 'pool' }];
    const spec: NetworkSpec = {
      ...specOfSteps(trunk, [9, 9, 8]),
      ...{
        top: [{ op: 'globalAveragePool', name: 'end' }],
        classes: 2,
        auxiliaryHeads: [{ name: 'aux', after: 'm3', lossWeight: 1, steps }],
      },
    };
    expect(repeats(spec)).toEqual([['m1', 3, 'm3'], ['m4', 2, 'm5']]); // prettier-ignore
    expect(networkDrawing(costedSpec(spec), true).heads[0].after).toBe('m1');
  });

  it('equal columns over other inputs are not equal: 8 and 16 channels', () => {
    const module = (name: string): Step => inceptionModuleSpec(name, { filters1x1: 8, filters3x3: 4, filters5x5: 4 });
    expect(repeats(specOfSteps([module('a'), module('b'), module('c')], [9, 9, 8])).map(([id]) => id)).toEqual(['a', 'b', 'c']);
  });
});
