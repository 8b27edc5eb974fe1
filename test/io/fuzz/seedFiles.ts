import { create, toBinary } from '@bufbuild/protobuf';
import * as tf from '@tensorflow/tfjs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BlobProtoSchema, BlobShapeSchema, LayerParameterSchema, NetParameterSchema } from '../../../src/io/caffe/caffe_pb.js';
import { loadModel } from '../../../src/io/loadModel.js';
import { NAME_TABLES } from '../../../src/io/names/nameTables.js';
import { tensorSlots } from '../../../src/io/names/tensorSlots.js';
import { saveModel, type SaveModelOptions } from '../../../src/io/saveModel.js';
import { googLeNet } from '../../../src/networks/googLeNet.js';

/** A sound file, or the files of a sound folder. */
export interface SeedFile {
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** What is given to the loader, among `files` or the folder that they lie in. */
  readonly path: string;
  /** The model that takes the weights; absent where the file is a model by itself. */
  readonly into?: tf.LayersModel;
  readonly isZip?: boolean;
}

/** All of GoogLeNet, as narrow as it gets. */
const narrow = (variant: 'torchvision' | 'caffe'): tf.LayersModel =>
  googLeNet({ variant, classes: 3, inputShape: [32, 32, 3], widthMultiplier: 0.0625 });

/** One of each kind of layer, in two nested models. */
function plainModel(): tf.LayersModel {
  const inner = tf.sequential({
    name: 'inner',
    layers: [
      tf.layers.separableConv2d({ name: 'separable', filters: 4, kernelSize: 3, inputShape: [4, 4, 4] }),
      tf.layers.batchNormalization({ name: 'norm', scale: false }),
    ],
  });
  const input = tf.input({ shape: [8, 8, 3], name: 'picture' });
  const convolved = tf.layers
    .conv2d({ name: 'conv', filters: 4, kernelSize: 3, strides: 2, padding: 'same', activation: 'relu' })
    .apply(input);
  const pooled = tf.layers.globalAveragePooling2d({ name: 'mean' }).apply(inner.apply(convolved)) as tf.SymbolicTensor;
  const output = tf.layers.dense({ name: 'classes', units: 3, activation: 'softmax' }).apply(pooled) as tf.SymbolicTensor;
  return tf.model({ inputs: input, outputs: output, name: 'plain' });
}

/** What theirs.pth holds the weights of. */
const ownNames = (): tf.LayersModel =>
  tf.sequential({
    layers: [
      tf.layers.conv2d({ name: 'conv', filters: 4, kernelSize: 3, inputShape: [8, 8, 3] }),
      tf.layers.batchNormalization({ name: 'norm' }),
      tf.layers.globalAveragePooling2d({ name: 'mean' }),
      tf.layers.dense({ name: 'classes', units: 3 }),
    ],
  });

const golden = async (name: string, options: Omit<SeedFile, 'files' | 'path'> = {}): Promise<SeedFile> => ({
  files: { [name]: await readFile(join(__dirname, 'seeds', name)) },
  path: name,
  ...options,
});

/** A model as this package saves it. */
async function saved(
  model: tf.LayersModel,
  path: string,
  options: Omit<SeedFile, 'files' | 'path'> & { readonly save?: SaveModelOptions } = {},
): Promise<SeedFile> {
  const { save, ...rest } = options;
  const folder = await mkdtemp(join(tmpdir(), 'seed-'));
  try {
    await saveModel(model, join(folder, path), save);
    const names = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    const files = await Promise.all(
      names.map(async ({ parentPath, name }) => [join(parentPath.slice(folder.length + 1), name), await readFile(join(parentPath, name))]),
    );
    return { files: Object.fromEntries(files) as SeedFile['files'], path, ...rest };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** As plain TensorFlow.js saves it: without checksums. */
async function savedByTfjs(model: tf.LayersModel): Promise<SeedFile> {
  let files: SeedFile['files'] = {};
  await model.save(
    tf.io.withSaveHandler((artifacts) => {
      const { modelTopology, weightSpecs, weightData } = artifacts;
      const manifest = [{ paths: ['weights.bin'], weights: weightSpecs }];
      const text = JSON.stringify({ format: 'layers-model', modelTopology, weightsManifest: manifest });
      files = { 'model/model.json': Buffer.from(text), 'model/weights.bin': new Uint8Array(weightData as ArrayBuffer) };
      return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } });
    }),
  );
  return { files, path: 'model' };
}

/** A .caffemodel with the shapes of a model of ours, in Caffe's order of axes. */
function caffeModel(into: tf.LayersModel): SeedFile {
  const table = NAME_TABLES.find(({ source, network }) => source === 'caffe' && network === 'googlenet')!;
  const shapes = new Map(into.weights.map((weight) => [weight.originalName, weight.shape as number[]]));
  const layers = new Map<string, Uint8Array[]>();
  for (const { ours, theirs } of tensorSlots(table)) {
    const shape = shapes.get(ours);
    if (!shape) continue;
    // Height, width, inputs, outputs become outputs, inputs, height, width.
    const [outputs, inputs, ...window] = [...shape].reverse();
    const dim = [outputs, ...(inputs === undefined ? [] : [inputs]), ...window.reverse()].map(BigInt);
    const data = Array.from({ length: shape.reduce((product, side) => product * side, 1) }, (_, index) => Math.sin(index));
    const blob = create(BlobProtoSchema, { data, shape: toBinary(BlobShapeSchema, create(BlobShapeSchema, { dim })) });
    const [name] = theirs.split(/\/\d$/);
    layers.set(name, [...(layers.get(name) ?? []), toBinary(BlobProtoSchema, blob)]);
  }
  const layer = [...layers].map(([name, blobs]) => toBinary(LayerParameterSchema, create(LayerParameterSchema, { name, blobs })));
  return {
    files: { 'net.caffemodel': toBinary(NetParameterSchema, create(NetParameterSchema, { name: 'net', layer })) },
    path: 'net.caffemodel',
    into,
  };
}

const SEEDS: Readonly<Record<string, () => Promise<readonly SeedFile[]>>> = {
  tfjs: async () => [await savedByTfjs(plainModel()), await savedByTfjs(plainModel()), await saved(plainModel(), 'model')],
  safetensors: async () => {
    const into = narrow('torchvision');
    const weights = await saved(into, 'weights.safetensors', { into, save: { names: 'torchvision' } });
    const plain = await saved(plainModel(), 'model.safetensors');
    // The large one less often.
    return [plain, plain, plain, weights];
  },
  keras: async () => [await saved(plainModel(), 'ours.keras', { isZip: true }), await golden('theirs.keras', { isZip: true })],
  h5: async () => [await saved(plainModel(), 'ours.h5'), await golden('theirs.h5')],
  'weights.h5': async () => {
    const into = await loadModel(join(__dirname, 'seeds', 'theirs.h5'));
    return [await golden('theirs.weights.h5', { into }), await golden('theirs.h5', { into })];
  },
  pth: async () => [await golden('theirs.pth', { into: ownNames(), isZip: true })],
  'legacy pth': async () => [await golden('theirs.legacy.pth', { into: ownNames() })],
  caffemodel: () => Promise.resolve([caffeModel(narrow('caffe'))]),
};

/** Sound files of a format. Their models stay in memory. */
export async function seedFiles(format: string): Promise<readonly SeedFile[]> {
  return SEEDS[format]();
}
