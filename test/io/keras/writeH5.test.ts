import * as tf from '@tensorflow/tfjs';
import { ensureBackend } from '../../../src/backends/ensureBackend.js';
import { CustomScaleLayer } from '../../../src/layers/customScaleLayer.js';
import { Normalization } from '../../../src/layers/normalization.js';
import { EVERY_NETWORK, narrowNetwork } from '../../networks/everyNetwork.js';
import { savedH5, type WrittenModel } from './kerasFile.js';

beforeAll(() => ensureBackend());

/** The groups of layers that have weights, in the file's order. */
function storedLayers(file: Awaited<ReturnType<typeof savedH5>>) {
  const names = file.get('model_weights')?.attributes.layer_names as string[];
  return names.map((name) => ({ name, weights: file.get(`model_weights/${name}`)?.attributes.weight_names as string[] }));
}

describe('writeH5', () => {
  it.each(EVERY_NETWORK)('lists every weight of $name in the order in which Keras takes them', async ({ name, variant }) => {
    const model = narrowNetwork({ name, variant });
    const file = await savedH5(model);
    expect(storedLayers(file)).toEqual(
      model.layers.map((layer) => ({ name: layer.name, weights: layer.weights.map((weight) => weight.originalName) })),
    );
    for (const layer of model.layers) {
      for (const weight of layer.weights) {
        expect(file.get(`model_weights/${layer.name}/${weight.originalName}`)).toMatchObject({ shape: weight.shape });
      }
    }
    model.dispose();
  });

  it('keeps the whole description, longer than the 64 KiB that attributes hold elsewhere, in one, without modules', async () => {
    const model = narrowNetwork({ name: 'inception-v3', variant: 'keras' });
    const { attributes } = (await savedH5(model)).get('/') ?? {};
    const text = attributes?.model_config as string;
    expect(text.length).toBeGreaterThan(2 ** 16);
    const written = JSON.parse(text) as WrittenModel;
    expect(written.class_name).toBe('Functional');
    expect(written.config.layers.map(({ name }) => name)).toEqual(model.layers.map(({ name }) => name));
    expect(text).not.toMatch(/"module"|"registered_name"/);
    expect(attributes).toMatchObject({ keras_version: '3.4.1', backend: 'tensorflow' });
    expect(JSON.parse(attributes?.['tfjs-inception'] as string)).toMatchObject({ version: 1, preprocessing: { ...model.preprocessing } });
    model.dispose();
  });

  it('knows our layer by the one name under which Python registers it', async () => {
    const model = narrowNetwork({ name: 'googlenet', variant: 'caffe' });
    const { attributes } = (await savedH5(model)).get('/') ?? {};
    const { layers } = (JSON.parse(attributes?.model_config as string) as WrittenModel).config;
    expect(layers.find(({ name }) => name === 'norm1')?.class_name).toBe('tfjs_inception>LocalResponseNormalization');
    model.dispose();
  });

  it('names the module of the 2 layers that Keras finds by it alone', async () => {
    const input = tf.input({ shape: [3], name: 'x' });
    const normalized = new Normalization({ name: 'n', axis: null }).apply(input) as tf.SymbolicTensor;
    const sum = new CustomScaleLayer({ name: 's', scale: 0.5 }).apply([input, normalized]) as tf.SymbolicTensor;
    const model = tf.model({ inputs: input, outputs: sum });
    const { attributes } = (await savedH5(model)).get('/') ?? {};
    const { layers } = (JSON.parse(attributes?.model_config as string) as WrittenModel).config;
    expect(layers.map(({ name, module }) => [name, module])).toEqual([
      ['x', undefined],
      ['n', 'keras.layers'],
      ['s', 'keras.src.applications.inception_resnet_v2'],
    ]);
    model.dispose();
  });

  it('lists what is trained in a nested model before what is not, as Keras does', async () => {
    const x = tf.input({ shape: [4], name: 'x' });
    const frozen = tf.layers.dense({ units: 4, name: 'frozen', trainable: false, useBias: false }).apply(x);
    const normalized = tf.layers.batchNormalization({ name: 'bn' }).apply(frozen);
    const inner = tf.model({
      name: 'inner',
      inputs: x,
      outputs: tf.layers.dense({ units: 1, name: 'last' }).apply(normalized) as tf.SymbolicTensor,
    });
    const outer = tf.sequential({ name: 'outer', layers: [inner] });
    expect(storedLayers(await savedH5(outer))).toEqual([
      {
        name: 'inner',
        weights: [
          ...['inner/bn/gamma', 'inner/bn/beta', 'inner/last/kernel', 'inner/last/bias'],
          ...['inner/frozen/kernel', 'inner/bn/moving_mean', 'inner/bn/moving_variance'],
        ],
      },
    ]);
    outer.dispose();
  });
});
