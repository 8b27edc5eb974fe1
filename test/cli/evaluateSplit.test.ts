import { copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { datasetManifest } from '../../src/data/datasetManifest.js';
import { imageFolder } from '../../src/data/imageFolder.js';
import { saveModel } from '../../src/io/saveModel.js';
import { googLeNet } from '../../src/networks/googLeNet.js';
import { writeManifest } from '../../src/training/writeManifest.js';
import { useBackendUnderTest } from '../backendUnderTest.js';
import { removeFolders, temporaryFolder } from '../data/pictureFiles.js';
import { expectError, ON_BACKEND, runHere, writeColors } from './inceptionCommand.js';

let folder: string;
const at = (...names: string[]): string => join(folder, ...names);

/** A model of colors whose split of 24 pictures, 4 of them held out, is recorded beside it. */
beforeAll(async () => {
  await useBackendUnderTest();
  folder = await temporaryFolder();
  await writeColors(at('photos'), { red: 12, blue: 12 });
  const split = await imageFolder(at('photos'), { size: 32, validation: 0.2, workers: 0 });
  const model = googLeNet({ classes: 2, inputShape: [32, 32, 3], widthMultiplier: 0.125, finalModule: 'inception_3a', seed: 1 });
  model.labels = [...split.classes];
  await saveModel(model, at('model'));
  await saveModel(model, at('without'));
  await writeManifest(at('model', 'manifest.json'), datasetManifest(split)!);
  model.dispose();
});
afterAll(removeFolders);

const evaluate = (...args: string[]) => runHere(['evaluate', ...args, ...ON_BACKEND, '--json'], folder);

/** How many pictures were measured. */
const countOf = (stdout: string): number => (JSON.parse(stdout) as { count: number }).count;

describe('inception evaluate --split', () => {
  it.each([
    { side: 'validation', count: 4 },
    { side: 'train', count: 20 },
  ])('$side measures the $count pictures of that side and says nothing else', async ({ side, count }) => {
    const { code, stdout, stderr } = await evaluate('model', 'photos', '--split', side);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(countOf(stdout)).toBe(count);
  });

  it('without it all 24 are measured, and a note says that 20 were trained on', async () => {
    const { code, stdout, stderr } = await evaluate('model', 'photos');
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: 'note: 20 of 24 pictures were trained on; --split validation measures the others\n',
    });
    expect(countOf(stdout)).toBe(24);
  });

  it('knows a picture that was trained on by its bytes, under another name too; others get no note', async () => {
    const { pictures } = datasetManifest(await imageFolder(at('photos'), { size: 32, validation: 0.2, workers: 0 }))!;
    const trained = pictures.find(({ split, label }) => split === 'train' && label === 'red')!;
    await writeColors(at('others'), { blue: 0, green: 0 });
    await mkdir(at('others', 'red'), { recursive: true });
    await copyFile(at('photos', trained.path), at('others', 'red', 'renamed.png'));
    expect((await evaluate('model', 'others')).stderr).toBe(
      'note: 1 of 1 pictures were trained on; --split validation measures the others\n',
    );
    expect((await evaluate('without', 'photos')).stderr).toBe('');
    await writeFile(at('without', 'manifest.json'), '{ "name": "the manifest of a web page" }');
    expect((await evaluate('without', 'photos')).stderr).toBe('');
    await rm(at('without', 'manifest.json'));
  });

  it('takes a manifest for the data: its folder is where the pictures are, and without --split all of them are measured', async () => {
    const rows = ['red', 'blue'].flatMap((label) =>
      [0, 1, 2].map((i) => `photos/${label}/${i}.png,${label},${i ? 'train' : 'validation'}`),
    );
    await writeFile(at('some.csv'), `path,label,split\n${rows.join('\n')}\n`);
    expect(countOf((await evaluate('model', 'some.csv')).stdout)).toBe(6);
    await writeFile(at('photos', 'list.csv'), 'path,label\nred/0.png,red\n');
    expect(countOf((await evaluate('model', join('photos', 'list.csv'), '--split', 'validation')).stdout)).toBe(4);
    await rm(at('photos', 'list.csv'));
  });

  it('leaves out what is missing or changed and says how many; with none left it fails', async () => {
    const { pictures } = datasetManifest(await imageFolder(at('photos'), { size: 32, validation: 0.2, workers: 0 }))!;
    const [gone, changed] = pictures.filter(({ split }) => split === 'validation').map(({ path }) => at('photos', path));
    await rename(gone, `${gone}.away`);
    await copyFile(changed, `${changed}.away`);
    await writeFile(changed, 'something else');
    const { code, stdout, stderr } = await evaluate('model', 'photos', '--split', 'validation');
    expect([code, countOf(stdout)]).toEqual([0, 2]);
    expect(stderr).toMatch(/^left out 2 unreadable files:\n/);
    expect(stderr).toMatch(/note: 2 of the 4 pictures of the validation side are missing or changed; the figures are of the other 2\n$/);
    for (const path of [gone, changed]) await rename(`${path}.away`, path);
    expectError(
      await evaluate('model', 'others', '--split', 'validation'),
      1,
      /'none in blue, red'\. 4 could not be read; the first, .*ENOENT/,
    );
  });

  it('needs the record beside the model, data that is there, and train or validation', async () => {
    expectError(
      await evaluate('without', 'photos', '--split', 'validation'),
      1,
      /--split: expected the split that inception train records/,
    );
    expectError(await evaluate('model', 'nowhere', '--split', 'validation'), 1, /expected a folder or a manifest, got 'nowhere'/);
    expectError(await evaluate('model', 'photos', '--split', 'test'), 2, /--split: expected one of train, validation, got 'test'/);
  });
});
