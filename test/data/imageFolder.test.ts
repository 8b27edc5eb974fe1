import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { LIGHT_AUGMENTATION, PAPER_AUGMENTATION } from '../../src/data/augmentation.js';
import type { ImageBatch } from '../../src/data/dataset.js';
import { decodeImage } from '../../src/data/decodeImage.js';
import { describeFolder } from '../../src/data/describeFolder.js';
import { imageFolder } from '../../src/data/imageFolder.js';
import type { ImageFolderOptions } from '../../src/data/imageFolderOptions.js';
import { allBatches, expectFailure, gradient, namesOf, removeFolders, temporaryFolder, writeClasses, writePlain } from './pictureFiles.js';

afterEach(removeFolders);

const read = (folder: string, options: Partial<ImageFolderOptions> = {}) => imageFolder(folder, { size: 8, batch: 4, ...options });

/** Every byte and index of some batches, to compare. */
const contents = (batches: ImageBatch[]) =>
  batches.map(({ pixels, labels, indices, shape }) => ({ pixels: Buffer.from(pixels).toString('hex'), labels, indices, shape }));

describe('a folder of class folders', () => {
  it('becomes batches of every picture once, of 3, 4 and 4 for 11 in batches of 4: names, labels, shapes, counts', async () => {
    const folder = await temporaryFolder();
    await writeClasses(folder, { dogs: 5, cats: 6 });
    const { train, validation, classes } = await read(folder);
    expect(classes).toEqual(['cats', 'dogs']);
    expect(validation).toBeUndefined();
    expect([train.count, train.classCounts, train.batchesPerEpoch, train.size]).toEqual([11, [6, 5], 3, [8, 8]]);
    const batches = await allBatches(train, 0);
    expect(batches.map(({ shape }) => shape)).toEqual([[3, 8, 8, 3], [4, 8, 8, 3], [4, 8, 8, 3]]); // prettier-ignore
    for (const { labels, indices } of batches) {
      indices.forEach((index, i) => expect(train.nameOf(index).startsWith(`${classes[labels[i]]}/`)).toBe(true));
    }
    expect((await namesOf(train)).sort()).toEqual([
      ...Array.from({ length: 6 }, (_, i) => `cats/${i}.png`),
      ...Array.from({ length: 5 }, (_, i) => `dogs/${i}.png`),
    ]);
  });

  it('sorts classes by character code, whatever the locale', async () => {
    const folder = await temporaryFolder();
    await writeClasses(folder, { ä: 1, z: 1, Z: 1, a: 1, 10: 1, 9: 1 });
    expect((await read(folder)).classes).toEqual(['10', '9', 'Z', 'a', 'z', 'ä']);
  });

  it('is walked below the class folders, follows links but not in circles, and passes over hidden and other files', async () => {
    const folder = await temporaryFolder();
    const elsewhere = await temporaryFolder();
    await writeClasses(folder, { a: 1, b: 1 });
    await writePlain(join(folder, 'a/deep/er/1.jpg'), [1, 2, 3]);
    await writePlain(join(elsewhere, 'linked.webp'), [1, 2, 3]);
    await symlink(elsewhere, join(folder, 'a/link'));
    await symlink('..', join(folder, 'a/deep/circle'));
    await symlink(folder, join(folder, 'a/everything'));
    await symlink(join(folder, 'b/0.png'), join(folder, 'a/file.png'));
    await symlink(join(folder, 'nothing'), join(folder, 'a/broken.png'));
    for (const name of ['.DS_Store', '.hidden.png', 'Thumbs.db', 'notes.txt']) await writeFile(join(folder, 'a', name), 'x');
    await writePlain(join(folder, '.git/0.png'), [1, 2, 3]);
    await writePlain(join(folder, 'loose.png'), [1, 2, 3]);
    const { train, unreadable, ignored } = await read(folder);
    expect((await namesOf(train)).sort()).toEqual(['a/0.png', 'a/deep/er/1.jpg', 'a/file.png', 'a/link/linked.webp', 'b/0.png']);
    expect(unreadable).toEqual([{ path: join(folder, 'a/broken.png'), reason: 'The link leads nowhere.' }]);
    expect(ignored).toBe(3);
  });

  it('labels by a given list of classes, of which it may lack some, but has no others', async () => {
    const folder = await temporaryFolder();
    await writeClasses(folder, { b: 2 });
    const { train, classes } = await read(folder, { classes: ['c', 'b', 'a'] });
    expect([classes, train.classCounts]).toEqual([['c', 'b', 'a'], [0, 2, 0]]); // prettier-ignore
    await expectFailure(
      () => read(folder, { classes: ['a', 'c'] }),
      'INVALID_ARGUMENT',
      /expected folders named after the classes a, c, got \[ 'b' \]/,
    );
  });
});

