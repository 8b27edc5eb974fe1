import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InceptionErrorCode } from '../../src/errors.js';
import { checkSavePlace } from '../../src/io/checkSavePlace.js';
import { saveModel } from '../../src/io/saveModel.js';
import { useBackendUnderTest } from '../backendUnderTest.js';
import { expectFailure } from '../data/pictureFiles.js';
import { tinyGoogLeNet } from './tinyModels.js';

let folder: string;
const at = (...names: string[]): string => join(folder, ...names);

beforeAll(() => useBackendUnderTest('cpu'));
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'save-place-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('checkSavePlace', () => {
  it.each([
    { what: 'a new folder', path: 'model' },
    { what: 'a new folder two deep', path: 'a/b' },
    { what: 'an empty folder', path: '' },
    { what: 'a model.json in a new folder', path: 'model/model.json' },
  ])('takes $what, and leaves nothing there', async ({ path }) => {
    expect(await checkSavePlace('--out', at(path))).toMatchObject({ replaces: false });
    expect(await readdir(folder)).toEqual([]);
  });

  it('takes a folder of hidden files and of weights that a killed save left', async () => {
    await writeFile(at('.DS_Store'), '');
    await writeFile(at('weights-0123456789abcdef.bin'), '');
    expect(await checkSavePlace('--out', folder)).toMatchObject({ replaces: false });
  });

  it('takes the folder of a model of ours, whatever lies beside it, and says that it will be replaced and how it was trained', async () => {
    const model = tinyGoogLeNet();
    await saveModel(model, at('model'), { training: { epochs: 3 } });
    await writeFile(at('model', 'notes.txt'), '');
    const before = (await readdir(at('model'))).sort();
    expect(await checkSavePlace('--out', at('model'))).toEqual({ folder: at('model'), replaces: true, training: { epochs: 3 } });
    expect((await readdir(at('model'))).sort()).toEqual(before);
    model.dispose();
  });

  it.each<{ what: string; files: readonly string[]; content?: string; got: string }>([
    { what: 'other things', files: ['a.txt', 'b.txt', 'c.txt'], got: 'a.txt and 2 more in it' },
    { what: 'a model.json of another tool', files: ['model.json'], content: '{"format":"layers-model"}', got: 'model.json in it' },
    { what: 'a model.json that is no JSON', files: ['model.json'], content: '{', got: 'model.json in it' },
  ])('refuses a folder with $what, which stays', async ({ files, content = '', got }) => {
    for (const name of files) await writeFile(at(name), content);
    const message = new RegExp(`^--out: expected a new or empty folder, or one that a model was saved in, got '.* with ${got}'\\.`);
    await expectFailure(() => checkSavePlace('--out', folder), 'INVALID_ARGUMENT', message);
    expect((await readdir(folder)).sort()).toEqual(files);
  });

  it.each<{ what: string; path: string; code: InceptionErrorCode; message: RegExp }>([
    { what: 'a file', path: 'file', code: 'WRITE_FAILED', message: /^--out: expected to write .*ENOTDIR.* A part of the path is a file/ },
    { what: 'a folder in a file', path: 'file/model', code: 'WRITE_FAILED', message: /ENOTDIR/ },
    {
      what: 'a single file',
      path: 'model.h5',
      code: 'UNSUPPORTED_FORMAT',
      message: /^--out: expected a folder, got '.*model\.h5'\. .* train into a folder, then `inception convert` it\.$/,
    },
    { what: 'a format that is none', path: 'model.txt', code: 'UNSUPPORTED_FORMAT', message: /^--out\.path: expected a folder or a path/ },
  ])('refuses $what', async ({ path, code, message }) => {
    await writeFile(at('file'), '');
    await expectFailure(() => checkSavePlace('--out', at(path)), code, message);
  });

  (process.getuid?.() === 0 ? it.skip : it)(
    'refuses a folder without the permission to write (skipped for root, who may write everywhere)',
    async () => {
      await mkdir(at('locked'), { mode: 0o500 });
      await expectFailure(() => checkSavePlace('--out', at('locked', 'model')), 'WRITE_FAILED', /Grant write permission/);
    },
  );
});
