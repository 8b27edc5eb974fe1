import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { assignState, copyState } from '../../../src/training/namedState.js';
import {
  createOptimizer,
  updateRule,
  type Optimizer,
  type OptimizerSettings,
  type Parameter,
} from '../../../src/training/optimizers/optimizer.js';
import { describeOnEachBackend, useBackendUnderTest } from '../../backendUnderTest.js';

interface Golden {
  readonly steps: number;
  readonly learningRate: number;
  readonly start: readonly number[];
  readonly cases: readonly {
    readonly torch: string;
    readonly settings: OptimizerSettings;
    readonly weightDecay: number;
    readonly weights: readonly number[];
  }[];
}

/** Of torch: scripts/golden/writeTorchOptimizers.py. */
const TORCH = JSON.parse(readFileSync(join(__dirname, '..', 'golden', 'torchOptimizers.json'), 'utf8')) as Golden;

const START = [0.5, -1.25, 2, 1e-3, -0.125, 3];

/** A gradient that depends on the weights and on the step, so that an error would grow. */
const gradientAt = (value: number, index: number, step: number): number => 0.7 * value + Math.sin(step * (index + 1)) * 0.5;

/** The rules as the papers and TensorFlow write them, in double precision, for one number. */
const REFERENCES: {
  title: string;
  settings: OptimizerSettings;
  weightDecay?: number;
  update: () => (w: number, g: number, rate: number, t: number) => number;
}[] = [
  {
    title: 'sgd without momentum',
    settings: { kind: 'sgd', momentum: 0 },
    update: () => (w, g, rate) => w - rate * g,
  },
  {
    title: 'sgd, momentum 0.9',
    settings: { kind: 'sgd' },
    update: () => {
      let m = 0;
      return (w, g, rate) => w - rate * (m = 0.9 * m + g);
    },
  },
  {
    title: 'sgd, Nesterov momentum 0.8',
    settings: { kind: 'sgd', momentum: 0.8, nesterov: true },
    update: () => {
      let m = 0;
      return (w, g, rate) => {
        m = 0.8 * m + g;
        return w - rate * (g + 0.8 * m);
      };
    },
  },
  {
    title: 'rmsprop of the papers: decay 0.9, momentum 0.9, epsilon 1',
    settings: { kind: 'rmsprop' },
    update: () => {
      let s = 1;
      let m = 0;
      return (w, g, rate) => {
        s = 0.9 * s + 0.1 * g * g;
        m = 0.9 * m + (rate * g) / Math.sqrt(s + 1);
        return w - m;
      };
    },
  },
  {
    title: 'rmsprop, decay 0.95, momentum 0, epsilon 1e-3',
    settings: { kind: 'rmsprop', decay: 0.95, momentum: 0, epsilon: 1e-3 },
    update: () => {
      let s = 1;
      return (w, g, rate) => {
        s = 0.95 * s + 0.05 * g * g;
        return w - (rate * g) / Math.sqrt(s + 1e-3);
      };
    },
  },
  {
    title: 'adam',
    settings: { kind: 'adam' },
    update: () => {
      let m = 0;
      let v = 0;
      return (w, g, rate, t) => {
        m = 0.9 * m + 0.1 * g;
        v = 0.999 * v + 0.001 * g * g;
        return w - (rate * (m / (1 - 0.9 ** t))) / (Math.sqrt(v / (1 - 0.999 ** t)) + 1e-7);
      };
    },
  },
  {
    title: 'adamw, weight decay 0.1',
    settings: { kind: 'adamw' },
    weightDecay: 0.1,
    update: () => {
      let m = 0;
      let v = 0;
      return (w, g, rate, t) => {
        m = 0.9 * m + 0.1 * g;
        v = 0.999 * v + 0.001 * g * g;
        return w - rate * 0.1 * w - (rate * (m / (1 - 0.9 ** t))) / (Math.sqrt(v / (1 - 0.999 ** t)) + 1e-7);
      };
    },
  },
];

function parameter(name = 'conv/kernel', decays = true): Parameter {
  return { name, layer: name.split('/')[0], variable: tf.tidy(() => tf.variable(tf.tensor2d(START, [2, 3]))), decays };
}

function runSteps(optimizer: Optimizer, { variable }: Parameter, from: number, to: number): void {
  for (let step = from; step < to; step++) {
    tf.tidy(() => {
      const gradient = tf.tensor2d(
        Array.from(variable.dataSync(), (value, index) => gradientAt(value, index, step)),
        [2, 3],
      );
      const scalars = { learningRate: tf.scalar(0.05), step: tf.scalar(step, 'int32') };
      optimizer.update({ [variable.name]: gradient }, scalars);
    });
  }
}