describe('the manifest of a dataset', () => {
  it('lists every picture by its index with class and SHA-256, the same with and without cache; no SHA-256 of files not read', async () => {
    const folder = await temporaryFolder();
    await writeClasses(folder, { a: 3, b: 4 });
    const { train, validation } = await read(folder, { validation: 0.3, classes: ['b', 'a'] });
    for (const dataset of [train, validation!]) {
      const manifest = dataset.manifest!();
      expect(manifest.map(({ name }) => name)).toEqual(Array.from({ length: dataset.count }, (_, i) => dataset.nameOf(i)));
      for (const { name, label, sha256 } of manifest) {
        expect(label).toBe(name[0]);
        expect(sha256).toBe(createHash('sha256').update(await readFile(join(folder, name))).digest('hex')); // prettier-ignore
      }
    }
    const other = await read(folder, { validation: 0.3, classes: ['b', 'a'], cacheBytes: 0 });
    expect(other.train.manifest!()).toEqual(train.manifest!());
    const unread = (await read(folder, { verify: false })).train.manifest!();
    expect(unread[0]).toEqual({ name: 'a/0.png', label: 'a' });
  });
});

describe('validation pictures', () => {
  it('are seen as decodeImage sees them, byte for byte, and so are training pictures without augmentation', async () => {
    const folder = await temporaryFolder();
    await writeClasses(folder, { a: 1, b: 3 });
    await sharp(gradient(90, 70), { raw: { width: 90, height: 70, channels: 3 } })
      .jpeg()
      .toFile(join(folder, 'a/photo.jpg'));
    const { train, validation } = await read(folder, { size: [16, 24], validation: 0.5, cropFraction: 0.7 });
    for (const dataset of [train, validation!]) {
      for (const { pixels, indices } of await allBatches(dataset, 0)) {
        for (const [i, index] of indices.entries()) {
          const alone = await decodeImage(join(folder, dataset.nameOf(index)), { size: [16, 24], cropFraction: 0.7 });
          expect(Buffer.compare(alone.pixels, pixels.subarray(i * 1152, (i + 1) * 1152))).toBe(0);
        }
      }
    }
  });

  it('are a fifth of every class at 0.2, at least one of two, and none of a single picture', async () => {
    const folder = await temporaryFolder();
    await writeClasses(folder, { a: 20, b: 2, c: 1 });
    const { train, validation } = await read(folder, { validation: 0.2 });
    expect([train.classCounts, validation!.classCounts]).toEqual([[16, 1, 1], [4, 1, 0]]); // prettier-ignore
  });

  it('stay the same when a file joins another class, and when another one does not decode', async () => {
    const folder = await temporaryFolder();
    await writeClasses(folder, { a: 12, b: 12 });
    const heldOut = async (): Promise<string[]> => (await namesOf((await read(folder, { validation: 0.25, seed: 3 })).validation!)).sort();
    const before = await heldOut();
    expect(before).toHaveLength(6);
    await writePlain(join(folder, 'b/new.png'), [9, 9, 9]);
    expect((await heldOut()).filter((name) => name.startsWith('a/'))).toEqual(before.filter((name) => name.startsWith('a/')));
    await rename(join(folder, 'b/new.png'), join(folder, 'b/new.txt'));
    for (let i = 0; i < 8; i++) await writeFile(join(folder, 'a', `broken-${i}.jpg`), 'no picture');
    expect(await heldOut()).toEqual(before);
    expect((await namesOf((await read(folder, { validation: 0.25, seed: 4 })).validation!)).sort()).not.toEqual(before);
  });

  it('come in the same order every epoch; training pictures in another', async () => {
    const folder = await temporaryFolder();
    await writeClasses(folder, { a: 10, b: 10 });
    const { train, validation } = await read(folder, { validation: 0.3 });
    expect(await namesOf(validation!, 1)).toEqual(await namesOf(validation!, 0));
    expect(await namesOf(validation!)).toEqual([...(await namesOf(validation!))].sort());
    expect(await namesOf(train, 1)).not.toEqual(await namesOf(train, 0));
    const { train: inOrder } = await read(folder, { shuffle: false });
    expect(await namesOf(inOrder, 3)).toEqual([...(await namesOf(inOrder, 0))].sort());
  });

  it('may come from a folder with the same classes; others are listed', async () => {
    const [folder, other] = [await temporaryFolder(), await temporaryFolder()];
    await writeClasses(folder, { a: 3, b: 3, c: 1 });
    await writeClasses(other, { a: 1, b: 2, d: 1 });
    await expectFailure(
      () => read(folder, { validation: other }),
      'INVALID_ARGUMENT',
      /imageFolder\.validation: .*\n {2}- c\n {2}\+ d\nName the folders alike/,
    );
    await rename(join(other, 'd'), join(other, 'c'));
    const { train, validation } = await read(folder, { validation: other });
    expect([train.classCounts, validation!.classCounts]).toEqual([[3, 3, 1], [1, 2, 1]]); // prettier-ignore
  });
});

