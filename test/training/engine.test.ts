import * as tf from '@tensorflow/tfjs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useBackend } from '../../src/backends/useBackend.js';
import type { ImageDataset } from '../../src/data/dataset.js';
import type { InceptionError } from '../../src/errors.js';
import { freezeTo } from '../../src/networks/freezeTo.js';
import type { InceptionModel } from '../../src/networks/inceptionModel.js';
import { readCheckpoint, tensorsOf, writeCheckpoint, type Checkpoint } from '../../src/training/checkpoint.js';
import { train, trainingEvents } from '../../src/training/train.js';
import type { TrainingEngine, TrainingOptions } from '../../src/training/trainingOptions.js';
import type { TrainingReport } from '../../src/training/trainingReport.js';
import { takeWeights } from '../../src/training/trainingRun.js';
import { arrayDataset, stripes } from '../evaluation/arrayDataset.js';
import { describeOnNative } from '../kernels/nativeAndCpu.js';
import { countGraphs, type GraphCounts } from './countGraphs.js';
import { tinyNetwork } from './tinyNetwork.js';

/** 44 pictures in four batches of 10 and one of 4; and 9 held out. */
const PICTURES = arrayDataset(stripes(44, 12, 4), 10, true);
const HELD_OUT = arrayDataset(stripes(9, 12, 5), 9);
const DATA = { train: PICTURES, validation: HELD_OUT };
const EPOCHS = 3;
/** Of 12 batches of 10 in three epochs the first two are recorded. */
const GRAPH_STEPS = 10;

/** Every second picture is two. */
const MIXED: ImageDataset = {
  ...PICTURES,
  async *batches(epoch, from) {
    for await (const batch of PICTURES.batches(epoch, from)) {
      const labels = batch.labels.map((label) => (label + 1) % 3);
      yield { ...batch, mixed: { labels, shares: Float32Array.from(labels, (_, index) => (index % 2 === 0 ? 1 : 0.7)) } };
    }
  },
};

interface Training {
  readonly options?: Partial<TrainingOptions>;
  readonly data?: typeof DATA;
  /** Called by onEpoch. */
  readonly afterEpoch?: (model: InceptionModel, epoch: number) => void;
  /** How many of the steps are graphs. Default {@link GRAPH_STEPS}. */
  readonly steps?: number;
}

/** What two engines are to do alike, each at a rate at which rounding does not grow. */
const TRAININGS: Readonly<Record<string, Training>> = {
  'momentum, an auxiliary head, dropout, batch normalization': {},
  'adam, averages that are validated, clipping, smoothing, heads that fade': {
    options: {
      optimizer: { kind: 'adam', epsilon: 1e-2 },
      averaging: { decay: 0.9 },
      gradientClip: { norm: 1 },
      labelSmoothing: 0.1,
      headWeights: { auxiliary_3a: [0.3, 0] },
    },
  },
  'rmsprop on mixed pictures, without restoring the best': {
    options: { optimizer: 'rmsprop', restoreBest: false },
    data: { ...DATA, train: MIXED },
  },
  'two phases, the first with a frozen trunk, then adamw, and statistics measured anew': {
    options: {
      phases: [{ epochs: 1, freezeTo: 'trunk' }, { optimizer: { kind: 'adamw', epsilon: 1e-2 } }],
      reestimateBatchNormalization: { batches: 2 },
    },
    // Each phase has a step of its own, which is recorded anew.
    steps: 8,
  },
  // Of 4 steps in each of 3 epochs 2 are recorded wherever settings are others than before.
  'a stage that onEpoch freezes': {
    afterEpoch: (model, epoch) => {
      if (epoch === 1) freezeTo(model, 'inception_3a');
    },
    steps: 8,
  },
  'a rate of dropout that onEpoch sets, each time another': {
    afterEpoch: (model, epoch) => void Object.assign(model.getLayer('dropout'), { rate: epoch / 4 }),
    steps: 6,
  },
};

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inception-engine-'));
  path = join(folder, 'checkpoint.safetensors');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** All that a training shows of itself. */
interface Shown {
  readonly events: string[];
  readonly losses: number[];
  /** Values by name, of each checkpoint. */
  readonly checkpoints: Record<string, Float32Array>[];
  readonly report: TrainingReport;
  readonly graphs: GraphCounts;
}

