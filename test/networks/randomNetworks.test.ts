import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { costOf } from '../../src/cost/costOf.js';
import { InceptionError } from '../../src/errors.js';
import type { InceptionModel } from '../../src/networks/inceptionModel.js';
import { inceptionNet } from '../../src/networks/inceptionNet.js';
import { namedStepsOf } from '../../src/spec/namedSteps.js';
import type { ShapeRow } from '../../src/spec/shapeRow.js';
import { traceShapes } from '../../src/spec/traceShapes.js';
import type { NetworkSpec, Step } from '../../src/spec/types.js';
import { validateSpec } from '../../src/spec/validateSpec.js';
import { bothSides, windowOf } from '../../src/spec/windows.js';
import { countsOf } from '../blocks/blockModel.js';
import { anyNetwork } from './anyNetwork.js';
import { countsByOperation, countsByRow, shapesOf } from './modelFacts.js';

type Unit = Extract<Step, { op: 'convolution' | 'separableConvolution' }>;
const isUnit = (step: Step): step is Unit => step.op === 'convolution' || step.op === 'separableConvolution';

/** What makes a case worth having, by name. */
const STEPS: Readonly<Record<string, (step: Step, style: NetworkSpec['convolution']) => boolean>> = {
  concat: (step) => step.op === 'module' && step.branches.length > 1 && (step.merge ?? 'concat') === 'concat',
  add: (step) => step.op === 'module' && step.merge === 'add' && step.branches.length > 1,
  residual: (step) => step.op === 'module' && typeof step.merge === 'object' && step.merge.activation === undefined,
  residualLinear: (step) => step.op === 'module' && typeof step.merge === 'object' && step.merge.activation === 'linear',
  nested: (step) => step.op === 'module' && step.branches.flat().some(({ op }) => op === 'module'),
  strides: (step) => step.op === 'convolution' && step.strides === 2,
  adaptive: ({ op }) => op === 'adaptiveAveragePool',
  relu: ({ op }) => op === 'relu',
  batchNormalization: ({ op }) => op === 'batchNormalization',
  separable: ({ op }) => op === 'separableConvolution',
  separableStrides: (step) => step.op === 'separableConvolution' && step.strides === 2,
  depthMultiplier: (step) => step.op === 'separableConvolution' && (step.depthMultiplier ?? 1) > 1,
  ownOrder: (step, style) => isUnit(step) && step.order !== undefined && step.order !== style.order,
  ownBias: (step, style) => isUnit(step) && step.useBias !== undefined && step.useBias !== style.useBias,
  denseWithoutBias: (step) => step.op === 'dense' && step.useBias === false,
};

/** A kernel that its map was too small for. */
const shrunk = ({ step, inputShape }: ShapeRow): boolean =>
  step?.op === 'convolution' && windowOf(step, inputShape).some((length, axis) => length < bothSides(step.kernelSize)[axis]);

/** Whether a step with such padding really stands over a padding layer. */
const padded = (spec: NetworkSpec, model: tf.LayersModel, test: (padding: unknown) => boolean): boolean => {
  const layers = new Set(model.layers.map(({ name }) => name));
  return namedStepsOf(spec).some(({ name, step }) => 'padding' in step && test(step.padding) && layers.has(`${name}_padding`));
};

/** Which of the cases a network is. */
function casesOf(spec: NetworkSpec, model: tf.LayersModel, rows: readonly ShapeRow[]): string[] {
  const steps = namedStepsOf(spec).map(({ step }) => step);
  const more: Readonly<Record<string, boolean>> = {
    shrunk: rows.some(shrunk),
    ceil: padded(spec, model, (padding) => padding === 'ceil'),
    zeros: padded(spec, model, (padding) => typeof padding === 'object'),
    heads: spec.auxiliaryHeads.length > 0,
  };
  const ofSteps = Object.keys(STEPS).filter((name) => steps.some((step) => STEPS[name](step, spec.convolution)));
  return [...ofSteps, ...Object.keys(more).filter((name) => more[name])];
}

/** Holds a built network to what its spec says before it is built. */
function expectAsSpecified(model: InceptionModel, rows: readonly ShapeRow[]): void {
  const { spec } = model;
  const shapes = Object.fromEntries(rows.map((row) => [row.name, row.outputShape]));
  expect(shapesOf(model.endpoints)).toEqual(Object.fromEntries(spec.trunk.map(({ name }) => [name, shapes[name]])));
  const cost = costOf(model);
  expect(countsOf(model)).toEqual([cost.parameters.trainable, cost.parameters.nonTrainable]);
  expect(countsByOperation(model)).toEqual(countsByRow(cost));
  const expected = spec.classes === 0 ? [rows.at(-1)?.outputShape] : model.outputNames.map(() => [spec.classes]);
  expect(model.outputs.map(({ shape }) => shape.slice(1))).toEqual(expected);
  const outputs = tf.tidy(() =>
    [model.predict(tf.ones([2, ...spec.inputShape]))]
      .flat()
      .map((output) => ({ shape: output.shape.slice(1), finite: output.dataSync().every(Number.isFinite) })),
  );
  expect(outputs).toEqual(expected.map((shape) => ({ shape, finite: true })));
}

/** Only what validateSpec refuses, and it leaves nothing behind. */
function expectRefusal(error: unknown, spec: NetworkSpec, tensors: number): void {
  expect(error).toBeInstanceOf(InceptionError);
  expect(() => validateSpec(spec)).toThrow((error as InceptionError).message);
  expect(tf.memory().numTensors).toBe(tensors);
}

it('600 random networks of every kind of step, built, have the shapes of traceShapes and the parameters of costOf, and compute those shapes', () => {
  const seen = new Map([...Object.keys(STEPS), 'shrunk', 'ceil', 'zeros', 'heads', 'refused'].map((name): [string, number] => [name, 0]));
  const count = (name: string): unknown => seen.set(name, (seen.get(name) as number) + 1);
  let built = 0;
  fc.assert(
    fc.property(anyNetwork, (spec) => {
      const before = tf.memory().numTensors;
      let model: InceptionModel;
      try {
        model = inceptionNet(spec, { seed: 1 });
      } catch (error) {
        expectRefusal(error, spec, before);
        count('refused');
        return;
      }
      const rows = traceShapes(spec);
      expectAsSpecified(model, rows);
      expect(validateSpec(JSON.parse(JSON.stringify(spec)))).toEqual(model.spec);
      casesOf(spec, model, rows).forEach(count);
      built += 1;
      model.dispose();
      expect(tf.memory().numTensors).toBe(before);
    }),
    { seed: 29, numRuns: 600 },
  );
  // None of these cases may be missing, or the property would prove less than its title.
  expect(built).toBeGreaterThan(500);
  expect([...seen].filter(([, times]) => times < 15)).toEqual([]);
});
