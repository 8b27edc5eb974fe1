import * as tf from '@tensorflow/tfjs';
import { useBackend } from '../../src/backends/useBackend.js';
import { graphStep } from '../../src/training/graphStep.js';
import type { StepSettings } from '../../src/training/eagerStep.js';
import type { TrainingStep } from '../../src/training/trainingStep.js';
import type { InceptionModel } from '../../src/networks/inceptionModel.js';
import { describeOnNative } from '../kernels/nativeAndCpu.js';
import { distances, inputsOfStep, runOnce, stateOf, trainBy, weightsOf } from '../training/bothEngines.js';
import { tinyNetwork } from '../training/tinyNetwork.js';
import { countRuns, heldTensors } from './nativeBinding.js';

const SETTINGS: StepSettings = { optimizer: { kind: 'adam' }, labelSmoothing: 0, weightDecay: 0, averaging: { decay: 0.5 } };

/** A step whose next run is a graph; its weights live in the session. */
function inSession(runs = 4): {
  model: InceptionModel;
  step: TrainingStep;
  run: (number: number, batch?: number) => number[];
  end: () => void;
} {
  const model = tinyNetwork();
  const onRefused = (reason: Error): never => {
    throw reason;
  };
  const step = graphStep(model, SETTINGS, { onRefused });
  const run = (number: number, batch?: number): number[] =>
    runOnce(step, inputsOfStep(model, step, number, { settings: SETTINGS, batch, learningRate: 1e-3 }));
  for (let number = 0; number < runs; number++) run(number);
  const end = (): void => {
    step.dispose();
    model.dispose();
  };
  return { model, step, run, end };
}

const kernelOf = (model: InceptionModel): tf.Variable => model.getLayer('main_logits').weights[0].read() as tf.Variable;
const bits = (tensor: tf.Tensor): number[] => [...tensor.dataSync()];

describeOnNative('weights that live in a session', () => {
  beforeAll(async () => void (await useBackend('tfjs-node')));

  it('clones and copies of the state keep their values, read early or late, and outlive the step and the model', () => {
    const { model, step, run, end } = inSession();
    const kernel = kernelOf(model);
    const [readEarly, readLate] = [tf.clone(kernel), tf.clone(kernel)];
    const state = step.getState();
    const before = bits(readEarly);
    const stateBefore = Object.values(state).map(bits);
    const unread = [tf.clone(kernel), step.getState()] as const;
    run(4);
    expect(bits(kernel)).not.toEqual(before);
    expect(bits(readLate)).toEqual(before);
    end();
    expect([bits(readEarly), bits(readLate), bits(unread[0])]).toEqual([before, before, before]);
    expect([state, unread[1]].map((own) => Object.values(own).map(bits))).toEqual([stateBefore, stateBefore]);
    tf.dispose([readEarly, readLate, state, [...unread]]);
  });

  it('a value that nobody has read before the next step is kept all the same', () => {
    const [held, read] = [true, false].map((isHeld) => {
      const { model, run, end } = inSession();
      const clone = isHeld ? tf.clone(kernelOf(model)) : tf.tensor1d(bits(kernelOf(model)));
      run(4);
      run(5);
      const values = bits(clone);
      clone.dispose();
      end();
      return values;
    });
    expect(held).toEqual(read);
  });

  it('what is assigned between steps is what the next step starts from', () => {
    const { model, run, end } = inSession();
    const kernel = kernelOf(model);
    const weights = weightsOf(model);
    const [expected] = run(4);
    const after = weightsOf(model);
    tf.tidy(() => {
      kernel.assign(tf.mul(kernel, 100));
    });
    expect(Math.abs(run(4)[0] - expected)).toBeGreaterThan(0.1);
    model.weights.forEach((weight) => {
      const value = tf.tensor(weights[weight.originalName], weight.shape as number[]);
      weight.write(value);
      value.dispose();
    });
    expect(weightsOf(model)).toEqual(weights);
    expect(run(4)[0]).toBe(expected);
    expect(weightsOf(model)).not.toEqual(after);
    end();
  });

  it('swapAverages exchanges weights and averages, twice gives them back, and training goes on as without', () => {
    const { model, step, run, end } = inSession();
    const [weights, state] = [weightsOf(model), stateOf(step)];
    step.swapAverages?.();
    for (const [name, values] of Object.entries(weightsOf(model))) expect(values).toEqual(state[`${name}/average`]);
    step.swapAverages?.();
    expect([weightsOf(model), stateOf(step)]).toEqual([weights, state]);
    run(4);
    const straight = trainBy('graph', { model: () => tinyNetwork(), settings: SETTINGS, steps: 5, learningRate: 1e-3 });
    expect([weightsOf(model), stateOf(step)]).toEqual([straight.weights, straight.state]);
    end();
  });

  it('another backend between two steps finds the weights, and what it makes of them goes back', async () => {
    const { sessions } = heldTensors();
    const { model, run, end } = inSession();
    const kernel = kernelOf(model);
    const values = bits(kernel);
    await useBackend('cpu');
    expect(bits(kernel)).toEqual(values);
    tf.tidy(() => void kernel.assign(tf.mul(kernel, 2)));
    await useBackend('tfjs-node');
    expect(bits(kernel)).toEqual(values.map((value) => Math.fround(2 * value)));
    run(4);
    await useBackend('cpu');
    expect(bits(kernel)).not.toEqual(values.map((value) => Math.fround(2 * value)));
    await useBackend('tfjs-node');
    run(5);
    end();
    expect(heldTensors().sessions).toBe(sessions);
  });

  it('two sizes of batches by turns, each with a session of its own, come to what they come to operation by operation', () => {
    const batch = [4, 4, 4, 3, 3, 3, 4, 3, 4, 3];
    const training = { model: () => tinyNetwork(), settings: { ...SETTINGS, optimizer: { kind: 'sgd' } } as const, batch };
    const [graph, eager] = (['graph', 'eager'] as const).map((engine) => trainBy(engine, training));
    expect([graph.refusals, graph.graphs]).toEqual([[], 6]);
    for (const part of ['weights', 'state'] as const) {
      expect(distances(graph[part], eager[part]).filter(([, apart]) => !(apart <= 1e-4))).toEqual([]);
    }
  });

  it('two sizes of batches by turns hold no tensor that they need no more', () => {
    const { model, step, run } = inSession(3);
    const before = heldTensors().sessions;
    const { graphs } = countRuns(() => [3, 4, 5].forEach((number) => run(number, 3)));
    expect([heldTensors().sessions, graphs]).toEqual([before + 1, 1]);
    for (const number of [6, 7, 8, 9]) run(number, number % 2 === 0 ? 4 : 3);
    const held = heldTensors();
    const [weights, state] = [weightsOf(model), stateOf(step)];
    for (const number of [10, 11, 12, 13]) run(number, number % 2 === 0 ? 4 : 3);
    expect(weightsOf(model)).not.toEqual(weights);
    expect(stateOf(step)).not.toEqual(state);
    // What was read of the weights is let go of by the next step that needs it no more.
    expect(heldTensors().tfjs).toBe(held.tfjs);
    step.dispose();
    expect(heldTensors().sessions).toBe(before - 1);
    model.dispose();
  });

  it('200 steps keep no tensor, neither of TensorFlow.js nor of the addon; after dispose nothing is left', () => {
    const before = heldTensors();
    const { run, end } = inSession();
    run(4);
    const held = heldTensors();
    for (let number = 5; number < 205; number++) run(number);
    expect(heldTensors()).toEqual(held);
    end();
    expect(heldTensors()).toEqual(before);
  });
});
