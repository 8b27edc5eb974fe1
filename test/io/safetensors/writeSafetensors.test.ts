import * as tf from '@tensorflow/tfjs';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { RECORD_KEY } from '../../../src/io/modelRecord.js';
import { decodeSafetensors, encodeSafetensors } from '../../../src/io/safetensors/safetensors.js';
import { saveModel } from '../../../src/io/saveModel.js';
import { useBackendUnderTest } from '../../backendUnderTest.js';
import { narrowNetwork } from '../../networks/everyNetwork.js';
import { expectFailure } from '../failure.js';
import { tinyGoogLeNet, withFolder } from '../tinyModels.js';

beforeAll(() => useBackendUnderTest('cpu'));

const fileOf = async (path: string): Promise<ReturnType<typeof decodeSafetensors>> => decodeSafetensors(path, await readFile(path));

it('a model written tensor by tensor is byte for byte what the whole-file encoder makes of its weights, under its own names', async () => {
  await withFolder(async (folder) => {
    const model = tinyGoogLeNet({ variant: 'paper' });
    const path = join(folder, 'model.safetensors');
    await saveModel(model, path, { training: { epochs: 2 } });
    const { tensors, metadata } = await fileOf(path);
    expect([...tensors.keys()].sort()).toEqual(model.weights.map((weight) => weight.originalName).sort());
    for (const weight of model.weights) {
      const { dtype, shape, data } = tensors.get(weight.originalName)!;
      expect({ dtype, shape, data: Buffer.from(data) }).toEqual({
        dtype: 'F32',
        shape: weight.shape,
        data: Buffer.from(weight.read().dataSync().slice().buffer),
      });
    }
    expect(await readFile(path)).toEqual(Buffer.concat(encodeSafetensors([...tensors.values()].reverse(), metadata)));
    expect(JSON.parse(metadata[RECORD_KEY])).toMatchObject({
      version: 1,
      labels: model.labels,
      training: { epochs: 2 },
      topology: { class_name: 'Model' },
    });
    model.dispose();
  });
});

describe("in another library's names it is a state dict for that library", () => {
  it.each([
    { names: 'torchvision', network: { name: 'googlenet', variant: 'torchvision' }, kernel: 'conv1.conv.weight', head: 'fc.weight' },
    { names: 'timm', network: { name: 'inception-v4', variant: 'timm' }, kernel: 'features.0.conv.weight', head: 'last_linear.weight' },
  ] as const)(
    '$names: $network.name with $kernel as OIHW, $head as OI, and a counter of batches',
    async ({ names, network, kernel, head }) => {
      await withFolder(async (folder) => {
        const model = narrowNetwork(network, { auxiliaryHeads: false, inputShape: [96, 96, 3], stem: 'stride8' });
        const path = join(folder, 'model.safetensors');
        await saveModel(model, path, { names });
        const { tensors, metadata } = await fileOf(path);
        expect(metadata).toEqual({ format: 'pt' });
        const [height, width, input, output] = model.weights[0].shape as number[];
        expect(tensors.get(kernel)?.shape).toEqual([output, input, height, width]);
        expect(tensors.get(head)?.shape[0]).toBe(3);
        const counter = [...tensors.values()].find(({ name }) => name.endsWith('num_batches_tracked'));
        expect(counter).toMatchObject({ dtype: 'I64', shape: [] });
        model.dispose();
      });
    },
  );

  it('and a model that the library does not have is refused; nothing is written, and no tensor stays', async () => {
    await withFolder(async (folder) => {
      const model = tf.sequential({ layers: [tf.layers.dense({ inputShape: [2], units: 1, name: 'd' })] });
      const before = tf.memory().numTensors;
      const path = join(folder, 'model.safetensors');
      await expectFailure(
        saveModel(model, path, { names: 'torchvision' }),
        'UNSUPPORTED_FORMAT',
        /^saveModel\.names: expected one of torchvision's/,
      );
      expect(await readdir(folder)).toEqual([]);
      expect(tf.memory().numTensors).toBe(before);
      model.dispose();
    });
  });
});
