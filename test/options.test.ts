import * as inception from '../src/index';
import { InceptionError } from '../src/errors';

const { googLeNet, imageArrays, imageFolder, saveModel, loadModel, loadWeights, evaluate, train, trainFolder, createClassifier } =
  inception;

const model = googLeNet({ classes: 2, inputShape: [32, 32, 3], widthMultiplier: 0.125, finalModule: 'inception_3a', seed: 1 });
const dataset = imageArrays({ pixels: new Uint8Array(2 * 32 * 32 * 3), labels: [0, 1], classes: ['a', 'b'], size: 32, workers: 0 });

const SCORES: inception.DatasetScores = {
  classes: ['a', 'b'],
  names: ['0', '1'],
  labels: Int32Array.of(0, 1),
  logProbabilities: { main: [Float64Array.of(-1, -2), Float64Array.of(-2, -1)] },
  crops: 1,
};

/** The error of a call, or undefined. */
async function failureOf(call: () => unknown): Promise<unknown> {
  try {
    await call();
    return undefined;
  } catch (error) {
    return error;
  }
}

afterAll(() => dataset.close());

describe('An option that means nothing is refused by name, with those that mean something', () => {
  const calls: Record<string, (extra: object) => unknown> = {
    train: (extra) => train(model, { train: dataset }, { epochs: 1, ...extra }),
    trainFolder: (extra) => trainFolder('nowhere', extra),
    imageFolder: (extra) => imageFolder('nowhere', { size: 32, ...extra }),
    imageArrays: (extra) => imageArrays({ pixels: new Uint8Array(3), labels: [0], classes: ['a', 'b'], size: 1, ...extra }),
    evaluate: (extra) => evaluate(model, dataset, extra),
    scoreDataset: (extra) => inception.scoreDataset(model, dataset, extra),
    evaluateScores: (extra) => inception.evaluateScores(SCORES, extra),
    compareHeads: (extra) => inception.compareHeads(SCORES, extra),
    earlyExit: (extra) => inception.earlyExit(SCORES, { whole: 1, exits: { main: 1 }, ...extra }),
    saveModel: (extra) => saveModel(model, 'nowhere', extra),
    loadModel: (extra) => loadModel('nowhere', extra),
    loadWeights: (extra) => loadWeights(model, 'nowhere', extra),
    createClassifier: (extra) => createClassifier(model, extra),
    useBackend: (extra) => inception.useBackend('cpu', extra),
    networkSvg: (extra) => inception.networkSvg(model, extra),
    networkPng: (extra) => inception.networkPng(model, extra),
    networkDot: (extra) => inception.networkDot(model, extra),
  };

  it.each(Object.entries(calls))('%s', async (name, call) => {
    const before = inception.tf.memory().numTensors;
    const failure = await failureOf(() => call({ epoch: 3 }));
    expect(failure).toBeInstanceOf(InceptionError);
    expect(failure).toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect((failure as Error).message).toMatch(new RegExp(`^${name}\\.options: expected keys among \\w.*, got 'epoch'\\.$`));
    expect(inception.tf.memory().numTensors).toBe(before);
  });
});

describe('A missing argument is an INVALID_ARGUMENT that says what was expected', () => {
  const untyped = inception as unknown as Record<string, (...given: unknown[]) => unknown>;

  it.each([
    { call: 'train', given: [model], message: /^train\.data: expected an object with a train dataset, got undefined\.$/ },
    { call: 'train', given: [model, { train: dataset }], message: /^train\.options: expected an object, got undefined\.$/ },
    { call: 'imageFolder', given: ['nowhere'], message: /^imageFolder\.options: expected an object, got undefined\.$/ },
    { call: 'imageArrays', given: [], message: /^imageArrays\.options: expected an object, got undefined\.$/ },
    {
      call: 'evaluate',
      given: [model],
      message: /^evaluate\.dataset: expected an ImageDataset, from imageFolder or imageArrays, got undefined\.$/,
    },
    { call: 'evaluate', given: [], message: /^evaluate\.dataset: model: expected a tf\.LayersModel, got undefined\.$/ },
  ])('$call', async ({ call, given, message }) => {
    const failure = await failureOf(() => untyped[call](...given));
    expect(failure).toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect((failure as Error).message).toMatch(message);
  });
});
