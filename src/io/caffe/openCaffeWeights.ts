import { expectedGot } from '../../errors.js';
import type { WeightFile } from '../modelFile.js';
import { DAMAGED, openRandomAccess } from '../randomAccessFile.js';
import type { StoredTensor } from '../storedTensor.js';
import { LayerParameterSchema, NetParameterSchema, V1LayerParameterSchema } from './caffe_pb.js';
import { decodeBlob } from './decodeBlob.js';
import { decodeMessage } from './decodeMessage.js';

/** The file is held in memory. The largest that Caffe's model zoo knows has half of it; networks of the Inception family stay below 0.2. */
const MAX_FILE_BYTES = 2 ** 30;

/** The family's networks have some hundreds of layers. An empty one takes two bytes in the file and a hundred in memory. */
const MAX_NETWORK_FIELDS = 20_000;

/** A layer has a name, some inputs and outputs, settings and a handful of blobs. */
const MAX_LAYER_FIELDS = 1000;

/** The name of a layer, and its blobs, each encoded. */
interface Layer {
  readonly name: string;
  readonly blobs: readonly Uint8Array[];
}

/**
 * Opens a `.caffemodel` file.
 *
 * @returns The blobs as Caffe numbers them within their layers, `conv1/7x7_s2/0`, each of the shape that the file gives: of files before 2015 four
 *   axes for whatever it is (`[1, 1, 1, 64]` for a bias). A batch normalisation's third blob is what its first two are to be divided by.
 * @throws InceptionError `NOT_FOUND`; `CORRUPT_WEIGHTS` naming the blob; `UNSUPPORTED_FORMAT` for files of Caffe's first year.
 */
export async function openCaffeWeights(where: string, file: string): Promise<WeightFile> {
  const tensors = new Map<string, StoredTensor>();
  for (const { name, blobs } of readLayers(file, await readWhole(where, file))) {
    for (const [index, bytes] of blobs.entries()) {
      const tensor = storedBlob(file, `${name}/${index}`, bytes);
      if (tensors.has(tensor.name)) throw expectedGot('CORRUPT_WEIGHTS', file, 'every name once', tensor.name);
      tensors.set(tensor.name, tensor);
    }
  }
  if (tensors.size === 0)
    throw expectedGot('CORRUPT_WEIGHTS', file, 'layers with weights, as a .caffemodel file has them', 'none', DAMAGED);
  return { file, tensors, close: () => Promise.resolve() };
}

async function readWhole(where: string, file: string): Promise<Uint8Array> {
  const source = await openRandomAccess(where, file, 'CORRUPT_WEIGHTS');
  try {
    if (source.bytes > MAX_FILE_BYTES) throw expectedGot('CORRUPT_WEIGHTS', file, `at most ${MAX_FILE_BYTES} bytes`, source.bytes);
    return await source.read(0, source.bytes);
  } finally {
    await source.close();
  }
}

function readLayers(file: string, bytes: Uint8Array): Layer[] {
  const { layers, layer } = decodeMessage(file, NetParameterSchema, bytes, MAX_NETWORK_FIELDS);
  const old = layers.map((encoded) => {
    const decoded = decodeMessage(`${file}: a layer`, V1LayerParameterSchema, encoded, MAX_LAYER_FIELDS);
    if (decoded.layer.length === 0) return decoded;
    const advice = "Upgrade it with Caffe's own upgrade_net_proto_binary.";
    throw expectedGot('UNSUPPORTED_FORMAT', file, 'layers as Caffe has them since 2014', 'the layout before', advice);
  });
  return [...old, ...layer.map((encoded) => decodeMessage(`${file}: a layer`, LayerParameterSchema, encoded, MAX_LAYER_FIELDS))];
}

/** Its values are decoded twice, here to be counted and again whenever they are asked for: decoded, they take twice the file's bytes. */
function storedBlob(file: string, name: string, bytes: Uint8Array): StoredTensor {
  const where = `${file}: blob ${name}`;
  const { shape, dtype } = decodeBlob(where, bytes);
  return { name, shape, dtype, read: () => Promise.resolve(Float32Array.from(decodeBlob(where, bytes).values)) };
}