const baseOptions = (options: Partial<TrainingOptions> = {}): TrainingOptions => ({
  epochs: EPOCHS,
  seed: 7,
  learningRate: 1e-4,
  checkpoint: path,
  ...options,
});

async function trained(engine: TrainingEngine, { options, data = DATA, afterEpoch }: Training, model = tinyNetwork()): Promise<Shown> {
  const events: string[] = [];
  const losses: number[] = [];
  const checkpoints: Record<string, Float32Array>[] = [];
  let report: TrainingReport | undefined;
  const graphs = await countGraphs(async () => {
    report = await train(model, data, {
      ...baseOptions(options),
      ...{ engine, resume: false },
      onStep: ({ epoch, step, loss, headLosses, gradientNorm = NaN }) => {
        events.push(`step ${epoch}.${step}`);
        losses.push(loss, ...Object.values(headLosses), gradientNorm);
      },
      onEpoch: ({ epoch, loss, validation, averaged }) => {
        events.push(`epoch ${epoch}`);
        losses.push(loss, validation?.loss ?? 0, averaged?.loss ?? 0);
        afterEpoch?.(model, epoch);
      },
      onCheckpoint: async ({ steps }) => {
        events.push(`checkpoint ${steps}`);
        checkpoints.push(await valuesIn(path));
      },
    });
  });
  return { events, losses, checkpoints, report: report as TrainingReport, graphs };
}

async function valuesIn(file: string): Promise<Record<string, Float32Array>> {
  const tensors = (await readCheckpoint(file))?.tensors ?? new Map<string, never>();
  return Object.fromEntries([...tensors].map(([name, { data }]) => [name, new Float32Array(Uint8Array.from(data).buffer)]));
}

const weightsOf = (model: InceptionModel): Record<string, Float32Array> =>
  Object.fromEntries(model.weights.map((weight) => [weight.originalName, Float32Array.from(weight.read().dataSync())]));

/** The largest difference of any of several sets of numbers, each as a share of its largest. */
function largestDifference(
  actual: Readonly<Record<string, ArrayLike<number>>>,
  expected: Readonly<Record<string, ArrayLike<number>>>,
): number {
  expect(Object.keys(actual)).toEqual(Object.keys(expected));
  const differences = Object.entries(expected).map(([name, values]) => {
    expect([name, actual[name].length]).toEqual([name, values.length]);
    const largest = Array.from(values).reduce((most, value) => Math.max(most, Math.abs(value)), 1e-6);
    return Array.from(values).reduce((most, value, index) => Math.max(most, Math.abs(actual[name][index] - value)), 0) / largest;
  });
  return Math.max(...differences);
}

async function failureOf(options: Partial<TrainingOptions>, model = tinyNetwork()): Promise<InceptionError> {
  return train(model, DATA, { ...baseOptions(options) }).then(
    () => Promise.reject(new Error('train should have failed')),
    (error: InceptionError) => error,
  );
}

/** Names of temporary folders that graphs are written into. */
const graphFolders = async (): Promise<string[]> => (await readdir(tmpdir())).filter((name) => name.startsWith('inception-graph-')).sort();