describe('the batches are a function of (folder, seed, epoch) alone', () => {
  const photos = async (): Promise<string> => {
    const folder = await temporaryFolder();
    for (const [i, name] of ['a/0', 'a/1', 'a/2', 'b/0', 'b/1', 'b/2', 'b/3'].entries()) {
      await mkdir(join(folder, name[0]), { recursive: true });
      await sharp(gradient(40 + i, 30 + i), { raw: { width: 40 + i, height: 30 + i, channels: 3 } })
        .png()
        .toFile(join(folder, `${name}.png`));
    }
    return folder;
  };
  const options: Partial<ImageFolderOptions> = { augmentation: PAPER_AUGMENTATION, seed: 11, batch: 2, size: 10 };

  it('cache, prefetch depth, verification and number of threads do not change a byte', async () => {
    const folder = await photos();
    const expected = contents(await allBatches((await read(folder, options)).train, 2));
    expect(expected).toHaveLength(4);
    for (const other of [{ cacheBytes: 0 }, { cacheBytes: 6000 }, { prefetch: 0 }, { prefetch: 9 }, { verify: false }, { workers: 0 }]) {
      expect(contents(await allBatches((await read(folder, { ...options, ...other })).train, 2))).toEqual(expected);
    }
  });

  it('starting from batch 2 gives what the whole epoch gives from there', async () => {
    const { train } = await read(await photos(), options);
    expect(contents(await allBatches(train, 5, 2))).toEqual(contents(await allBatches(train, 5)).slice(2));
    expect(await allBatches(train, 5, 4)).toEqual([]);
  });

  it('seeds and epochs differ in their pixels, not only in their order', async () => {
    const folder = await photos();
    const first = async (seed: number, epoch: number): Promise<string> => {
      const { train } = await read(folder, { ...options, seed, shuffle: false });
      return contents(await allBatches(train, epoch))[0].pixels;
    };
    expect(new Set([await first(1, 0), await first(1, 1), await first(2, 0)]).size).toBe(3);
  });

  it('two loops over one dataset at once do not disturb each other', async () => {
    const { train } = await read(await photos(), options);
    const [one, two] = await Promise.all([allBatches(train, 0), allBatches(train, 0)]);
    expect(contents(one)).toEqual(contents(two));
  });
});

