import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { datasetManifest } from '../../src/data/datasetManifest.js';
import { findPictures } from '../../src/data/findPictures.js';
import { sha256Of } from '../../src/data/fingerprint.js';
import { glanceAtFolder } from '../../src/data/glanceAtFolder.js';
import { imageArrays } from '../../src/data/imageArrays.js';
import { imageFolder } from '../../src/data/imageFolder.js';
import type { ImageFolderOptions } from '../../src/data/imageFolderOptions.js';
import { writeManifest } from '../../src/training/writeManifest.js';
import { computingMs } from '../computingMs.js';
import { expectFailure, namesOf, removeFolders, temporaryFolder, writeClasses, writePlain } from './pictureFiles.js';

afterEach(removeFolders);

const read = (path: string, options: Partial<ImageFolderOptions> = {}) => imageFolder(path, { size: 8, batch: 4, workers: 0, ...options });

const writeJson = (path: string, pictures: unknown, more: object = {}): Promise<void> =>
  writeFile(path, JSON.stringify({ version: 1, ...more, pictures }));

/** A folder with four pictures of cats and four of dogs, and what a manifest would say of them. */
async function catsAndDogs() {
  const folder = await temporaryFolder();
  await writeClasses(folder, { cats: 4, dogs: 4 });
  const pictures = ['cats', 'dogs'].flatMap((label) => [0, 1, 2, 3].map((i) => ({ path: `${label}/${i}.png`, label })));
  return { folder, pictures, manifest: join(folder, 'manifest.json'), csv: join(folder, 'photos.csv') };
}

describe('A manifest in place of class folders', () => {
  it('gives the same pictures, names, classes and split as the folder, as JSON and as CSV', async () => {
    const { folder, pictures, manifest, csv } = await catsAndDogs();
    await writeJson(manifest, [...pictures].reverse());
    await writeFile(csv, `label,path\r\n${pictures.map(({ path, label }) => `${label},"${path}"\r\n`).join('')}`);
    const expected = await read(folder, { validation: 0.25, seed: 3 });
    for (const path of [manifest, csv]) {
      const { train, validation, classes, directory } = await read(path, { validation: 0.25, seed: 3 });
      expect([classes, directory, train.classCounts]).toEqual([['cats', 'dogs'], folder, [3, 3]]); // prettier-ignore
      expect(await namesOf(train)).toEqual(await namesOf(expected.train));
      expect(await namesOf(validation!)).toEqual(await namesOf(expected.validation!));
    }
  });

  it('may name files anywhere: above its folder, by absolute path, in one folder for all classes; its classes have its own order', async () => {
    const { folder, manifest } = await catsAndDogs();
    const absolute = join(folder, 'cats/1.png');
    await mkdir(join(folder, 'lists'));
    const below = join(folder, 'lists', 'all.json');
    await writeJson(
      below,
      [
        { path: '../cats/0.png', label: 'small' },
        { path: absolute, label: 'small' },
        { path: './.././cats//2.png', label: 'large' },
      ],
      { classes: ['small', 'large'] },
    );
    const { train, classes } = await read(below, { shuffle: false });
    expect(classes).toEqual(['small', 'large']);
    expect(await namesOf(train)).toEqual(['../cats/0.png', absolute, '../cats/2.png']);
    await rename(below, manifest);
    const elsewhere = await read(manifest, { directory: join(folder, 'lists'), shuffle: false });
    expect(await namesOf(elsewhere.train)).toEqual(['../cats/0.png', absolute, '../cats/2.png']);
  });

  it("with splits in it says what is held out; side takes one side, or 'all'", async () => {
    const { pictures, manifest } = await catsAndDogs();
    const split = pictures.map((picture, at) => ({ ...picture, split: at % 4 === 1 ? 'validation' : 'train' }));
    await writeJson(manifest, split);
    const { train, validation } = await read(manifest);
    expect([train.classCounts, validation?.classCounts]).toEqual([[3, 3], [1, 1]]); // prettier-ignore
    expect(await namesOf(validation!)).toEqual(['cats/1.png', 'dogs/1.png']);
    const side = await read(manifest, { side: 'validation', shuffle: false });
    expect([await namesOf(side.train), side.validation]).toEqual([['cats/1.png', 'dogs/1.png'], undefined]);
    expect((await read(manifest, { side: 'train' })).train.count).toBe(6);
    const all = await read(manifest, { side: 'all', validation: 0.5 });
    expect([all.train.count, all.validation?.count]).toEqual([4, 4]);
    expect(await glanceAtFolder(manifest)).toMatchObject({ classes: ['cats', 'dogs'], pictures: 6, heldOut: 2, shorterSide: 12 });
    await expectFailure(
      () => read(manifest, { validation: 0.2 }),
      'INVALID_ARGUMENT',
      /^imageFolder\.validation: expected nothing, as .*manifest\.json records a split, got 0\.2\. Leave validation out/,
    );
    await expectFailure(() => glanceAtFolder(manifest, 0.2), 'INVALID_ARGUMENT', /records a split, got 0\.2/);
  });

  it('may be the validation of another, or of a folder, if its classes are the same and it records no split itself', async () => {
    const { folder, pictures, manifest, csv } = await catsAndDogs();
    await writeJson(manifest, pictures.filter((_, at) => at % 4 > 0)); // prettier-ignore
    await writeFile(csv, 'path,label\ncats/0.png,cats\ndogs/0.png,dogs\n');
    const { train, validation, validationDirectory } = await read(manifest, { validation: csv });
    expect([train.count, validation?.count, validationDirectory]).toEqual([6, 2, folder]);
    expect(await glanceAtFolder(manifest, csv)).toMatchObject({ pictures: 6, heldOut: 2 });
    await writeFile(csv, 'path,label,split\ncats/0.png,cats,train\ndogs/0.png,dogs,validation\n');
    await expectFailure(() => read(manifest, { validation: csv }), 'INVALID_ARGUMENT', /all held out, got .*records a split of its own/);
    await writeFile(csv, 'path,label\ncats/0.png,cats\n');
    await expectFailure(() => read(manifest, { validation: csv }), 'INVALID_ARGUMENT', /\n {2}- dogs\n/);
  });

  it('leaves out files that are missing, that have changed since, or that no decoder here reads, each with its reason', async () => {
    const { folder, pictures, manifest } = await catsAndDogs();
    await writePlain(join(folder, 'cats/9.png'), [9, 9, 9]);
    await writeJson(manifest, [
      ...pictures,
      { path: 'cats/none.png', label: 'cats' },
      { path: 'cats/phone.heic', label: 'cats' },
      { path: 'cats/9.png', label: 'cats', sha256: sha256Of(Buffer.from('another file')) },
    ]);
    const { train, unreadable } = await read(manifest);
    expect(train.count).toBe(8);
    expect(unreadable.map(({ path }) => path)).toEqual(
      ['cats/9.png', 'cats/none.png', 'cats/phone.heic'].map((name) => join(folder, name)),
    );
    expect(unreadable[0].reason).toBe('The file is not the one that the manifest lists: its SHA-256 is another.');
    expect(unreadable[1].reason).toMatch(/ENOENT/);
    expect(unreadable[2].reason).toMatch(/heif-convert/);
    await expectFailure(() => read(manifest, { onUnreadable: 'fail' }), 'UNREADABLE_IMAGE', /got 1 that are not:\n.*phone\.heic/);
  });
});