describeOnNative('The engines graph and eager train alike, to 1e-4', () => {
  beforeAll(async () => void (await useBackend('tfjs-node')));

  it.each(Object.entries(TRAININGS))('%s: losses, callbacks, checkpoints, report', async (_, training) => {
    const eager = await trained('eager', training);
    const graph = await trained('graph', training);
    expect([eager.graphs.steps, graph.graphs.steps]).toEqual([0, training.steps ?? GRAPH_STEPS]);
    expect(graph.graphs.ended).toBe(graph.graphs.made);
    expect(graph.events).toEqual(eager.events);
    expect(eager.events).toHaveLength(15 + EPOCHS + EPOCHS + 1);
    expect(largestDifference({ losses: graph.losses }, { losses: eager.losses })).toBeLessThan(1e-4);
    expect(graph.checkpoints).toHaveLength(EPOCHS + 1);
    graph.checkpoints.forEach((values, index) => expect(largestDifference(values, eager.checkpoints[index])).toBeLessThan(1e-4));
    const { engine, best, steps, restoredBest } = graph.report;
    expect([best.epoch, steps, restoredBest]).toEqual([eager.report.best.epoch, eager.report.steps, eager.report.restoredBest]);
    expect(engine).toEqual({ name: 'graph', compileMs: expect.any(Number) as number });
    expect(engine.compileMs).toBeGreaterThan(0);
    expect(eager.report.engine).toEqual({ name: 'eager', compileMs: 0 });
  });

  it.each<{ first: TrainingEngine; second: TrainingEngine }>([
    { first: 'eager', second: 'graph' },
    { first: 'graph', second: 'eager' },
    { first: 'graph', second: 'graph' },
  ])('begun $first and gone on $second from the middle of an epoch', async ({ first, second }) => {
    const options = { averaging: { decay: 0.9 } };
    const whole = tinyNetwork();
    await trained('eager', { options }, whole);
    const resumed = tinyNetwork(99);
    let report: TrainingReport | undefined;
    const graphs = await countGraphs(async () => {
      let steps = 0;
      for await (const { kind } of trainingEvents(tinyNetwork(), DATA, { ...baseOptions(options), engine: first, resume: false })) {
        if (kind === 'step' && ++steps === 8) break;
      }
      report = await train(resumed, DATA, { ...baseOptions(options), engine: second, resume: true });
    });
    // Of the first 8 batches 7 are of 10, two of them recorded; of the other 7 five are, and the first comes alone before one of 4.
    expect(graphs.steps).toBe((first === 'graph' ? 5 : 0) + (second === 'graph' ? 2 : 0));
    expect(report?.resumedAt).toEqual([8]);
    expect(report?.engine.name).toBe('graph');
    expect(largestDifference(weightsOf(resumed), weightsOf(whole))).toBeLessThan(1e-4);
  });

  it('20 epochs: the smaller last batch of each runs operation by operation in 11 of them, then it has a graph too', async () => {
    const data = { train: arrayDataset(stripes(34, 12, 4), 10, true) };
    const losses = async (engine: TrainingEngine): Promise<number[]> => {
      const each: number[] = [];
      await train(tinyNetwork(), data, { epochs: 20, learningRate: 1e-4, engine, onStep: ({ loss }) => void each.push(loss) });
      return each;
    };
    let actual: number[] = [];
    const graphs = await countGraphs(async () => void (actual = await losses('graph')));
    expect(graphs).toEqual({ steps: 60 - 2 + 9, made: 2, ended: 2 });
    expect(largestDifference({ actual }, { actual: await losses('eager') })).toBeLessThan(1e-4);
  });
});