describe('pictures that cannot be read', () => {
  const damaged = async (): Promise<string> => {
    const folder = await temporaryFolder();
    await writeClasses(folder, { a: 3, b: 3 });
    const jpeg = await sharp(gradient(200, 200), { raw: { width: 200, height: 200, channels: 3 } })
      .jpeg()
      .toBuffer();
    await writeFile(join(folder, 'a/cut.jpg'), jpeg.subarray(0, jpeg.length / 2));
    await writeFile(join(folder, 'a/empty.png'), '');
    await writeFile(join(folder, 'b/text.jpg'), 'no picture');
    await writeFile(join(folder, 'b/IMG_1.HEIC'), 'x');
    await writeFile(join(folder, 'b/scan.bmp'), 'BM');
    return folder;
  };

  it('are left out, counted and named with the reason: truncated, empty, text, HEIC with its converter, BMP', async () => {
    const folder = await damaged();
    const { train, validation, unreadable } = await read(folder, { validation: 0.34 });
    expect(train.count + validation!.count).toBe(6);
    expect(unreadable.map(({ path }) => path)).toEqual(
      ['a/cut.jpg', 'a/empty.png', 'b/IMG_1.HEIC', 'b/scan.bmp', 'b/text.jpg'].map((name) => join(folder, name)),
    );
    const reasons = unreadable.map(({ reason }) => reason);
    expect(reasons[0]).toMatch(/does not decode \(.*\)/);
    expect(reasons[1]).toMatch(/got an empty file/);
    expect(reasons[2]).toMatch(/heif-convert IN\.heic OUT\.jpg .*sips -s format jpeg/);
    expect(reasons[3]).toMatch(/magick/);
    expect(reasons[4]).toMatch(/does not decode/);
    expect((await allBatches(train, 0)).length).toBeGreaterThan(0);
  });

  it("are an error with onUnreadable: 'fail', which names them", async () => {
    const folder = await damaged();
    await expectFailure(
      () => read(folder, { onUnreadable: 'fail' }),
      'UNREADABLE_IMAGE',
      /got 2 that are not:\n {2}.*IMG_1\.HEIC: HEIC photos[\s\S]*onUnreadable: 'skip'/,
    );
    for (const name of ['b/IMG_1.HEIC', 'b/scan.bmp']) await rename(join(folder, name), join(folder, `${name}.txt`));
    await expectFailure(() => read(folder, { onUnreadable: 'fail' }), 'UNREADABLE_IMAGE', /got 3 that are not:[\s\S]*a\/cut\.jpg/);
  });

  it('are listed once where they stand on both sides, and however many epochs follow', async () => {
    const folder = await damaged();
    const manifest = join(folder, 'train.csv');
    await writeFile(manifest, 'path,label\na/0.png,a\na/cut.jpg,a\nb/0.png,b\nb/scan.bmp,b\n');
    const { train, validation, unreadable } = await read(manifest, { validation: folder, cacheBytes: 0 });
    expect([train.count, validation!.count, unreadable.length]).toEqual([2, 6, 5]);
    for (const epoch of [0, 1]) await allBatches(train, epoch);
    expect(unreadable).toHaveLength(5);
  });

  it('that change or vanish between scan and epoch end the epoch by name and say how to go on', async () => {
    const folder = await temporaryFolder();
    await writeClasses(folder, { a: 2, b: 2 });
    const { train } = await read(folder, { cacheBytes: 0 });
    await rename(join(folder, 'a/0.png'), join(folder, 'a/gone.png'));
    const goOn = 'Put the file back and go on from the last checkpoint, or read the folder again with verify: true';
    await expectFailure(
      () => allBatches(train, 0),
      'UNREADABLE_IMAGE',
      new RegExp(`/a/0\\.png: expected a picture that can still be read, got: The file cannot be opened \\(ENOENT\\)\\. ${goOn}`),
    );
    await writeFile(join(folder, 'a/0.png'), 'no picture');
    await expectFailure(() => allBatches(train, 0), 'UNREADABLE_IMAGE', new RegExp(`/a/0\\.png: .*got one that does not decode .*${goOn}`));
    await writePlain(join(folder, 'a/0.png'), [1, 2, 3]);
    expect(await allBatches(train, 0)).toHaveLength(1);
  });

  it('end the epoch in the same way where no file was read beforehand', async () => {
    const { train, unreadable } = await read(await damaged(), { verify: false });
    expect(unreadable).toHaveLength(2);
    await expectFailure(
      () => allBatches(train, 0),
      'UNREADABLE_IMAGE',
      /expected a picture that can still be read, got: .* verify: true, which leaves out/,
    );
  });

  it('progress is told up to the number of files', async () => {
    const folder = await damaged();
    const told: string[] = [];
    await read(folder, { onProgress: (done, total) => told.push(`${done}/${total}`) });
    expect(told.at(-1)).toBe('9/9');
  });
});