/** As a file would carry it: plain numbers. */
function throughBytes(state: Record<string, tf.Tensor>): Record<string, tf.Tensor> {
  return Object.fromEntries(Object.entries(state).map(([name, tensor]) => [name, tf.tensor(tensor.dataSync().slice(), tensor.shape)]));
}

const bits = (tensor: tf.Tensor): Uint32Array => new Uint32Array(new Float32Array(tensor.dataSync()).buffer);

describeOnEachBackend('optimizers', () => {
  it.each(REFERENCES)('$title: 50 steps equal the formula in double precision to 1e-5', ({ settings, weightDecay = 0, update }) => {
    const own = parameter();
    const optimizer = createOptimizer(updateRule(settings), [own], { weightDecay });
    runSteps(optimizer, own, 0, 50);
    const expected = START.map((start, index) => {
      const next = update();
      let value = start;
      for (let step = 0; step < 50; step++) value = next(value, gradientAt(value, index, step), 0.05, step + 1);
      return value;
    });
    const largest = Math.max(...expected.map(Math.abs));
    own.variable.dataSync().forEach((value, index) => expect(Math.abs(value - expected[index]) / largest).toBeLessThan(1e-5));
    expect(Math.abs(expected[0] - START[0])).toBeGreaterThan(0.1);
    tf.dispose(own.variable);
    optimizer.dispose();
  });

  it.each(REFERENCES)(
    '$title: state and weights carried over after 23 steps go on bit for bit, and nothing leaks',
    ({ settings, weightDecay = 0 }) => {
      const before = tf.memory().numTensors;
      const first = parameter();
      const optimizer = createOptimizer(updateRule(settings), [first], { weightDecay });
      runSteps(optimizer, first, 0, 23);
      const state = copyState(optimizer.state);
      const carried = throughBytes(state);
      const second = parameter();
      const resumed = createOptimizer(updateRule(settings), [second], { weightDecay });
      assignState(resumed.state, carried);
      second.variable.assign(first.variable);
      runSteps(optimizer, first, 23, 33);
      runSteps(resumed, second, 23, 33);
      expect(bits(second.variable)).toEqual(bits(first.variable));
      tf.dispose([state, carried, first.variable, second.variable]);
      optimizer.dispose();
      resumed.dispose();
      expect(tf.memory().numTensors).toBe(before);
    },
  );

  it.each(TORCH.cases)("$torch with weight decay $weightDecay: 50 steps equal torch's to 1e-5", ({ settings, weightDecay, weights }) => {
    const own = parameter();
    const optimizer = createOptimizer(updateRule(settings), [own], { weightDecay });
    runSteps(optimizer, own, 0, TORCH.steps);
    const largest = Math.max(...weights.map(Math.abs));
    own.variable.dataSync().forEach((value, index) => expect(Math.abs(value - weights[index]) / largest).toBeLessThan(1e-5));
    tf.dispose(own.variable);
    optimizer.dispose();
  });

  it('a layer with the rate 0.25 moves as it would at a quarter of the learning rate, one with 0 not at all, the others as ever', () => {
    const names = ['conv1/kernel', 'conv1/bias', 'conv2/kernel', 'frozen/kernel'];
    const run = (settings: OptimizerSettings, learningRate: number, rates?: Record<string, number>): Uint32Array[] => {
      const parameters = names.map((name) => parameter(name, name.endsWith('kernel')));
      const optimizer = createOptimizer(updateRule(settings), parameters, { weightDecay: 0.1, rates });
      for (let step = 0; step < 5; step++) {
        tf.tidy(() => {
          const gradients = Object.fromEntries(parameters.map(({ variable }) => [variable.name, tf.sin(tf.add(variable, step))]));
          optimizer.update(gradients, { learningRate: tf.scalar(learningRate), step: tf.scalar(step, 'int32') });
        });
      }
      optimizer.dispose();
      return parameters.map(({ variable }) => bits(variable));
    };
    for (const { settings } of REFERENCES) {
      const [whole, quarter] = [0.0625, 0.015625].map((rate) => run(settings, rate));
      const scaled = run(settings, 0.0625, { conv1: 0.25, frozen: 0 });
      expect(scaled.slice(0, 3)).toEqual([quarter[0], quarter[1], whole[2]]);
      expect(scaled[3]).toEqual(new Uint32Array(Float32Array.from(START).buffer));
      expect(quarter[0]).not.toEqual(whole[0]);
    }
  });

  it('a copy of the state does not change when training goes on', () => {
    const own = parameter();
    const optimizer = createOptimizer(updateRule({ kind: 'sgd' }), [own], { weightDecay: 0 });
    runSteps(optimizer, own, 0, 3);
    const state = copyState(optimizer.state);
    const before = bits(state['conv/kernel/momentum']);
    runSteps(optimizer, own, 3, 6);
    expect(bits(state['conv/kernel/momentum'])).toEqual(before);
    tf.dispose([state, own.variable]);
    optimizer.dispose();
  });
});