describeOnNative('While steps are graphs', () => {
  beforeAll(async () => void (await useBackend('tfjs-node')));

  it('onStep sees the weights of now: predict answers by them, and what was taken of them keeps its values', async () => {
    const pictures = tf.randomUniform<tf.Rank.R4>([2, 12, 12, 3], 0, 255, 'float32', 1);
    const answers = { eager: [] as number[], graph: [] as number[] };
    const taken: { tensors: Record<string, tf.Tensor>; values: Record<string, Float32Array> }[] = [];
    for (const engine of ['eager', 'graph'] as const) {
      const model = tinyNetwork();
      const onStep = (): void => {
        answers[engine].push(...tf.tidy(() => (model.predict(model.preprocess(pictures)) as tf.Tensor[])[0].dataSync()));
        const tensors = takeWeights(model);
        const values = Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, Float32Array.from(tensor.dataSync())]));
        taken.push({ tensors, values });
      };
      const graphs = await countGraphs(async () =>
        train(model, DATA, { ...baseOptions({ learningRate: 1e-3 }), engine, onStep, resume: false }),
      );
      expect(graphs.steps).toBe(engine === 'graph' ? GRAPH_STEPS : 0);
    }
    expect(answers.graph).toHaveLength(15 * 2 * 3);
    // Steps change the answers by far more than the engines differ.
    expect(Math.abs(answers.eager[0] - answers.eager[14 * 6])).toBeGreaterThan(1e-3);
    expect(largestDifference({ answers: answers.graph }, { answers: answers.eager })).toBeLessThan(1e-4);
    for (const { tensors, values } of taken) {
      for (const [name, tensor] of Object.entries(tensors)) expect(Float32Array.from(tensor.dataSync())).toEqual(values[name]);
    }
    tf.dispose([pictures, taken.map(({ tensors }) => tensors)]);
  });

  it('weights that onStep writes are those that the next step learns from', async () => {
    const ruined = tinyNetwork();
    const losses: number[] = [];
    const graphs = await countGraphs(async () =>
      train(ruined, DATA, {
        ...baseOptions({ engine: 'graph', resume: false }),
        onStep: ({ steps, loss }) => {
          losses.push(loss);
          if (steps === 8) ruined.weights.forEach((weight) => tf.tidy(() => void weight.write(tf.zerosLike(weight.read()))));
        },
      }),
    );
    expect(graphs.steps).toBe(GRAPH_STEPS);
    expect(losses[7]).not.toBeCloseTo(1.3 * Math.log(3), 3);
    // A network of zeros answers every class alike.
    expect(losses[8]).toBeCloseTo(1.3 * Math.log(3), 5);
  });

  it('a signal ends training after the step, with a checkpoint that goes on to the same weights; no tensor, graph or folder is left', async () => {
    const whole = tinyNetwork();
    await trained('eager', {}, whole);
    const folders = await graphFolders();
    const model = tinyNetwork();
    const resumed = tinyNetwork(99);
    const tensors = tf.memory().numTensors;
    const controller = new AbortController();
    const onStep: TrainingOptions['onStep'] = ({ steps }) => (steps === 7 ? controller.abort() : undefined);
    let error: InceptionError | undefined;
    const graphs = await countGraphs(
      async () => void (error = await failureOf({ engine: 'graph', resume: false, signal: controller.signal, onStep }, model)),
    );
    expect([error?.code, graphs]).toEqual(['ABORTED', { steps: 4, made: 1, ended: 1 }]);
    expect([tf.memory().numTensors, await graphFolders()]).toEqual([tensors, folders]);
    await train(resumed, DATA, { ...baseOptions(), engine: 'graph', resume: true });
    expect(largestDifference(weightsOf(resumed), weightsOf(whole))).toBeLessThan(1e-4);
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it('a loss that is not finite: DIVERGED names step and layer, and the weights are those from before the step', async () => {
    const model = tinyNetwork();
    const tensors = tf.memory().numTensors;
    let before: Record<string, Float32Array> = {};
    const ruin: TrainingOptions['onStep'] = ({ steps }) => {
      if (steps === 7) {
        const kernel = model.getLayer('main_logits').weights[0];
        tf.tidy(() => void kernel.write(tf.fill(kernel.shape as number[], NaN)));
      }
      before = weightsOf(model);
    };
    let error: InceptionError | undefined;
    const graphs = await countGraphs(
      async () => void (error = await failureOf({ engine: 'graph', resume: false, restoreBest: false, onStep: ruin }, model)),
    );
    expect([error?.code, graphs]).toEqual(['DIVERGED', { steps: 5, made: 1, ended: 1 }]);
    expect(error?.message).toMatch(/^train, epoch 2, step 8: expected a loss that falls, got NaN\. .* are not finite is main_logits\. /);
    expect(weightsOf(model)).toEqual(before);
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it('a graph that TensorFlow does not run: training goes on operation by operation from the same weights, and says why', async () => {
    const expected = tinyNetwork();
    await trained('eager', {}, expected);
    const model = tinyNetwork();
    const fail = (): never => {
      throw new Error('no such kernel');
    };
    let report: TrainingReport | undefined;
    const warnings = await warningsOf(() =>
      countGraphs(async () => void (report = await train(model, DATA, baseOptions({ resume: false }))), fail),
    );
    expect(report?.engine).toEqual({ name: 'eager', compileMs: 0, refused: 'no such kernel' });
    expect(warnings).toEqual([
      'train: the step of tiny cannot be one native graph: no such kernel. Training goes on operation by operation.',
    ]);
    expect(weightsOf(model)).toEqual(weightsOf(expected));
  });
});

describeOnNative('A network one layer of which reads a value in the midst of the step', () => {
  beforeAll(async () => void (await useBackend('tfjs-node')));

  /** The tiny network, of which one layer computes as ever, and looks at the result. */
  function unrecordable(): InceptionModel {
    const model = tinyNetwork();
    const layer = model.getLayer('inception_3a_1x1_conv');
    const call = layer.call.bind(layer);
    layer.call = (inputs, options) => {
      const result = call(inputs, options) as tf.Tensor;
      result.dataSync();
      return result;
    };
    return model;
  }

  const WHY = /^inception_3a_1x1_conv reads the result of \w+ of layer inception_3a_1x1_conv into JavaScript$/;

  it("trains as by 'eager' to the last bit where the engine is 'auto'; one warning and the report say why", async () => {
    const options = {
      phases: TRAININGS['two phases, the first with a frozen trunk, then adamw, and statistics measured anew'].options?.phases,
    };
    const expected = unrecordable();
    await train(expected, DATA, baseOptions({ ...options, engine: 'eager', resume: false }));
    const model = unrecordable();
    let report: TrainingReport | undefined;
    let graphs: GraphCounts | undefined;
    const warnings = await warningsOf(async () => {
      graphs = await countGraphs(async () => void (report = await train(model, DATA, baseOptions({ ...options, resume: false }))));
    });
    expect(graphs?.steps).toBe(0);
    expect(report?.engine).toEqual({ name: 'eager', compileMs: 0, refused: expect.stringMatching(WHY) as string });
    expect(warnings).toEqual([
      `train: the step of tiny cannot be one native graph: ${report?.engine.refused}. Training goes on operation by operation.`,
    ]);
    expect(weightsOf(model)).toEqual(weightsOf(expected));
  });

  it("is INVALID_ARGUMENT where it is 'graph': the weights are as before, and no checkpoint or tensor is left", async () => {
    const model = unrecordable();
    const before = weightsOf(model);
    const tensors = tf.memory().numTensors;
    const error = await failureOf({ engine: 'graph', averaging: { decay: 0.9 } }, model);
    expect([error.code, error.message]).toEqual([
      'INVALID_ARGUMENT',
      expect.stringMatching(
        /^train: the step of tiny cannot be one native graph: inception_3a_1x1_conv reads .*\. Leave the engine to 'auto', or take 'eager'\.$/,
      ),
    ]);
    expect(weightsOf(model)).toEqual(before);
    expect(await readdir(folder)).toEqual([]);
    expect(tf.memory().numTensors).toBe(tensors);
  });
});

describe('train.engine', () => {
  beforeAll(async () => void (await useBackend('cpu')));

  it.each([{ engine: 'graph' }, { engine: 'native' }] as unknown as { engine: TrainingEngine }[])(
    "'$engine' that cannot be is refused before anything starts",
    async ({ engine }) => {
      const model = tinyNetwork();
      const before = weightsOf(model);
      const error = await failureOf({ engine, history: folder }, model);
      expect([error.code, error.message]).toEqual(
        engine === 'graph'
          ? [
              'BACKEND_UNAVAILABLE',
              "train.engine: 'graph': expected the backend tfjs-node or tfjs-node-gpu, got 'cpu'. " +
                "Call useBackend('tfjs-node') first (--backend tfjs-node), or leave the engine to 'auto'.",
            ]
          : ['INVALID_ARGUMENT', "train.engine: expected 'auto', 'graph' or 'eager', got 'native'."],
      );
      expect(weightsOf(model)).toEqual(before);
      expect(model.labels).toEqual([]);
      expect(await readdir(folder)).toEqual([]);
    },
  );

  it('a complete training of a time before there were graphs is read as one without', async () => {
    const { engine, ...report } = await train(tinyNetwork(), DATA, { ...baseOptions(), epochs: 1 });
    const checkpoint = await readCheckpoint(path);
    const { state } = checkpoint as Checkpoint;
    const former = { ...state, report: report as TrainingReport };
    const kept = tensorsOf(checkpoint as Checkpoint, 'kept');
    await writeCheckpoint(path, former, { kept });
    tf.dispose(kept);
    expect(await train(tinyNetwork(), DATA, { ...baseOptions(), epochs: 1, resume: true })).toEqual({ ...report, engine });
    expect(engine).toEqual({ name: 'eager', compileMs: 0 });
  });
});

/** What is warned of while some work is done. */
async function warningsOf(work: () => Promise<unknown>): Promise<string[]> {
  const spy = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  try {
    await work();
    return spy.mock.calls.map(([warning]) => String(warning));
  } finally {
    spy.mockRestore();
  }
}
