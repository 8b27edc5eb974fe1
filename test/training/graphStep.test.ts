import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { useBackend } from '../../src/backends/useBackend.js';
import { freezeTo } from '../../src/networks/freezeTo.js';
import type { InceptionModel } from '../../src/networks/inceptionModel.js';
import { inceptionNet } from '../../src/networks/inceptionNet.js';
import type { NetworkSpec } from '../../src/spec/types.js';
import { eagerStep, type StepSettings } from '../../src/training/eagerStep.js';
import { graphStep } from '../../src/training/graphStep.js';
import { trainableParameters } from '../../src/training/trainableParameters.js';
import type { TrainingStep } from '../../src/training/trainingStep.js';
import { countRuns } from '../compile/nativeBinding.js';
import { describeOnNative } from '../kernels/nativeAndCpu.js';
import { anyNetwork } from '../networks/anyNetwork.js';
import { EVERY_NETWORK, EVERY_VARIANT, narrowNetwork } from '../networks/everyNetwork.js';
import {
  distances,
  inputsOfStep,
  runOnce,
  stateOf,
  trainBy,
  weightsOf,
  type ShortTraining,
  type ShortTrainingOutcome,
  type StepInputs,
} from './bothEngines.js';
import { TINY_SPEC, tinyNetwork } from './tinyNetwork.js';

const PLAIN: StepSettings = { optimizer: { kind: 'sgd' }, labelSmoothing: 0, weightDecay: 0 };

const EVERYTHING: StepSettings = {
  ...PLAIN,
  labelSmoothing: 0.1,
  weightDecay: 0.01,
  gradientClip: { value: 1, norm: 2 },
  rates: { conv1_conv: 0.5 },
  classWeights: [1, 2, 0.5],
  averaging: { decay: 0.9 },
};

function expectTheSame(training: ShortTraining, within = 1e-4): void {
  const [eager, graph] = [trainBy('eager', training), trainBy('graph', training)];
  expect(graph.refusals).toEqual([]);
  expect(graph.graphs).toBe((training.steps ?? 10) - 2);
  const all = [...distances(graph.weights, eager.weights), ...distances(graph.state, eager.state)];
  for (const [number, found] of eager.found.entries()) {
    found.forEach((value, index) => expect(Math.abs(graph.found[number][index] - value)).toBeLessThanOrEqual(1e-4 * Math.abs(value)));
  }
  expect(all.filter(([, largest]) => !(largest <= within))).toEqual([]);
}

/** Every variant by one rule, every network by all. */
const NETWORKS_BY_RULE = [
  ...EVERY_VARIANT.map((network) => ({ network, kind: 'sgd' as const })),
  ...(['rmsprop', 'adam'] as const).flatMap((kind) => EVERY_NETWORK.map((network) => ({ network, kind }))),
].map(({ network, kind }) => ({ ...network, kind }));

const movesOf = ({ initial, weights }: ShortTrainingOutcome): Record<string, Float32Array> =>
  Object.fromEntries(Object.entries(weights).map(([name, values]) => [name, values.map((value, index) => value - initial[name][index])]));

const OTHER_VARIANTS = EVERY_VARIANT.filter(
  ({ name, variant }) => !EVERY_NETWORK.some((one) => one.name === name && one.variant === variant),
);

/** Half of what the classifier is given is dropped. */
const DROPPING: Partial<NetworkSpec> = { top: [TINY_SPEC.top[0], { op: 'dropout', name: 'dropout', rate: 0.5 }], auxiliaryHeads: [] };

interface Started {
  readonly model: InceptionModel;
  readonly step: TrainingStep;
}

function started(settings: StepSettings, changes: Partial<NetworkSpec> = {}): Started {
  const model = tinyNetwork(1, changes);
  const onRefused = (reason: Error): never => {
    throw reason;
  };
  return { model, step: graphStep(model, settings, { onRefused }) };
}

/** The same pictures, at the learning rate 0. */
const atRest = (model: InceptionModel, step: TrainingStep, number: number): StepInputs => ({
  ...inputsOfStep(model, step, 0, { settings: PLAIN, learningRate: 0 }),
  step: tf.scalar(number, 'int32'),
});

