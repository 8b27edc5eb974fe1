import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { EMITTERS } from '../../../src/io/onnx/emitters.js';
import { useBackendUnderTest } from '../../backendUnderTest.js';
import { EVERY_NETWORK, EVERY_VARIANT, narrowNetwork } from '../../networks/everyNetwork.js';
import { difference } from '../../layers/difference.js';
import { bytesOf, describeWithRuntime, differenceFromOurs, randomInputs, randomizeStatistics, runOnnx } from './onnxRuntime.js';
import { ZOO, zooModel, type ZooEntry } from './zooModels.js';

beforeAll(async () => void (await useBackendUnderTest()));

const built: tf.LayersModel[] = [];
afterEach(() => built.splice(0).forEach((model) => model.dispose()));

/** Random statistics, and disposed of after the test. */
function kept<Model extends tf.LayersModel>(model: Model): Model {
  built.push(model);
  randomizeStatistics(model);
  return model;
}

const TOLERANCE = 1e-4;

describeWithRuntime('ONNX Runtime computes what tfjs does, within 1e-4 of the largest value', () => {
  it.each(EVERY_VARIANT)('$name $variant, with its heads, folded and not', async (network) => {
    const model = kept(narrowNetwork(network, { classifierActivation: 'linear' }));
    expect(await differenceFromOurs(model)).toBeLessThan(TOLERANCE);
    expect(await differenceFromOurs(model, { foldBatchNormalization: false, mergeSiblings: true }, 1)).toBeLessThan(TOLERANCE);
  });

  it.each(ZOO)('$name', async (entry) => {
    const model = kept(zooModel(entry));
    expect(await differenceFromOurs(model)).toBeLessThan(TOLERANCE);
    expect(await differenceFromOurs(model, { foldBatchNormalization: false }, 3)).toBeLessThan(TOLERANCE);
  });

  it('a Sequential, alone, within another and around a model', async () => {
    const trunk = tf.sequential({
      name: 'trunk',
      layers: [tf.layers.conv2d({ name: 'c', filters: 3, kernelSize: 2, inputShape: [6, 6, 3] }), tf.layers.flatten({ name: 'f' })],
    });
    const around = tf.sequential({ layers: [trunk, tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [75] })] })] });
    expect(await differenceFromOurs(kept(trunk))).toBeLessThan(TOLERANCE);
    expect(await differenceFromOurs(kept(around))).toBeLessThan(TOLERANCE);
    built.pop(); // It shares the trunk's weights, which are disposed of once.
    around.layers[1].dispose();
  });

  it('a model of two outputs, called twice within another, whose layers are shared', async () => {
    const inner = tf.input({ shape: [5, 5, 2], name: 'inner' });
    const convolved = tf.layers.conv2d({ name: 'c', filters: 2, kernelSize: 3, padding: 'same' }).apply(inner) as tf.SymbolicTensor;
    const normed = tf.layers.batchNormalization({ name: 'n' }).apply(convolved) as tf.SymbolicTensor;
    const twice = tf.model({ name: 'twice', inputs: inner, outputs: [normed, convolved] });
    const input = tf.input({ shape: [5, 5, 2], name: 'picture' });
    const [a, b] = twice.apply(input) as tf.SymbolicTensor[];
    const [c, d] = twice.apply(b) as tf.SymbolicTensor[];
    const shared = tf.layers.dense({ name: 'shared', units: 2 });
    const outputs = [a, d].map((tensor) => shared.apply(tensor) as tf.SymbolicTensor);
    expect(await differenceFromOurs(kept(tf.model({ inputs: input, outputs: [...outputs, c] })))).toBeLessThan(TOLERANCE);
  });

  it('two inputs bear their names, and outputs that are inputs or one another come out all the same', async () => {
    const [a, b] = ['left', 'right'].map((name) => tf.input({ shape: [4], name }));
    const sum = tf.layers.add({ name: 'sum' }).apply([a, b]) as tf.SymbolicTensor;
    const same = tf.layers.dropout({ name: 'same', rate: 0.5 }).apply(sum) as tf.SymbolicTensor;
    const echo = tf.layers.activation({ name: 'echo', activation: 'linear' }).apply(a) as tf.SymbolicTensor;
    const model = kept(tf.model({ inputs: [a, b], outputs: [sum, same, echo] }));
    expect(await differenceFromOurs(model)).toBeLessThan(1e-6);
  });

  it("outputs are called after their layers, which may be chosen, and a head's logits are among them", async () => {
    const model = kept(narrowNetwork(EVERY_NETWORK[0]));
    const [input] = randomInputs(model, 2);
    const all = await runOnnx(await bytesOf(model), { input });
    expect([...all.keys()]).toEqual(['main', 'auxiliary_4a', 'auxiliary_4d']);
    const chosen = await runOnnx(await bytesOf(model, { outputs: ['auxiliary_4a_logits', 'main_logits'] }), { input });
    expect([...chosen.keys()]).toEqual(['auxiliary_4a_logits', 'main_logits']);
    const cut = tf.model({ inputs: model.inputs, outputs: [model.logits.auxiliary_4a, model.logits.main] });
    const expected = cut.predict(input) as tf.Tensor[];
    [...chosen.values()].forEach(({ data }, at) =>
      expect(difference(data as Float32Array, expected[at].dataSync())).toBeLessThan(TOLERANCE),
    );
    tf.dispose([input, ...expected]);
  });
});

