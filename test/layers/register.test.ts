import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { AdaptiveAveragePooling2D, adaptiveAveragePooling2d } from '../../src/layers/adaptiveAveragePooling2d.js';
import { BatchNormalization, batchNormalization } from '../../src/layers/batchNormalization.js';
import { Dropout, dropout } from '../../src/layers/dropout.js';
import { LocalResponseNormalization, localResponseNormalization } from '../../src/layers/localResponseNormalization.js';
import { registerLayers } from '../../src/layers/register.js';
import { SeparableConv2D, separableConv2d } from '../../src/layers/separableConv2d.js';
import { backendUnderTest, usePlainBackend } from '../backendUnderTest.js';
import { difference } from './difference.js';

/** A process that knows tfjs and nothing of this package: loads the model in the file, prints what it predicts for 192 given numbers. */
const PLAIN_TFJS = `
  const tf = require('@tensorflow/tfjs');
  const { modelTopology, weightSpecs, weightData, x } = JSON.parse(require('fs').readFileSync(process.argv[1], 'utf8'));
  const artifacts = { modelTopology, weightSpecs, weightData: new Uint8Array(weightData).buffer };
  tf.loadLayersModel(tf.io.fromMemory(artifacts)).then(
    (model) => console.log(JSON.stringify([...model.predict(tf.tensor(x, [1, 8, 8, 3])).dataSync()])),
    (error) => console.log(JSON.stringify(error.message)),
  );`;

const x = tf.tidy(() => tf.randomNormal([1, 8, 8, 3], 0, 1, 'float32', 41));

/** A small network: convolution, the given layers, and a classifier of 5. */
function network(...layers: tf.layers.Layer[]): tf.LayersModel {
  const input = tf.input({ shape: [8, 8, 3], name: 'pictures' });
  const kernelInitializer = tf.initializers.glorotUniform({ seed: 1 });
  let y = tf.layers.conv2d({ filters: 6, kernelSize: 3, name: 'conv', kernelInitializer }).apply(input);
  for (const layer of layers) y = layer.apply(y);
  const flat = tf.layers.flatten({ name: 'flat' }).apply(y);
  const classifier = tf.layers.dense({ units: 5, activation: 'softmax', name: 'classes', kernelInitializer });
  return tf.model({ inputs: input, outputs: classifier.apply(flat) as tf.SymbolicTensor, name: 'small' });
}

/** Gives the moving averages values that matter. */
function settle(model: tf.LayersModel): tf.LayersModel {
  for (let i = 0; i < 3; i++) (model.apply(x, { training: true }) as tf.Tensor).dispose();
  return model;
}

async function saved(model: tf.LayersModel): Promise<tf.io.ModelArtifacts> {
  let artifacts: tf.io.ModelArtifacts | undefined;
  await model.save(
    tf.io.withSaveHandler(async (given) => {
      artifacts = given;
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    }),
  );
  return artifacts!;
}

const load = (artifacts: tf.io.ModelArtifacts) => tf.loadLayersModel(tf.io.fromMemory(artifacts));
const predict = (model: tf.LayersModel) => [...(model.predict(x) as tf.Tensor).dataSync()];

