import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { readPackageJsonFiles } from '../../src/data/installedPackage.js';
import { imageFolder } from '../../src/data/imageFolder.js';
import { writePictures, type WrittenPictures } from '../../src/data/pictures.js';
import { expectFailure, removeFolders, temporaryFolder } from './pictureFiles.js';

let folder: string;
let written: WrittenPictures;

beforeAll(async () => {
  folder = join(await temporaryFolder(), 'pictures');
  written = await writePictures(folder, { size: 16 });
});
afterAll(removeFolders);

/** Files of one side as `[class, concept, artist]`. */
async function filesOf(side: 'train' | 'validation'): Promise<[string, string, string][]> {
  const classes = await readdir(join(folder, side));
  const lists = await Promise.all(
    classes.map(async (name) =>
      (await readdir(join(folder, side, name))).map((file): [string, string, string] => {
        const [, concept, artist] = /^(.*)-(noto|fluent|twemoji)\.png$/.exec(file)!;
        return [name, concept, artist];
      }),
    ),
  );
  return lists.flat();
}

describe('the packaged pictures (noto 1.2.9, fluent-emoji-flat 1.2.6, twemoji 1.2.5)', () => {
  it('are 2,043: animals 473, food 399, smileys 512, travel 659', async () => {
    const files = [...(await filesOf('train')), ...(await filesOf('validation'))];
    const counts = Object.fromEntries(
      ['animals', 'food', 'smileys', 'travel'].map((name) => [name, files.filter(([label]) => label === name).length]),
    );
    expect(counts).toEqual({ animals: 473, food: 399, smileys: 512, travel: 659 });
    expect(files).toHaveLength(2043);
  });

  it('are of 688 concepts, none of which stands on both sides, a fifth of them held out', async () => {
    const [train, validation] = [await filesOf('train'), await filesOf('validation')].map(
      (files) => new Set(files.map(([, concept]) => concept)),
    );
    expect([...train].filter((concept) => validation.has(concept))).toEqual([]);
    expect(train.size + validation.size).toBe(688);
    expect(written.concepts).toEqual({ train: train.size, validation: validation.size });
    expect(validation.size / 688).toBeCloseTo(0.2, 2);
  });

  it('have one concept for each of the five characters that the sets name differently', async () => {
    const files = [...(await filesOf('train')), ...(await filesOf('validation'))];
    const artists = (concept: string): string[] => files.filter(([, of]) => of === concept).map(([, , artist]) => artist);
    for (const concept of ['black-bird', 'phoenix', 'enraged-face', 'smiling-face-with-open-hands', 'face-with-crossed-out-eyes']) {
      expect(artists(concept).sort()).toEqual(['fluent', 'noto', 'twemoji']);
    }
    for (const other of ['blackbird', 'phoenix-bird', 'pouting-face', 'hugging-face', 'knocked-out-face'])
      expect(artists(other)).toEqual([]);
  });

  it('are colour pictures of the size asked for, on white', async () => {
    const file = join(folder, 'train/animals', (await readdir(join(folder, 'train/animals')))[0]);
    const { width, height, hasAlpha } = await sharp(file).metadata();
    expect([width, height, hasAlpha]).toEqual([16, 16, false]);
    const { data } = await sharp(file).raw().toBuffer({ resolveWithObject: true });
    expect(new Set(data).size).toBeGreaterThan(10);
    const corners = await Promise.all(
      (await filesOf('validation')).slice(0, 60).map(
        async ([label, concept, artist]) =>
          (
            await sharp(join(folder, 'validation', label, `${concept}-${artist}.png`))
              .raw()
              .toBuffer()
          )[0],
      ),
    );
    expect(corners.filter((value) => value === 255).length).toBeGreaterThan(30);
  });

  it('go through imageFolder like any photos', async () => {
    const { train, validation, classes, unreadable } = await imageFolder(written.train, { size: 16, validation: written.validationFolder });
    expect(classes).toEqual(['animals', 'food', 'smileys', 'travel']);
    expect([train.classCounts, validation.classCounts]).toEqual([written.counts.train, written.counts.validation]);
    expect(unreadable).toEqual([]);
  });

  it('name their artists and licences', async () => {
    const text = await readFile(join(folder, 'LICENSES.txt'), 'utf8');
    for (const part of [
      'artwork, not photographs',
      'Apache-2.0',
      'MIT',
      'CC-BY-4.0',
      'Google',
      'Microsoft',
      'Twitter',
      '@iconify-json/noto 1.2.9',
    ])
      expect(text).toContain(part);
  });

  it('are used again when complete, written again when a file is missing or the seed is another', async () => {
    expect((await writePictures(folder, { size: 16 })).reused).toBe(true);
    const copy = join(await temporaryFolder(), 'copy');
    await cp(folder, copy, { recursive: true });
    expect((await writePictures(copy, { size: 16 })).reused).toBe(true);
    await rm(join(copy, 'train/food', (await readdir(join(copy, 'train/food')))[0]));
    expect((await writePictures(copy, { size: 16 })).reused).toBe(false);
    expect((await readdir(join(copy, 'train/food'))).length).toBe(written.counts.train[1]);
    const other = await writePictures(copy, { size: 16, seed: 1 });
    expect(other.reused).toBe(false);
    expect(await readdir(join(copy, 'validation/food'))).not.toEqual(await readdir(join(folder, 'validation/food')));
    expect(await readdir(join(copy, '..'))).toEqual(['copy']);
  });

  it('never replace what something else wrote', async () => {
    const other = await temporaryFolder();
    await mkdir(join(other, 'mine'));
    await writeFile(join(other, 'file'), 'x');
    await expectFailure(
      () => writePictures(other, { size: 16 }),
      'INVALID_ARGUMENT',
      /^writePictures\.directory: expected an empty folder or one written before, got .*2 other files.*nothing was changed/,
    );
    await expectFailure(
      () => writePictures(join(other, 'file'), { size: 16 }),
      'INVALID_ARGUMENT',
      /^writePictures\.directory: expected a folder, or nothing there yet/,
    );
    await expectFailure(() => writePictures(join(other, 'file/below'), { size: 16 }), 'INVALID_ARGUMENT', /^writePictures\.directory/);
    expect((await readdir(other)).sort()).toEqual(['file', 'mine']);
  });

  it.each([
    { options: { size: 4 }, message: /^writePictures\.size: expected a whole number of pixels from 8 to 1024, got 4/ },
    { options: { validation: 0 }, message: /^writePictures\.validation/ },
    { options: { seed: -1 }, message: /^writePictures\.seed/ },
  ])('$options is refused', async ({ options, message }) => {
    await expectFailure(() => writePictures('nowhere', options), 'INVALID_ARGUMENT', message);
  });
});

it('a package that is not installed is an error with the one line that installs it', async () => {
  const call = (): unknown =>
    readPackageJsonFiles('digits', 'no-such-package-here', ['a.json'], ['no-such-package-here@1', 'and-another@2']);
  await expectFailure(
    call,
    'MISSING_PACKAGE',
    /^digits: expected the package no-such-package-here, got none installed\. Install it: npm i -D no-such-package-here@1 and-another@2$/,
  );
});
