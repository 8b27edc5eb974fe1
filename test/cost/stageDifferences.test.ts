import { diffSpecs } from '../../src/cost/diffSpecs.js';
import { stageDifferences } from '../../src/cost/stageDifferences.js';
import { changeSpec, type SpecChanges } from '../../src/spec/changeSpec.js';
import { networkSpec } from '../../src/spec/networkSpec.js';
import type { NetworkSpec, Step } from '../../src/spec/types.js';
import { specOfSteps } from '../spec/anySpec.js';

const places = (a: NetworkSpec, b: NetworkSpec): unknown[] =>
  stageDifferences(diffSpecs(a, b), [a, b]).map(({ stage, step, setting }) => [stage, step, setting]);

it.each<{ changes: SpecChanges; place: unknown[] }>([
  { changes: { conv1: { filters: 8 } }, place: ['conv1', '', 'filters'] },
  { changes: { inception_3a_5x5: { kernelSize: 3 } }, place: ['inception_3a', '5x5', 'kernelSize'] },
  { changes: { inception_3a: { merge: { residual: 1 } } }, place: ['inception_3a', '', 'merge'] },
  { changes: { inception_4b: null }, place: ['inception_4b', '', ''] },
  { changes: { dropout: { rate: 0.1 } }, place: ['dropout', '', 'rate'] },
  { changes: { auxiliary_4a_fc: { units: 8 } }, place: ['auxiliary_4a', 'fc', 'units'] },
  { changes: { auxiliary_4a: { lossWeight: 1 } }, place: ['auxiliary_4a', '', 'lossWeight'] },
])('$changes is of $place', ({ changes, place }) => {
  const spec = networkSpec('googlenet', { auxiliaryHeads: true });
  expect(places(spec, changeSpec(spec, changes))).toEqual([place]);
});

it('what is of the whole network has no stage', () => {
  expect(places(networkSpec('googlenet'), networkSpec('googlenet', { classes: 5 }))).toEqual([[undefined, '', 'classes']]);
});

it('names may hold dots and begin alike: the longest that fits is the step’s', () => {
  const steps = (filters: number): Step[] => ['a', 'a.b', 'a.b.c'].map((name) => ({ op: 'convolution', name, filters, kernelSize: 1 }));
  expect(places(specOfSteps(steps(1), [4, 4, 1]), specOfSteps(steps(2), [4, 4, 1]))).toEqual([
    ['a', '', 'filters'],
    ['a.b', '', 'filters'],
    ['a.b.c', '', 'filters'],
  ]);
});
