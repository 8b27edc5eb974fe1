import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { ensureBackend } from '../../src/backends/ensureBackend.js';
import { openWeights } from '../../src/io/openWeights.js';
import { saveModel } from '../../src/io/saveModel.js';
import { expectFailure } from './failure.js';
import { tinyGoogLeNet, withFolder } from './tinyModels.js';

beforeAll(() => ensureBackend());

it.each(['folder', 'model.h5', 'model.keras', 'model.safetensors'])(
  'opens what was saved as %s by its content: every weight of the model',
  async (name) =>
    withFolder(async (folder) => {
      const model = tinyGoogLeNet();
      await saveModel(model, join(folder, name));
      const names = model.weights.map(({ originalName }) => originalName).sort();
      model.dispose();
      const renamed = join(folder, 'anything.pth');
      await rename(join(folder, name), renamed);
      const file = await openWeights('test', renamed);
      expect([...file.tensors.keys()].sort()).toEqual(names);
      await file.close();
    }),
);

it.each([
  { what: 'text', bytes: Buffer.from('Not a model at all, whatever its name says.'), got: 'something else' },
  { what: 'nothing', bytes: Buffer.alloc(0), got: 'an empty file' },
  { what: 'zeros', bytes: Buffer.alloc(64), got: 'something else' },
])('takes $what for no format that is known, and says which are and that it is $got', async ({ bytes, got }) =>
  withFolder(async (folder) => {
    const path = join(folder, 'weights.h5');
    await writeFile(path, bytes);
    const formats = 'weights of tfjs-layers, Keras .*, safetensors, PyTorch .* or Caffe .*';
    const message = new RegExp(`weights\\.h5: expected ${formats}, got '${got}'\\.`);
    await expectFailure(openWeights('test', path), 'UNSUPPORTED_FORMAT', message);
  }),
);

it('takes a zip archive that is not Keras’ for PyTorch’s, and a pickle whatever its name is', async () =>
  withFolder(async (folder) => {
    const [archive, pickle] = ['a.bin', 'b.bin'].map((name) => join(folder, name));
    await writeFile(archive, zipSync({ 'a/readme.txt': Buffer.from('no tensors') }));
    // Protocol 2, then the end.
    await writeFile(pickle, Buffer.from([0x80, 2, 0x2e]));
    for (const path of [archive, pickle]) await expectFailure(openWeights('test', path), 'CORRUPT_WEIGHTS', /[ab]\.bin/);
  }));

it('reports a path where nothing is, and a path that is none', async () => {
  await expectFailure(openWeights('test', '/nowhere/at/all.pth'), 'NOT_FOUND', /\/nowhere\/at\/all\.pth[^/]/);
  await expectFailure(openWeights('test', '/nowhere/at/all'), 'NOT_FOUND', /nowhere/);
  await expectFailure(openWeights('test', ''), 'INVALID_ARGUMENT', /^test\.path: expected a path/);
});