describe('A manifest that breaks its rules is refused by the place', () => {
  const row = { path: 'a.png', label: 'a' };

  it.each([
    {
      what: 'a label that is no text',
      pictures: [row, { path: 'b.png', label: 3 }],
      message: /\.json: pictures\[1\]\.label: expected the name of a class, got 3\.$/,
    },
    {
      what: 'a picture without a path',
      pictures: [{ label: 'a' }],
      message: /\.json: pictures\[0\]\.path: expected a path, got undefined\.$/,
    },
    {
      what: 'a third side',
      pictures: [{ ...row, split: 'test' }],
      message: /pictures\[0\]\.split: expected 'train' or 'validation', got 'test'\.$/,
    },
    {
      what: 'half a SHA-256',
      pictures: [{ ...row, sha256: 'abc' }],
      message: /pictures\[0\]\.sha256: expected 64 hexadecimal digits, got 'abc'\.$/,
    },
    {
      what: 'a misspelt key',
      pictures: [{ ...row, spilt: 'train' }],
      message: /pictures\[0\]: expected keys among path, label, split, sha256, got 'spilt'\.$/,
    },
    { what: 'two mistakes', pictures: [{}, {}], message: /pictures\[0\]\.path: .* 3 more places are not as they should be\.$/ },
    { what: 'no list', pictures: 'a.png', message: /\.json: pictures: expected a list of pictures, got 'a\.png'\.$/ },
    {
      what: 'a path twice',
      pictures: [row, { path: './a.png', label: 'b' }],
      message: /pictures\[1\]\.path: expected every picture once, got 'a\.png'\. See .*pictures\[0\]\.path\.$/,
    },
    {
      what: 'a side for some',
      pictures: [
        { ...row, split: 'train' },
        { path: 'b.png', label: 'b' },
      ],
      message: /pictures\[1\]\.split: expected 'train' or 'validation', as other pictures have it, got undefined/,
    },
    {
      what: 'a label that classes lacks',
      pictures: [row, { path: 'b.png', label: 'c' }],
      more: { classes: ['a', 'b'] },
      message: /pictures\[1\]\.label: expected one of the manifest's classes, \[ 'a', 'b' \], got 'c'/,
    },
    { what: 'a class twice', pictures: [row], more: { classes: ['a', 'a'] }, message: /classes: expected every class once, got 'a'/ },
    { what: 'another version', pictures: [row], more: { version: 2 }, message: /\.json: version: expected 1, got 2\.$/ },
  ])('JSON: $what', async ({ pictures, more, message }) => {
    const path = join(await temporaryFolder(), 'manifest.json');
    await writeJson(path, pictures, more);
    await expectFailure(() => findPictures('imageFolder.path', path), 'INVALID_ARGUMENT', message);
  });

  it.each([
    {
      what: 'no column label',
      text: 'path,class\na.png,a\n',
      message: /\.csv, line 1: expected the columns path,label and as you like split,sha256, got 'path,class'\.$/,
    },
    { what: 'semicolons', text: 'path;label\na.png;a\n', message: /got 'path;label'\. Separate the cells with commas\.$/ },
    { what: 'a column twice', text: 'path,label,path\na.png,a,b.png\n', message: /line 1: expected the columns/ },
    {
      what: 'a missing cell',
      text: 'path,label\na.png,a\nb.png\n',
      message: /\.csv, line 3: expected CSV with as many cells in every row/,
    },
    { what: 'a quote that is never closed', text: 'path,label\n"a.png,a\n', message: /\.csv, line \d+: expected CSV/ },
    { what: 'an empty label', text: 'path,label\na.png,\n', message: /\.csv, line 2: label: expected the name of a class, got ''\.$/ },
    {
      what: 'a third side, after a quoted line break',
      text: 'path,label,split\n"a\nb.png",a,train\nc.png,a,test\n',
      message: /\.csv, line 4: split: expected 'train' or 'validation', got 'test'/,
    },
    {
      what: 'a path twice',
      text: 'path,label\na.png,a\nb.png,a\na.png,b\n',
      message: /line 4: path: expected every picture once, got 'a\.png'\. See .*line 2: path/,
    },
    { what: 'a side for some', text: 'path,label,split\na.png,a,train\nb.png,a,\n', message: /line 3: split: .*as other pictures have it/ },
    { what: 'nothing at all', text: '', message: /line 1: expected the columns/ },
  ])('CSV: $what', async ({ text, message }) => {
    const path = join(await temporaryFolder(), 'photos.csv');
    await writeFile(path, text);
    await expectFailure(() => findPictures('imageFolder.path', path), 'INVALID_ARGUMENT', message);
  });

  it('no JSON, no rows, no such file, another ending, an unknown side, a directory or a side for a folder', async () => {
    const { folder, pictures, manifest, csv } = await catsAndDogs();
    await writeFile(manifest, '{"version": 1,');
    await expectFailure(() => read(manifest), 'INVALID_ARGUMENT', /manifest\.json: expected JSON, got '14 characters that are none/);
    await writeFile(csv, '\uFEFFpath,label\n');
    await expectFailure(() => read(csv), 'EMPTY_DATASET', /photos\.csv: expected a manifest that lists pictures, got 'none'/);
    await writeJson(manifest, pictures);
    await expectFailure(
      () => read(manifest, { side: 'validation' }),
      'EMPTY_DATASET',
      /expected pictures whose split is 'validation', got 'none'/,
    );
    await expectFailure(() => read(join(folder, 'none.json')), 'NOT_FOUND', /imageFolder\.path: expected a manifest, got '.*none\.json'/);
    await expectFailure(() => read(join(folder, 'cats/0.png')), 'NOT_FOUND', /or a manifest that ends in \.json or \.csv/);
    await expectFailure(
      () => read(folder, { side: 'train' }),
      'INVALID_ARGUMENT',
      /imageFolder\.side: expected a manifest that records sides/,
    );
    await expectFailure(
      () => read(folder, { directory: folder }),
      'INVALID_ARGUMENT',
      /imageFolder\.directory: expected a manifest to go with it/,
    );
    await expectFailure(() => read(folder, { side: 'test' as 'train' }), 'INVALID_ARGUMENT', /'train', 'validation' or 'all', got 'test'/);
  });
});

describe('A folder and what is held out of it', () => {
  it('may lie in the same folder: a validation folder among the class folders, or below one, is no part of training', async () => {
    const folder = await temporaryFolder();
    await writeClasses(folder, { cats: 3, dogs: 3 });
    await writeClasses(join(folder, 'held out'), { cats: 1, dogs: 2 });
    const { train, validation, classes } = await read(folder, { validation: join(folder, 'held out') });
    expect([classes, train.count, validation?.count]).toEqual([['cats', 'dogs'], 6, 3]);
    await rename(join(folder, 'held out'), join(folder, 'dogs/held out'));
    const below = await read(folder, { validation: join(folder, 'dogs/held out') });
    expect([below.train.count, below.validation?.count]).toEqual([6, 3]);
  });

  it('may not be the same: not by name, not by a link, not class by class', async () => {
    const folder = await temporaryFolder();
    await writeClasses(join(folder, 'a'), { cats: 2, dogs: 2 });
    await symlink('a', join(folder, 'b'));
    await writeClasses(join(folder, 'c'), { cats: 1 });
    await symlink('../a/dogs', join(folder, 'c/dogs'));
    const same = /imageFolder\.validation: expected other pictures than the training folder's, got .* looks better than it is/;
    await expectFailure(() => read(join(folder, 'a'), { validation: join(folder, 'a') }), 'INVALID_ARGUMENT', same);
    await expectFailure(() => read(join(folder, 'a'), { validation: join(folder, 'b') }), 'INVALID_ARGUMENT', same);
    await expectFailure(
      () => read(join(folder, 'a'), { validation: join(folder, 'c') }),
      'INVALID_ARGUMENT',
      /other folders than the training/,
    );
  });

  it('may not have one folder for two classes', async () => {
    const folder = await temporaryFolder();
    await writeClasses(folder, { cats: 2, dogs: 2 });
    await symlink('cats', join(folder, 'felines'));
    await expectFailure(
      () => read(folder),
      'INVALID_ARGUMENT',
      /a folder of its own for every class, got 'cats and felines, which are both .*cats'\. Remove the link/,
    );
  });
});

describe('The record of a split', () => {
  it('lists both sides with SHA-256, and gives the same split again from another place; a changed file is noticed', async () => {
    const { folder } = await catsAndDogs();
    const first = await read(folder, { validation: 0.25 });
    const manifest = datasetManifest(first)!;
    expect(manifest.pictures.map(({ split }) => split).sort()).toEqual([...Array<string>(6).fill('train'), 'validation', 'validation']);
    expect(manifest.pictures.every(({ sha256 }) => /^[0-9a-f]{64}$/.test(sha256!))).toBe(true);
    const path = join(await temporaryFolder(), 'manifest.json');
    await writeManifest(path, manifest);
    const again = await read(path, { directory: folder });
    expect(datasetManifest(again)).toEqual(manifest);
    const [gone, changed] = manifest.pictures.filter(({ split }) => split === 'train');
    await rm(join(folder, gone.path));
    await writePlain(join(folder, changed.path), [255, 255, 255]);
    const later = await read(path, { directory: folder });
    expect([later.train.count, later.validation?.count, later.unreadable.length]).toEqual([4, 2, 2]);
  });

  it('tells a folder that is held out by the way to it; pictures from memory, and names that are alike without a folder, have none', async () => {
    const folder = await temporaryFolder();
    await writeClasses(join(folder, 'train'), { cats: 1, dogs: 1 });
    await writeClasses(join(folder, 'val'), { cats: 1, dogs: 1 });
    const both = await read(join(folder, 'train'), { validation: join(folder, 'val') });
    const paths = ['cats/0.png', 'dogs/0.png', '../val/cats/0.png', '../val/dogs/0.png'];
    expect(datasetManifest(both)?.pictures.map(({ path }) => path)).toEqual(paths);
    expect(datasetManifest({ train: both.train, validation: both.validation })).toBeUndefined();
    const memory = imageArrays({ pixels: new Uint8Array(2 * 48), labels: [0, 1], classes: ['a', 'b'], size: 4, workers: 0 });
    expect(datasetManifest({ train: memory })).toBeUndefined();
  });

  it('of 100,000 pictures is written, read and listed in seconds of computing, as JSON and as CSV', async () => {
    const folder = await temporaryFolder();
    const pictures = Array.from({ length: 100_000 }, (_, at) => ({
      path: `photos/${at % 100}/picture-${at}.jpg`,
      label: `class ${at % 100}`,
      split: at % 10 === 0 ? ('validation' as const) : ('train' as const),
      sha256: at.toString(16).padStart(64, '0'),
    }));
    const from = computingMs();
    await writeManifest(join(folder, 'm.json'), { version: 1, pictures });
    await writeFile(join(folder, 'm.csv'), `path,label,split,sha256\n${pictures.map((row) => Object.values(row).join(',')).join('\n')}\n`);
    for (const name of ['m.json', 'm.csv']) {
      const found = await findPictures('imageFolder.path', join(folder, name));
      expect([found.classes.length, found.pictures.flat().length, found.isSplit]).toEqual([100, 100_000, true]);
    }
    expect(computingMs() - from).toBeLessThan(20_000);
  });
});
