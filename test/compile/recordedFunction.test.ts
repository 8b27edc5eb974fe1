import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os, { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { useBackend } from '../../src/backends/useBackend.js';
import { RecordedFunction, type RecordedFunctionSettings } from '../../src/compile/recordedFunction.js';
import type { RecordedResult } from '../../src/compile/recorder.js';
import { updateInPlace } from '../../src/compile/updateInPlace.js';
import { dropout } from '../../src/layers/dropout.js';
import { runTrainingStep } from '../../src/layers/trainingStep.js';
import { describeOnNative } from '../kernels/nativeAndCpu.js';
import { countRuns, heldTensors, nativeBackend, withBinding } from './nativeBinding.js';

type Body = (inputs: Readonly<Record<string, tf.Tensor>>) => RecordedResult;

/** A function with what it said of graphs. */
function recorded(body: Body, settings: Partial<RecordedFunctionSettings> = {}): { run: RecordedFunction; refusals: string[] } {
  const refusals: string[] = [];
  const onRefused = ({ message }: Error): void => void refusals.push(message);
  return {
    run: new RecordedFunction((inputs) => tf.tidy(() => body(inputs) as never), {
      variables: [],
      layers: [],
      onRefused,
      ...settings,
    }),
    refusals,
  };
}

/** What a function gives for numbers, as numbers. */
function values(run: RecordedFunction, inputs: Readonly<Record<string, number | tf.Tensor>>): Record<string, number> {
  const given = Object.entries(inputs).map(([name, value]) => [name, typeof value === 'number' ? tf.scalar(value) : value] as const);
  const outputs = run.run(Object.fromEntries(given));
  const found = Object.entries(outputs).map(([name, tensor]) => [name, tensor.dataSync()[0]] as const);
  tf.dispose([outputs, given.map(([, tensor]) => tensor)]);
  return Object.fromEntries(found);
}

const variable = (value: number): tf.Variable => tf.tidy(() => tf.variable(tf.scalar(value)));

describeOnNative('RecordedFunction', () => {
  beforeAll(async () => void (await useBackend('tfjs-node')));

  it('is one graph from the third run on, without an operation of its own', () => {
    const { run, refusals } = recorded(({ x }) => ({ outputs: { y: tf.add(tf.square(x), 1) } }));
    const { result, graphs } = countRuns(() => [1, 2, 3, 4].map((x) => values(run, { x })));
    expect([result, graphs]).toEqual([[{ y: 2 }, { y: 5 }, { y: 10 }, { y: 17 }], 2]);
    expect(countRuns(() => values(run, { x: 5 }))).toMatchObject({ result: { y: 26 }, operations: 0 });
    expect(refusals).toEqual([]);
    run.dispose();
  });

  it('outputs may be inputs, variables, constants, or one tensor twice', () => {
    const weight = variable(5);
    const { run, refusals } = recorded(
      ({ x }) => {
        const y = tf.neg(x);
        return { outputs: { x: tf.clone(x), y, again: tf.clone(y), weight: tf.clone(weight), seven: tf.scalar(7) } };
      },
      { variables: [weight] },
    );
    for (const x of [1, 2, 3, 4]) expect(values(run, { x })).toEqual({ x, y: -x, again: -x, weight: 5, seven: 7 });
    expect([refusals, run.ranAsGraph]).toEqual([[], true]);
    run.dispose();
  });

  it('a constant that JavaScript makes of an input becomes that input; one from an array that it writes anew each time is refused', () => {
    let number = 0;
    const known = recorded(({ x }) => ({ outputs: { y: tf.mul(x, tf.scalar(++number)) } }));
    for (const count of [1, 2, 3]) expect(values(known.run, { x: 2, count })).toEqual({ y: 2 * count });
    expect([known.refusals, known.run.ranAsGraph]).toEqual([[], true]);
    expect(values(known.run, { x: 2, count: 10 })).toEqual({ y: 20 });

    const array = new Float32Array(1);
    const unknown = recorded(({ x }) => {
      array[0] += 0.5;
      return { outputs: { y: tf.sum(tf.mul(x, tf.tensor1d(array))) } };
    });
    for (const y of [1, 2, 3, 4]) expect(values(unknown.run, { x: 2 })).toEqual({ y });
    expect(unknown.refusals).toEqual(['Mul reads values that JavaScript makes anew each time']);
    known.run.dispose();
  });

  it('dropout draws another mask in every run of the graph, of its rate, and the same for the same seed and step as without a graph', () => {
    const layer = dropout({ name: 'dropped', rate: 0.3 });
    const x = tf.ones([64, 100]);
    const body: Body = ({ seed, step }) => {
      const scalars = { seed: seed as tf.Scalar, step: step as tf.Scalar };
      return { outputs: { mask: runTrainingStep(scalars, () => layer.apply(x, { training: true }) as tf.Tensor) } };
    };
    const { run, refusals } = recorded(body);
    const masks = Array.from({ length: 12 }, (_, step) => {
      const inputs = { seed: tf.scalar(7, 'int32'), step: tf.scalar(step, 'int32') };
      const { mask } = run.run(inputs);
      const values = [...mask.dataSync()];
      const eager = tf.tidy(() => [...body(inputs).outputs.mask.dataSync()]);
      expect(values).toEqual(eager);
      tf.dispose([mask, inputs]);
      return values;
    });
    expect([refusals, run.ranAsGraph]).toEqual([[], true]);
    expect(new Set(masks.map((mask) => mask.join())).size).toBe(masks.length);
    const graphs = masks.slice(2).flat();
    expect(new Set(graphs)).toEqual(new Set([0, Math.fround(1 / 0.7)]));
    // 64,000 draws: the standard deviation of the share is 0.0018.
    expect(Math.abs(graphs.filter((value) => value === 0).length / graphs.length - 0.3)).toBeLessThan(0.008);
    // Of two masks, as many places agree as chance has it: 0.3² + 0.7².
    const agree = masks[5].filter((value, index) => value === masks[6][index]).length / masks[5].length;
    expect(Math.abs(agree - 0.58)).toBeLessThan(0.03);
    run.dispose();
    x.dispose();
  });

  it('variables that share one tensor change apart from each other', () => {
    const first = variable(1);
    const second = tf.variable(first);
    const { run } = recorded(
      ({ x }) => {
        first.assign(tf.add(first, x));
        return { outputs: { second: tf.clone(second) } };
      },
      { variables: [first, second] },
    );
    for (const x of [1, 2, 3, 4]) expect(values(run, { x })).toEqual({ second: 1 });
    expect([run.ranAsGraph, first.dataSync()[0], second.dataSync()[0]]).toEqual([true, 11, 1]);
    run.dispose();
  });

  it('inputs that are one tensor, two tensors, or a variable are told apart', () => {
    const weight = variable(3);
    const { run, refusals } = recorded(({ x, y }) => ({ outputs: { difference: tf.sub(tf.mul(x, 2), y), weight: tf.clone(weight) } }), {
      variables: [weight],
    });
    for (const value of [1, 2, 3, 4]) {
      const x = tf.scalar(value);
      expect(values(run, { x, y: tf.clone(x) })).toEqual({ difference: value, weight: 3 });
    }
    for (const y of [1, 2, 3, 4]) expect(values(run, { x: 5, y })).toEqual({ difference: 10 - y, weight: 3 });
    for (const y of [1, 2, 3, 4]) expect(values(run, { x: tf.clone(weight), y })).toEqual({ difference: 6 - y, weight: 3 });
    weight.assign(tf.scalar(4));
    expect(values(run, { x: 5, y: 1 })).toEqual({ difference: 9, weight: 4 });
    expect([refusals, run.ranAsGraph]).toEqual([[], true]);
    run.dispose();
  });

  it('what is updated in place, then assigned, then read comes out as operation by operation', () => {
    const run = (isRecorded: boolean): number[] => {
      const [weight, sum] = [variable(1), variable(0)];
      const body: Body = ({ rate, gradient }) => {
        const before = tf.clone(weight);
        const inputs = [rate, gradient] as tf.Tensor[];
        updateInPlace(
          () => ({ operation: 'ResourceApplyGradientDescent', variables: [weight], inputs }),
          () => void weight.assign(tf.sub(weight, tf.mul(rate, gradient))),
        );
        sum.assign(tf.add(sum, weight));
        weight.assign(tf.mul(weight, 3));
        // No longer as at the beginning: this one is recorded operation by operation.
        updateInPlace(
          () => ({ operation: 'ResourceApplyGradientDescent', variables: [weight], inputs }),
          () => void weight.assign(tf.sub(weight, tf.mul(rate, gradient))),
        );
        return { outputs: { before } };
      };
      const own = recorded(body, { variables: [weight, sum] });
      const found = [0.1, 0.2, 0.3, 0.4].map((rate) => {
        const inputs = { rate: tf.scalar(rate), gradient: tf.scalar(2) };
        const { before } = isRecorded ? own.run.run(inputs) : (tf.tidy(() => body(inputs).outputs) as Record<string, tf.Tensor>);
        return before.dataSync()[0];
      });
      expect([own.refusals, own.run.ranAsGraph]).toEqual([[], isRecorded]);
      own.run.dispose();
      return [...found, weight.dataSync()[0], sum.dataSync()[0]];
    };
    const expected = run(false);
    run(true).forEach((value, index) => expect(value).toBeCloseTo(expected[index], 5));
  });

  it('is recorded anew whenever a setting of a layer is another than before', () => {
    const layer = dropout({ name: 'dropout', rate: 0.5 }) as tf.layers.Layer & { rate: number };
    const before = heldTensors().sessions;
    const { run, refusals } = recorded(({ x }) => ({ outputs: { y: tf.mul(x, layer.trainable ? layer.rate : 0) } }), { layers: [layer] });
    // One graph at 0.5, a recording at 0.25, and two graphs at 0.125.
    const rates = [0.5, 0.5, 0.5, 0.25, 0.125, 0.125, 0.125, 0.125];
    const { result, graphs } = countRuns(() =>
      rates.map((rate) => {
        layer.rate = rate;
        return values(run, { x: 1 }).y;
      }),
    );
    expect(result).toEqual(rates);
    expect([graphs, run.ranAsGraph, heldTensors().sessions, refusals]).toEqual([3, true, before + 1, []]);
    layer.trainable = false;
    expect([values(run, { x: 1 }), run.ranAsGraph, heldTensors().sessions]).toEqual([{ y: 0 }, false, before]);
    run.dispose();
  });

  it('a setting that is another every time is refused, and named', () => {
    const layer = dropout({ name: 'dropout', rate: 0.5 }) as tf.layers.Layer & { rate: number };
    const { run, refusals } = recorded(({ x }) => ({ outputs: { y: tf.mul(x, layer.rate) } }), { layers: [layer] });
    const rates = Array.from({ length: 20 }, (_, index) => index / 32);
    const { result, graphs } = countRuns(() =>
      rates.map((rate) => {
        layer.rate = rate;
        return values(run, { x: 1 }).y;
      }),
    );
    expect([result, graphs, refusals]).toEqual([rates, 0, ['rate of dropout is changed again and again before there is a graph']]);
    run.dispose();
  });

  it('what says no settings of itself is refused, and goes on operation by operation', () => {
    const layer = dropout({ name: 'dropout', rate: 0.5 });
    layer.getConfig = () => {
      throw new Error('no configuration');
    };
    const { run, refusals } = recorded(({ x }) => ({ outputs: { y: tf.neg(x) } }), { layers: [layer] });
    const { result, graphs } = countRuns(() => [1, 2, 3, 4].map((x) => values(run, { x }).y));
    expect([result, graphs, refusals]).toEqual([[-1, -2, -3, -4], 0, ['no configuration']]);
    run.dispose();
  });

  it('unless its condition is true it changes no variable, and gives its outputs all the same', () => {
    const weight = variable(1);
    const { run } = recorded(
      ({ x }) => {
        const condition = tf.lessEqual(x, 10);
        weight.assign(tf.add(weight, x));
        return { outputs: { x: tf.clone(x) }, condition };
      },
      { variables: [weight] },
    );
    for (const x of [1, 1, 1]) values(run, { x });
    for (const x of [11, NaN]) expect(values(run, { x })).toEqual({ x });
    expect(weight.dataSync()[0]).toBe(4);
    values(run, { x: 6 });
    expect([weight.dataSync()[0], run.ranAsGraph]).toEqual([10, true]);
    run.dispose();
  });

  it.each<{ title: string; body: () => Body; refusal: string | RegExp }>([
    {
      title: 'reads a result',
      body:
        () =>
        ({ x }) => ({ outputs: { y: tf.scalar(tf.square(x).dataSync()[0] + 1) } }),
      refusal: 'it reads the result of Square into JavaScript',
    },
    {
      title: 'reads an input',
      body:
        () =>
        ({ x }) => ({ outputs: { y: tf.scalar(x.dataSync()[0] ** 2 + 1) } }),
      refusal: 'it reads its inputs into JavaScript',
    },
    {
      title: 'changes a variable that is not its own',
      body: () => {
        const count = variable(0);
        return ({ x }) => {
          count.assign(tf.scalar(8));
          return { outputs: { y: tf.add(tf.square(x), 1) } };
        };
      },
      refusal: /^it changes the variable .*, which is no weight of the model$/,
    },
    {
      title: 'reads a variable that is not its own',
      body: () => {
        const scale = variable(1);
        return ({ x }) => ({ outputs: { y: tf.add(tf.mul(tf.square(x), scale), 1) } });
      },
      refusal: /^it reads the variable .*, which is no weight of the model$/,
    },
    {
      title: 'does now this, now that',
      body: () => {
        let number = 0;
        return ({ x }) => ({ outputs: { y: tf.add(++number % 2 ? tf.square(x) : tf.mul(x, x), 1) } });
      },
      refusal: 'Square is done one time and Mul, or the same in another way, another time',
    },
  ])('what $title goes on operation by operation, with one refusal, the sessions closed', ({ body, refusal }) => {
    const { run, refusals } = recorded(body());
    const { sessions } = heldTensors();
    for (const x of [1, 2, 3, 4, 5]) expect(values(run, { x })).toEqual({ y: x * x + 1 });
    expect(refusals).toEqual([typeof refusal === 'string' ? refusal : (expect.stringMatching(refusal) as string)]);
    expect([run.ranAsGraph, heldTensors().sessions]).toEqual([false, sessions]);
  });

  describe('where no graph can be made', () => {
    const folders = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('inception-graph-'));
    /** Runs it four times, and expects it to go on with one refusal and nothing left behind. */
    function expectRefusal(pattern: RegExp, body: Body): void {
      const before = { ...heldTensors(), folders: folders() };
      const { run, refusals } = recorded(body);
      for (const x of [1, 2, 3, 4]) expect(values(run, { x })).toEqual({ y: x * x });
      expect(refusals).toEqual([expect.stringMatching(pattern) as string]);
      run.dispose();
      expect({ ...heldTensors(), folders: folders() }).toEqual(before);
    }

    it('TensorFlow refuses the graph, here for a type that it finds out by itself outside of graphs', () => {
      const backend = nativeBackend() as unknown as { executeSingleOutput(name: string, attributes: [], inputs: tf.Tensor[]): tf.Tensor };
      expectRefusal(/Failed to load SavedModel/, ({ x }) => ({ outputs: { y: backend.executeSingleOutput('Square', [], [x]) } }));
    });

    it('the temporary folder is missing', () => {
      const folder = mkdtempSync(join(tmpdir(), 'inception-test-'));
      rmSync(folder, { recursive: true });
      jest.spyOn(os, 'tmpdir').mockReturnValue(folder);
      try {
        const { run, refusals } = recorded(({ x }) => ({ outputs: { y: tf.square(x) } }));
        for (const x of [1, 2, 3, 4]) expect(values(run, { x })).toEqual({ y: x * x });
        expect(refusals).toEqual([expect.stringContaining('ENOENT') as string]);
        expect(existsSync(folder)).toBe(false);
      } finally {
        jest.restoreAllMocks();
      }
    });

    it('its first run fails: the variables are as before, and the session is closed', () => {
      const { binding } = nativeBackend();
      const weight = variable(1);
      const { run, refusals } = recorded(
        ({ x }) => {
          weight.assign(tf.add(weight, x));
          return { outputs: { y: tf.square(x) } };
        },
        { variables: [weight] },
      );
      const { sessions } = heldTensors();
      const runSavedModel: typeof binding.runSavedModel = (session, inputs, inputNames, outputNames) => {
        if (outputNames.includes('output_')) throw new Error('out of memory');
        return binding.runSavedModel(session, inputs, inputNames, outputNames);
      };
      withBinding({ runSavedModel }, () => {
        for (const x of [1, 2, 3, 4]) expect(values(run, { x })).toEqual({ y: x * x });
      });
      expect([weight.dataSync()[0], refusals, heldTensors().sessions]).toEqual([11, ['out of memory'], sessions]);
    });
  });

  it('leaves no folder behind, and no session once it is disposed of', () => {
    const before = { folders: readdirSync(tmpdir()).filter((name) => name.startsWith('inception-graph-')), ...heldTensors() };
    const { run } = recorded(({ x }) => ({ outputs: { y: tf.neg(x) } }));
    for (const x of [1, 2, 3, 4]) values(run, { x });
    expect(heldTensors().sessions).toBe(before.sessions + 1);
    run.dispose();
    const after = { folders: readdirSync(tmpdir()).filter((name) => name.startsWith('inception-graph-')), ...heldTensors() };
    expect(after).toEqual(before);
  });
});