describe('optimizer', () => {
  beforeAll(async () => void (await useBackendUnderTest('cpu')));

  it('names its state by layer, weight and slot', () => {
    const own = parameter('inception_3a_1x1_conv/kernel');
    const slots = (kind: OptimizerSettings['kind']): string[] => {
      const optimizer = createOptimizer(updateRule({ kind }), [own], { weightDecay: 0 });
      const state = copyState(optimizer.state);
      tf.dispose(state);
      optimizer.dispose();
      return Object.keys(state);
    };
    expect(slots('sgd')).toEqual(['inception_3a_1x1_conv/kernel/momentum']);
    expect(slots('rmsprop')).toEqual(['inception_3a_1x1_conv/kernel/meanSquare', 'inception_3a_1x1_conv/kernel/momentum']);
    expect(slots('adamw')).toEqual(slots('adam'));
    expect(slots('adam')).toEqual(['inception_3a_1x1_conv/kernel/mean', 'inception_3a_1x1_conv/kernel/meanSquare']);
    tf.dispose(own.variable);
  });

  it('weight decay 0.1 takes rate · 0.1 · w from a kernel and nothing from a bias', () => {
    const kernel = parameter('conv/kernel', true);
    const bias = parameter('conv/bias', false);
    const optimizer = createOptimizer(updateRule({ kind: 'sgd', momentum: 0 }), [kernel, bias], { weightDecay: 0.1 });
    tf.tidy(() => optimizer.update({}, { learningRate: tf.scalar(0.5), step: tf.scalar(0, 'int32') }));
    expect(Array.from(bias.variable.dataSync())).toEqual(START.map(Math.fround));
    kernel.variable.dataSync().forEach((value, index) => expect(value).toBeCloseTo(START[index] * 0.95, 6));
    tf.dispose([kernel.variable, bias.variable]);
    optimizer.dispose();
  });

  it.each([
    { settings: { kind: 'adamw', beta1: 1 }, message: 'train.optimizer.beta1: expected a number, 0 ≤ beta1 < 1, got 1.' },
    { settings: { kind: 'adamw', epsilon: 0 }, message: 'train.optimizer.epsilon: expected a number above 0, got 0.' },
  ] as const)('refuses $settings', ({ settings, message }) => {
    expect(() => updateRule(settings)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT', message }) as Error);
  });

  it('adamw with weight decay 0.1 at rate 0.5 takes 0.05 · w from a kernel whose gradient is 0, and nothing from a bias', () => {
    const kernel = parameter('conv/kernel');
    const bias = parameter('conv/bias', false);
    const optimizer = createOptimizer(updateRule({ kind: 'adamw' }), [kernel, bias], { weightDecay: 0.1 });
    tf.tidy(() => optimizer.update({}, { learningRate: tf.scalar(0.5), step: tf.scalar(0, 'int32') }));
    expect(Array.from(bias.variable.dataSync())).toEqual(START.map(Math.fround));
    kernel.variable.dataSync().forEach((value, index) => expect(value).toBeCloseTo(START[index] * 0.95, 6));
    tf.dispose([kernel.variable, bias.variable]);
    optimizer.dispose();
  });

  it('refuses a state that does not fit with all differences, and changes nothing', () => {
    const own = parameter();
    const optimizer = createOptimizer(updateRule({ kind: 'adam' }), [own], { weightDecay: 0 });
    runSteps(optimizer, own, 0, 2);
    const before = copyState(optimizer.state);
    const wrong = { 'conv/kernel/mean': tf.zeros([3, 2]), 'conv/kernel/momentum': tf.zeros([2, 3]) };
    expect(() => assignState(optimizer.state, wrong)).toThrow(
      expect.objectContaining({
        code: 'WEIGHTS_MISMATCH',
        message:
          "The optimizer's state does not fit the model (- missing, + unexpected, ≠ shape):\n" +
          '≠ conv/kernel/mean: [2, 3] here, [3, 2] given\n- conv/kernel/meanSquare\n+ conv/kernel/momentum',
      }) as Error,
    );
    const after = copyState(optimizer.state);
    expect(bits(after['conv/kernel/mean'])).toEqual(bits(before['conv/kernel/mean']));
    tf.dispose([before, after, wrong, own.variable]);
    optimizer.dispose();
  });

  it('refuses an unknown kind', () => {
    expect(() => updateRule({ kind: 'adagrad' } as unknown as OptimizerSettings)).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: "train.optimizer.kind: expected 'sgd', 'rmsprop', 'adam' or 'adamw', got 'adagrad'.",
      }) as Error,
    );
  });
});
