import * as tf from '@tensorflow/tfjs';
import { ensureBackend } from '../../../src/backends/ensureBackend.js';
import { InceptionError } from '../../../src/errors.js';
import { applyWeights } from '../../../src/io/weights/applyWeights.js';
import { takeSnapshot } from '../../../src/io/modelSnapshot.js';
import { matchNames } from '../../../src/io/names/recognizeNetwork.js';
import { stateDict, type StateDictNames, type StateDictTensor } from '../../../src/io/names/stateDict.js';
import type { InceptionModel } from '../../../src/networks/inceptionModel.js';
import { namedNetwork, type NamedNetwork } from '../../../src/networks/namedNetwork.js';
import type { NetworkName } from '../../../src/spec/networkSpec.js';
import { unfilled } from '../../networks/publishedBuilders.js';
import { torchManifest } from './manifest.js';
import { storedTensor, weightFile, weightsOf } from './weightFiles.js';

beforeAll(() => ensureBackend());

function dictOf(model: InceptionModel, names: StateDictNames): StateDictTensor[] {
  const snapshot = takeSnapshot('test', model, { version: 1, labels: [], spec: { ...model.spec } });
  try {
    return stateDict('saveModel', snapshot, names);
  } finally {
    tf.dispose(snapshot.weights.map(({ tensor }) => tensor));
  }
}

it.each<{ names: StateDictNames; network: NetworkName; tensors: number; options: Omit<NamedNetwork, 'architecture'> }>([
  { names: 'torchvision', network: 'googlenet', tensors: 364, options: { variant: 'torchvision', auxiliaryHeads: true } },
  { names: 'torchvision', network: 'inception-v3', tensors: 580, options: { variant: 'torchvision', auxiliaryHeads: true } },
  { names: 'timm', network: 'inception-v3', tensors: 566, options: { variant: 'timm' } },
  { names: 'timm', network: 'inception-v4', tensors: 896, options: { variant: 'slim' } },
  { names: 'timm', network: 'inception-resnet-v2', tensors: 1306, options: { variant: 'keras' } },
  { names: 'timm', network: 'xception', tensors: 276, options: { variant: 'timm' } },
])("$names, $network from $options: all $tensors tensors of the library's own, in its order", ({ names, network, tensors, options }) => {
  const model = unfilled(network, options);
  const dict = dictOf(model, names);
  model.dispose();
  expect(dict).toHaveLength(tensors);
  expect(dict.map(({ name, shape }) => [name, shape])).toEqual([...torchManifest(`${names} ${network}`)]);
  const counters = dict.filter(({ dtype }) => dtype === 'I64').map(({ name }) => name);
  expect(counters).toEqual(dict.map(({ name }) => name).filter((name) => name.endsWith('.num_batches_tracked')));
});

const narrow = (architecture: NetworkName, options: Omit<NamedNetwork, 'architecture'>): InceptionModel =>
  namedNetwork({ architecture, widthMultiplier: 0.05, classes: 3, inputShape: [96, 96, 3], ...options }, { seed: 1 });

it.each<{ names: StateDictNames; network: NetworkName; options: Omit<NamedNetwork, 'architecture'> }>([
  { names: 'torchvision', network: 'googlenet', options: { variant: 'torchvision', auxiliaryHeads: true } },
  { names: 'timm', network: 'xception', options: { variant: 'timm' } },
])('$names, $network: what is written loads again bit for bit', async ({ names, network, options }) => {
  const [model, other] = [1, 2].map(() => narrow(network, options));
  const own = weightsOf(model);
  const snapshot = takeSnapshot('test', model, { version: 1, labels: [], spec: { ...model.spec } });
  const dict = stateDict('saveModel', snapshot, names);
  const read = await Promise.all(dict.map(async (tensor) => storedTensor(tensor.name, tensor.shape, toFloat32(await tensor.read()))));
  const file = weightFile(new Map(read.map((tensor) => [tensor.name, tensor])));
  await applyWeights('test', other, file, { matched: matchNames(file.tensors) });
  expect(weightsOf(other)).toEqual(own);
  tf.dispose(snapshot.weights.map(({ tensor }) => tensor));
  model.dispose();
  other.dispose();
});

const toFloat32 = (values: Float32Array | BigInt64Array) => (): Float32Array => Float32Array.from(values, Number);

it('fills the gammas that slim leaves out with 1', async () => {
  const model = narrow('inception-v4', { variant: 'slim' });
  const snapshot = takeSnapshot('test', model, { version: 1, labels: [], spec: { ...model.spec } });
  const gamma = stateDict('saveModel', snapshot, 'timm').find(({ name }) => name === 'features.0.bn.weight');
  expect(await gamma?.read()).toEqual(new Float32Array(8).fill(1));
  tf.dispose(snapshot.weights.map(({ tensor }) => tensor));
  model.dispose();
});

it.each<{ names: StateDictNames; network: NetworkName; options: Omit<NamedNetwork, 'architecture'>; message: RegExp }>([
  {
    names: 'torchvision',
    network: 'inception-v4',
    options: {},
    message:
      /^saveModel\.names: expected one of torchvision's networks \(googlenet, inception-v3\), got 'inception-v4'\. Those of 'timm' have it/,
  },
  {
    names: 'timm',
    network: 'inception-v4',
    options: { auxiliaryHeads: true },
    message: /expected weights that timm's inception-v4 has too, got 'auxiliary_6h_1x1_conv\/kernel'/,
  },
  {
    names: 'torchvision',
    network: 'googlenet',
    options: { variant: 'paper' },
    message:
      /expected a model with conv1_bn\/gamma, as torchvision's googlenet, got 'none'\. Only the whole network has these names, variant 'torchvision'/,
  },
  {
    names: 'torchvision',
    network: 'googlenet',
    options: { variant: 'batchnorm' },
    message: /expected a network that computes as torchvision's googlenet does, got "variant 'batchnorm'"/,
  },
  { names: 'timm', network: 'inception-v3', options: { variant: 'keras' }, message: /Build it with { variant: 'timm' }/ },
])('refuses $names names for $network $options', ({ names, network, options, message }) => {
  const model = narrow(network, { inputShape: [128, 128, 3], ...options });
  let error: unknown;
  try {
    dictOf(model, names);
  } catch (caught) {
    error = caught;
  }
  model.dispose();
  expect(error).toBeInstanceOf(InceptionError);
  expect(error).toMatchObject({ code: 'UNSUPPORTED_FORMAT', message: expect.stringMatching(message) });
});