/** The tiny network; what one of its layers gives, its last pool by default, is changed. */
function withLayer(change: (x: tf.Tensor) => tf.Tensor, name = 'pool5'): InceptionModel {
  const model = tinyNetwork();
  const layer = model.getLayer(name);
  const call = layer.call.bind(layer);
  layer.call = (...given) => change(call(...given) as tf.Tensor);
  return model;
}

/** Gives back what it is given; its gradient, for values beyond 1,000, is an error of TensorFlow's. */
const failingGradient = tf.customGrad((x) => ({
  value: (x as tf.Tensor).clone(),
  gradFunc: (dy: tf.Tensor) => {
    const index = tf.cast(tf.greater(tf.max(tf.abs(x as tf.Tensor)), 1000), 'int32');
    return tf.mul(dy, tf.gatherND(tf.ones([1]), tf.reshape(index, [1, 1])));
  },
}));

describeOnNative('graphStep', () => {
  beforeAll(async () => void (await useBackend('tfjs-node')));

  describe('ends ten steps within 1e-4 of the largest value of what eagerStep ends at, weights and state', () => {
    it.each<{ title: string; changes: Partial<StepSettings>; mixed?: boolean }>([
      { title: 'SGD with momentum', changes: {} },
      { title: 'Nesterov momentum', changes: { optimizer: { kind: 'sgd', nesterov: true } } },
      { title: 'SGD without momentum', changes: { optimizer: { kind: 'sgd', momentum: 0 } } },
      { title: 'RMSProp', changes: { optimizer: { kind: 'rmsprop' } } },
      { title: 'Adam', changes: { optimizer: { kind: 'adam' } } },
      { title: 'AdamW with decay', changes: { optimizer: { kind: 'adamw' }, weightDecay: 0.01 } },
      { title: 'AdamW without decay', changes: { optimizer: { kind: 'adamw' } } },
      { title: 'label smoothing', changes: { labelSmoothing: 0.1 } },
      { title: 'weight decay', changes: { weightDecay: 0.1 } },
      { title: 'clipping by norm', changes: { gradientClip: { norm: 0.25 } } },
      { title: 'clipping by value', changes: { gradientClip: { value: 0.01 } } },
      { title: 'class weights', changes: { classWeights: [1, 2, 0.5] } },
      { title: 'rates of layers', changes: { rates: { conv1_conv: 0.5, main_logits: 2 } } },
      { title: 'averaged weights', changes: { averaging: { decay: 0.9 } } },
      { title: 'mixed pictures', changes: {}, mixed: true },
      { title: 'everything by SGD', changes: EVERYTHING, mixed: true },
      { title: 'everything by RMSProp', changes: { ...EVERYTHING, optimizer: { kind: 'rmsprop' } }, mixed: true },
      { title: 'everything by AdamW', changes: { ...EVERYTHING, optimizer: { kind: 'adamw' } }, mixed: true },
    ])('tiny network: $title', ({ changes, mixed }) => {
      // Seed 1 makes gradients that all but cancel, whose rounding differs from processor to processor by half of what is allowed.
      expectTheSame({ model: () => tinyNetwork(3), settings: { ...PLAIN, ...changes }, mixed });
    });

    // Narrow networks on noise multiply a difference in the last digit by 50 from step to step, unless the weights hardly move.
    it.each(EVERY_NETWORK)('$name $variant', (network) => {
      expectTheSame({ model: () => narrowNetwork(network), settings: { ...EVERYTHING, rates: {} }, learningRate: 1e-7 });
    });
  });

  it.each(OTHER_VARIANTS)('$name $variant: four steps, of which two are graphs, end within 1e-4 of the largest value', (network) => {
    expectTheSame({ model: () => narrowNetwork(network), settings: { ...EVERYTHING, rates: {} }, learningRate: 1e-7, steps: 4 });
  });

  // Beside the weights themselves a small change is lost; and after one graph no rounding has grown yet.
  it.each(NETWORKS_BY_RULE)(
    '$name $variant by $kind: three steps, of which the last is a graph, move each weight as far as without',
    ({ kind, ...network }) => {
      const settings: StepSettings = { ...PLAIN, optimizer: { kind } };
      const training = { model: () => narrowNetwork(network), settings, steps: 3, learningRate: 1e-3 };
      const [eager, graph] = [trainBy('eager', training), trainBy('graph', training)];
      expect([graph.refusals, graph.graphs]).toEqual([[], 1]);
      // Adam divides a gradient by its own size, so that one that is all but rounding counts as much as any. Its last step is a fifth of the way.
      const within = kind === 'adam' ? 0.1 : 0.01;
      expect(distances(movesOf(graph), movesOf(eager)).filter(([, apart]) => !(apart <= within))).toEqual([]);
    },
  );

  it('a frozen trunk stays as it is, and the rest learns as without a graph', () => {
    const model = (): InceptionModel => {
      const network = tinyNetwork();
      freezeTo(network, 'trunk');
      return network;
    };
    const training = { model, settings: { ...PLAIN, averaging: { decay: 0.9 } } };
    expectTheSame(training);
    const { weights } = trainBy('graph', training);
    const fresh = weightsOf(tinyNetwork());
    expect(weights['conv1_conv/kernel']).toEqual(fresh['conv1_conv/kernel']);
    expect(weights['main_logits/kernel']).not.toEqual(fresh['main_logits/kernel']);
  });

  it('dropout differs from step to step in a graph, and is what eagerStep draws for the same seed and step', () => {
    const settings: StepSettings = { ...PLAIN, optimizer: { kind: 'sgd', momentum: 0 } };
    const { model, step } = started(settings, DROPPING);
    const losses = Array.from({ length: 40 }, (_, number) => runOnce(step, atRest(model, step, number))[0]);
    expect(runOnce(step, atRest(model, step, 20))[0]).toBe(losses[20]);
    expect(new Set(losses).size).toBe(40);
    step.dispose();
    const eager = eagerStep(model, settings);
    for (const number of [1, 20, 39]) {
      const [loss] = runOnce(eager, atRest(model, eager, number));
      expect(Math.abs(loss - losses[number])).toBeLessThanOrEqual(1e-6 * loss);
    }
    eager.dispose();
    model.dispose();
  });

  it('40 random networks: four steps, of which two are graphs, as eagerStep makes them', () => {
    let graphs = 0;
    fc.assert(
      fc.property(anyNetwork, fc.constantFrom<'sgd' | 'rmsprop'>('sgd', 'rmsprop'), (spec, kind) => {
        const build = (): InceptionModel => inceptionNet({ ...spec, classes: 3 }, { seed: 1 });
        try {
          if (trainableParameters(build()).length === 0) return;
        } catch {
          return;
        }
        const training = {
          model: build,
          settings: { ...PLAIN, optimizer: { kind }, averaging: { decay: 0.9 } },
          learningRate: 1e-6,
          steps: 4,
        };
        // Not by Adam, which makes large what is nothing but rounding: the gradient of a bias before batch normalization. Where few filters stand before a batch normalization, their gradients cancel but for their last digits.
        expectTheSame(training, 1e-3);
        graphs += 1;
      }),
      { seed: 8, numRuns: 40, endOnFailure: true },
    );
    expect(graphs).toBeGreaterThan(30);
  });

  describe('a layer that cannot be in a graph', () => {
    it.each<{ title: string; call: () => (x: tf.Tensor) => tf.Tensor; refusal: string }>([
      {
        title: 'reads a value',
        call: () => (x) => tf.mul(x, tf.scalar(1 + Math.abs(tf.mean(x).dataSync()[0]))),
        refusal: 'pool5 reads the result of Mean of layer pool5 into JavaScript',
      },
      {
        title: 'draws random numbers in JavaScript',
        call: () => {
          // The same numbers for either engine.
          let random = 0.5;
          return (x) => tf.mul(x, (random = (random * 5.7) % 1) + 1);
        },
        refusal: 'Mul of layer pool5 reads values that JavaScript makes anew each time',
      },
      {
        title: 'does something else every other time',
        call: () => {
          let calls = 0;
          return (x) => (calls++ % 2 === 0 ? tf.mul(x, 2) : tf.add(x, x));
        },
        refusal: 'Mul of layer pool5 is done one time and Add of layer pool5',
      },
    ])('$title: one refusal names it, and training goes on bit for bit as with eagerStep', ({ call, refusal }) => {
      const training = { model: () => withLayer(call()), settings: PLAIN, steps: 5 };
      const [eager, graph] = [trainBy('eager', training), trainBy('graph', training)];
      expect(graph.refusals).toEqual([expect.stringContaining(refusal) as string]);
      expect(graph.graphs).toBe(0);
      expect({ ...graph, refusals: [] }).toEqual(eager);
    });
  });

  describe('a step beyond the limit', () => {
    it.each([
      { title: 'too large a loss', images: 1, lossLimit: 0.01 },
      { title: 'NaN', images: NaN, lossLimit: 100 },
    ])('changes no bit for $title; undo finds where, and the next good step goes on', async ({ images, lossLimit }) => {
      const settings: StepSettings = { ...EVERYTHING, optimizer: { kind: 'adamw' } };
      const training = { settings, lossLimit: 100 };
      const { model, step } = started(settings);
      for (const number of [0, 1, 2, 3]) runOnce(step, inputsOfStep(model, step, number, training));
      const before = [weightsOf(model), stateOf(step)];
      const good = inputsOfStep(model, step, 4, training);
      const bad = { ...good, images: tf.mul<tf.Tensor4D>(good.images, images), lossLimit: tf.scalar(lossLimit) };
      const { loss, ...others } = step.run(bad, bad);
      expect(loss.dataSync()[0] <= lossLimit).toBe(false);
      expect([weightsOf(model), stateOf(step)]).toEqual(before);
      const { layer, what } = await step.undo(bad, bad);
      expect({ layer: model.getLayer(layer).name, what }).toEqual({ layer, what: 'values' });
      expect([weightsOf(model), stateOf(step)]).toEqual(before);
      tf.dispose([loss, { ...others }, bad.images, bad.lossLimit]);
      runOnce(step, good);
      expect(weightsOf(model)).not.toEqual(before[0]);
      // What went wrong left nothing behind: the same steps without it end at the same bits.
      const straight = trainBy('graph', { model: () => tinyNetwork(), settings, lossLimit: 100, steps: 5 });
      expect([weightsOf(model), stateOf(step)]).toEqual([straight.weights, straight.state]);
      step.dispose();
    });
  });

  describe('a step that TensorFlow breaks off in the gradient of the first layer, when those of all others are known', () => {
    it.each<{ title: string; changes: Partial<StepSettings> }>([
      { title: 'SGD with momentum', changes: {} },
      {
        title: 'everything by AdamW, whose decay no operation of TensorFlow has',
        changes: { ...EVERYTHING, optimizer: { kind: 'adamw' } },
      },
    ])('changes no bit, and the next good step goes on: $title', ({ changes }) => {
      const settings = { ...PLAIN, ...changes };
      const build = (): InceptionModel => withLayer((x) => failingGradient(x), 'conv1_conv');
      const model = build();
      const step = graphStep(model, settings, {
        onRefused(reason) {
          throw reason;
        },
      });
      const inputs = (number: number): StepInputs => inputsOfStep(model, step, number, { settings });
      const { graphs } = countRuns(() => {
        for (const number of [0, 1, 2]) runOnce(step, inputs(number));
        const before = [weightsOf(model), stateOf(step)];
        const { images, ...others } = inputs(3);
        // Batch normalization would take a factor away: the first layer stands before it.
        const broken = { ...others, images: tf.mul<tf.Tensor4D>(images, 1e6) };
        for (let attempt = 0; attempt < 5; attempt++) {
          expect(() => step.run(broken, broken)).toThrow('does not index into param shape [1]');
          expect([weightsOf(model), stateOf(step)]).toEqual(before);
        }
        tf.dispose([{ ...broken }, images]);
        runOnce(step, inputs(3));
      });
      expect(graphs).toBe(7);
      const straight = trainBy('graph', { model: build, settings, steps: 4 });
      expect([weightsOf(model), stateOf(step)]).toEqual([straight.weights, straight.state]);
      step.dispose();
      model.dispose();
    });
  });
});