describeWithRuntime('a graph that takes pixels gives what preprocess and predict give', () => {
  const preprocessings = [
    { channelOrder: 'rgb', scale: 1 / 127.5, offset: [-1, -1, -1] },
    { channelOrder: 'bgr', scale: 1.5, offset: [-104, -117, -123] },
  ] as const;
  const readers = {
    'a convolution that does not pad': (x: tf.SymbolicTensor) => [tf.layers.conv2d({ filters: 4, kernelSize: 3 }).apply(x)],
    'one that pads': (x: tf.SymbolicTensor) => [tf.layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same', useBias: false }).apply(x)],
    'both and a pool': (x: tf.SymbolicTensor) => [
      tf.layers.conv2d({ filters: 4, kernelSize: 3 }).apply(x),
      tf.layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same' }).apply(x),
      tf.layers.maxPooling2d({ poolSize: 2 }).apply(x),
    ],
    'a depthwise convolution': (x: tf.SymbolicTensor) => [tf.layers.depthwiseConv2d({ kernelSize: 3 }).apply(x)],
  };

  it.each(Object.keys(readers) as (keyof typeof readers)[])('read by %s', async (reader) => {
    for (const preprocessing of preprocessings) {
      const x = tf.input({ shape: [7, 6, 3] });
      const model = kept(tf.model({ inputs: x, outputs: readers[reader](x) as tf.SymbolicTensor[] }));
      const pixels = tf.randomUniform([2, 7, 6, 3], 0, 256, 'int32', 3);
      const ours = tf.tidy(() => {
        const ordered = preprocessing.channelOrder === 'bgr' ? tf.reverse(pixels, 3) : pixels;
        return [
          model.predict(tf.add(tf.mul(tf.cast(ordered, 'float32'), preprocessing.scale), tf.tensor1d([...preprocessing.offset]))),
        ].flat();
      });
      const asBytes = Uint8Array.from(pixels.dataSync());
      const fromBytes = await runOnnx(await bytesOf(model, { preprocessing, inputType: 'uint8' }), { input: asBytes }, [2, 7, 6, 3]);
      const fromFloats = await runOnnx(await bytesOf(model, { preprocessing }), { input: pixels });
      for (const found of [fromBytes, fromFloats]) {
        [...found.values()].forEach(({ data }, at) =>
          expect(difference(data as Float32Array, ours[at].dataSync())).toBeLessThan(TOLERANCE),
        );
      }
      tf.dispose([pixels, ...ours]);
    }
  });
});

it('every class of layers that can be written stands in the zoo or in a network of the library', () => {
  const met = new Set<string>();
  for (const entry of ZOO) for (const layer of kept(zooModel(entry)).layers) met.add(layer.getClassName());
  for (const network of EVERY_VARIANT) for (const layer of kept(narrowNetwork(network)).layers) met.add(layer.getClassName());
  expect([...EMITTERS.keys()].filter((name) => !met.has(name))).toEqual([]);
});

describeWithRuntime('windows of every size, stride, dilation and padding', () => {
  // tfjs' wasm backend computes other values under 'same' where a kernel of one row strides over several.
  beforeAll(async () => void (await useBackendUnderTest('cpu')));
  afterAll(async () => void (await useBackendUnderTest()));

  const side = fc.integer({ min: 1, max: 4 });
  const window = fc.record({
    layer: fc.constantFrom('conv2d', 'depthwiseConv2d', 'separableConv2d', 'maxPooling2d', 'averagePooling2d'),
    size: fc.tuple(side, side),
    strides: fc.tuple(side, side),
    dilation: fc.tuple(side, side),
    padding: fc.constantFrom('same', 'valid'),
    map: fc.tuple(fc.integer({ min: 4, max: 14 }), fc.integer({ min: 4, max: 14 })),
    zeros: fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 2 })),
  });

  it('60 drawn at random: as tfjs, the odd pixel of the padding behind and not counted in means', async () => {
    const drawn = { same: 0, padded: 0 };
    await fc.assert(
      fc.asyncProperty(window, async ({ layer, size, strides, dilation, padding, map, zeros: [begin, end] }) => {
        const isPool = layer.endsWith('Pooling2d');
        // tfjs dilates no pool, no DepthwiseConv2D, and nothing with strides; its depthwise kernels stride both ways alike.
        const stride = layer === 'conv2d' || isPool ? strides : [strides[0], strides[0]];
        const dilationRate = isPool || layer === 'depthwiseConv2d' || Math.max(...stride) > 1 ? [1, 1] : [dilation[0], dilation[0]];
        const reach = size.map((length, at) => (length - 1) * dilationRate[at] + 1);
        fc.pre(padding === 'same' || reach.every((length, at) => length <= map[at]));
        const args = isPool ? { poolSize: size } : { kernelSize: size, filters: 3, dilationRate };
        const sides = [
          [begin, end],
          [end, begin],
        ];
        const entry = {
          name: '',
          input: [...map, 2],
          layers: [
            ['zeroPadding2d', { padding: sides }],
            [layer, { ...args, strides: stride, padding }],
          ],
        };
        const model = kept(zooModel(entry as unknown as ZooEntry));
        expect(await differenceFromOurs(model)).toBeLessThan(TOLERANCE);
        if (padding === 'same') drawn.same++;
        if (begin + end > 0) drawn.padded++;
      }),
      { numRuns: 60, seed: 6 },
    );
    expect(drawn.same).toBeGreaterThan(20);
    expect(drawn.padded).toBeGreaterThan(20);
  });
});