describe('registerLayers', () => {
  let folder: string;

  beforeAll(async () => {
    await usePlainBackend(backendUnderTest('cpu'));
    registerLayers();
    registerLayers();
    folder = mkdtempSync(join(tmpdir(), 'layers-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function inPlainTfjs({ modelTopology, weightSpecs, weightData }: tf.io.ModelArtifacts): unknown {
    const file = join(folder, 'model.json');
    const bytes = Array.from(new Uint8Array(weightData as ArrayBuffer));
    writeFileSync(file, JSON.stringify({ modelTopology, weightSpecs, weightData: bytes, x: [...x.dataSync()] }));
    return JSON.parse(execFileSync(process.execPath, ['-e', PLAIN_TFJS, file], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  }

  const PARAMETERS = [
    { scale: true, center: true },
    { scale: false, center: true },
    { scale: true, center: false },
    { scale: false, center: false },
  ];

  it.each(PARAMETERS)(
    'lets plain tfjs load batch norm (scale $scale, center $center) and dropout, predictions equal to 1e-6',
    async (parameters) => {
      const model = settle(network(batchNormalization({ name: 'bn', ...parameters }), dropout({ name: 'drop', rate: 0.4, seed: 3 })));
      expect(difference(inPlainTfjs(await saved(model)) as number[], predict(model))).toBeLessThan(1e-6);
    },
  );

  it('loads all four layers back as our own, with the same predictions and configuration', async () => {
    const layers = [
      localResponseNormalization({ name: 'norm', size: 5, alphaOverSize: 1e-4, beta: 0.75 }),
      batchNormalization({ name: 'bn', momentum: 0.9, scale: false }),
      adaptiveAveragePooling2d({ name: 'pool', outputSize: [4, 3] }),
      dropout({ name: 'drop', rate: 0.4 }),
    ];
    const model = settle(network(...layers));
    const artifacts = await saved(model);
    const again = await load(artifacts);
    const classes = [LocalResponseNormalization, BatchNormalization, AdaptiveAveragePooling2D, Dropout];
    layers.forEach((layer, i) => {
      expect(again.getLayer(layer.name)).toBeInstanceOf(classes[i]);
    });
    expect(predict(again)).toEqual(predict(model));
    const { modelTopology, weightSpecs } = await saved(again);
    expect({ modelTopology, weightSpecs }).toEqual({ modelTopology: artifacts.modelTopology, weightSpecs: artifacts.weightSpecs });
  });

  it.each([1, 3])(
    'a separable convolution of %s filters a channel loads in plain tfjs, and here as our own that saves as whole',
    async (depthMultiplier) => {
      const model = network(separableConv2d({ name: 'separable', filters: 4, kernelSize: 3, depthMultiplier }));
      const artifacts = await saved(model);
      expect(difference(inPlainTfjs(artifacts) as number[], predict(model))).toBeLessThan(1e-6);
      const again = await load(artifacts);
      expect(again.getLayer('separable')).toBeInstanceOf(SeparableConv2D);
      expect(predict(again)).toEqual(predict(model));
      expect((await saved(again)).modelTopology).toEqual(artifacts.modelTopology);
    },
  );

  it.each([localResponseNormalization({ name: 'own' }), adaptiveAveragePooling2d({ name: 'own', outputSize: 4 })])(
    'says in the file what plain tfjs lacks',
    async (layer) => {
      expect(inPlainTfjs(await saved(network(layer)))).toMatch(new RegExp(`^Unknown layer: ${layer.getClassName()}\\.`));
    },
  );

  it("turns a plain tfjs model's batch norm and dropout into ours on loading; predictions equal to 1e-6, trainable without gamma", async () => {
    const model = settle(network(tf.layers.batchNormalization({ name: 'bn' }), tf.layers.dropout({ name: 'drop', rate: 0.5 })));
    const again = await load(await saved(model));
    expect(again.getLayer('bn')).toBeInstanceOf(BatchNormalization);
    expect(again.getLayer('drop')).toBeInstanceOf(Dropout);
    expect(difference(predict(again), predict(model))).toBeLessThan(1e-6);
    const gammaless = await load(await saved(network(tf.layers.batchNormalization({ name: 'bn', scale: false }))));
    expect(() => settle(gammaless)).not.toThrow();
  });

  it("reads Keras 2's configuration: axis [3], noise_shape and seed null, regularizers and constraints kept", async () => {
    const artifacts = await saved(
      network(
        tf.layers.batchNormalization({ name: 'bn', axis: 3, gammaRegularizer: tf.regularizers.l2({ l2: 0.5 }), betaConstraint: 'nonNeg' }),
        tf.layers.dropout({ name: 'drop', rate: 0.5 }),
      ),
    );
    const layers = (artifacts.modelTopology as { config: { layers: { name: string; config: Record<string, unknown> }[] } }).config.layers;
    layers.find(({ name }) => name === 'bn')!.config.axis = [3];
    Object.assign(layers.find(({ name }) => name === 'drop')!.config, { noise_shape: null, seed: null });
    const model = await load(artifacts);
    expect(model.getLayer('bn').getConfig()).toMatchObject({
      axis: 3,
      gammaRegularizer: { className: 'L1L2', config: { l2: 0.5 } },
      betaConstraint: { className: 'NonNeg' },
    });
    expect(model.calculateLosses().map((loss) => loss.dataSync()[0])).toEqual([3]);
    settle(model);
    expect(predict(model).reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
  });

  it("leaves tfjs' factories alone", () => {
    expect(tf.layers.batchNormalization({ name: 'bn' })).not.toBeInstanceOf(BatchNormalization);
    expect(tf.layers.dropout({ name: 'drop', rate: 0.5 })).not.toBeInstanceOf(Dropout);
  });

  it('writes gamma, beta, moving_mean, moving_variance in this order and under these names', async () => {
    const model = network(batchNormalization({ name: 'bn' }));
    const names = (await saved(model)).weightSpecs!.map(({ name }) => name);
    expect(names.filter((name) => name.startsWith('bn/'))).toEqual(['bn/gamma', 'bn/beta', 'bn/moving_mean', 'bn/moving_variance']);
  });
});