describe('folders that cannot be trained on are errors that say what to do', () => {
  it('a missing folder, a file, an empty folder, loose pictures, one class, an empty class, a split', async () => {
    const folder = await temporaryFolder();
    const at = (name: string): string => join(folder, name);
    await expectFailure(() => read(at('none')), 'NOT_FOUND', /^imageFolder\.path: expected a folder, got '.*none'\. Check the path/);
    await writeFile(at('file'), 'x');
    await expectFailure(
      () => read(at('file')),
      'NOT_FOUND',
      /expected a folder, got 'the file .*file'\. Give the folder that holds one folder/,
    );
    await mkdir(at('empty'));
    await expectFailure(
      () => read(at('empty')),
      'EMPTY_DATASET',
      /expected one folder of pictures per class in .*empty, got no folder\. Make a folder/,
    );
    await writePlain(at('loose/1.png'), [1, 2, 3]);
    await expectFailure(() => read(at('loose')), 'EMPTY_DATASET', /got no folder but 1 loose picture/);
    await writeClasses(at('one'), { a: 3 });
    await expectFailure(() => read(at('one')), 'EMPTY_DATASET', /expected two class folders or more, got \[ 'a' \]\. Add a folder/);
    await writeClasses(at('hollow'), { a: 3, b: 0 });
    await expectFailure(
      () => read(at('hollow')),
      'EMPTY_DATASET',
      /expected a readable picture in every class, got 'none in b'\. Add pictures or remove/,
    );
    await copyFile(at('file'), at('hollow/b/broken.jpg'));
    await expectFailure(
      () => read(at('hollow')),
      'EMPTY_DATASET',
      /got 'none in b'\. 1 could not be read; the first, .*broken\.jpg: .*does not decode/,
    );
    await writeClasses(at('split'), { train: 1, val: 1 });
    await expectFailure(
      () => read(at('split')),
      'INVALID_ARGUMENT',
      /These look like a split: give .*split\/train as the folder and .*split\/val as validation/,
    );
    await writeClasses(at('single'), { a: 1, b: 1 });
    await expectFailure(
      () => read(at('single'), { validation: 0.5 }),
      'EMPTY_DATASET',
      /^imageFolder\.validation: expected a class with two readable pictures/,
    );
  });

  it.each([
    { options: { size: -1 }, message: /^imageFolder\.size/ },
    { options: { batch: 0 }, message: /^imageFolder\.batch: expected a positive whole number, got 0/ },
    { options: { seed: 1.5 }, message: /^imageFolder\.seed: expected a whole number from 0 to 2⁵³ − 1, got 1\.5/ },
    { options: { workers: -1 }, message: /^imageFolder\.workers/ },
    { options: { prefetch: NaN }, message: /^imageFolder\.prefetch/ },
    {
      options: { validation: 1 },
      message: /^imageFolder\.validation: expected a share of each class, 0 < share < 1, or a folder or manifest, got 1/,
    },
    { options: { cropFraction: 0 }, message: /^imageFolder\.cropFraction/ },
    { options: { cacheBytes: -1 }, message: /^imageFolder\.cacheBytes/ },
    { options: { onUnreadable: 'ignore' }, message: /^imageFolder\.onUnreadable: expected 'skip' or 'fail', got 'ignore'/ },
    { options: { augmentation: { photometric: 2 } }, message: /^imageFolder\.augmentation\.photometric/ },
  ])('$options is refused before the folder is looked at', async ({ options, message }) => {
    await expectFailure(() => read('nowhere', options as never), 'INVALID_ARGUMENT', message);
  });

  it('epochs, batches and pictures that do not exist are refused', async () => {
    const folder = await temporaryFolder();
    await writeClasses(folder, { a: 2, b: 2 });
    const { train } = await read(folder);
    await expectFailure(() => train.batches(-1), 'INVALID_ARGUMENT', /^dataset\.batches\.epoch: expected a whole number from 0, got -1/);
    await expectFailure(
      () => train.batches(0, 2),
      'INVALID_ARGUMENT',
      /^dataset\.batches\.from: expected a whole number from 0 to 1, got 2/,
    );
    await expectFailure(() => train.nameOf(4), 'INVALID_ARGUMENT', /^dataset\.nameOf\.index: expected a whole number from 0 to 3, got 4/);
  });
});

describe('describeFolder', () => {
  it('tells counts, imbalance, pictures that look alike on both sides, ignored and unreadable files', async () => {
    const folder = await temporaryFolder();
    await writeClasses(folder, { cats: 12, dogs: 2 });
    await writeFile(join(folder, 'cats/notes.txt'), 'x');
    await writeFile(join(folder, 'dogs/empty.jpg'), '');
    expect(describeFolder(await read(folder, { validation: 0.2, augmentation: LIGHT_AUGMENTATION }))).toBe(
      [
        `${folder}: 2 classes`,
        '  training    11 pictures (cats 10, dogs 1)',
        '  validation  3 pictures (cats 2, dogs 1)',
        "  unbalanced: cats has 10 times as many pictures as dogs; accuracy will favour it. Add pictures of the small classes, or train with sampling: 'balanced' or classWeights: 'balanced'.",
        "  duplicates: 3 held-out pictures look like training pictures: accuracy may look better than it is; leave them out of training with duplicates: 'drop' (--duplicates drop)",
        '    cats/0.png (cats, train) = cats/1.png (cats, train) = cats/10.png (cats, train) and 9 more',
        '    dogs/0.png (dogs, train) = dogs/1.png (dogs, validation)',
        '  ignored: 1 file that is no picture',
        '  left out: 1 picture that cannot be read',
        `    ${join(folder, 'dogs/empty.jpg')}: expected a picture, got an empty file.`,
      ].join('\n'),
    );
  });
});
