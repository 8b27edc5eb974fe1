import { mkdir, readdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import sharp from 'sharp';
import { NO_AUGMENTATION, PAPER_AUGMENTATION } from '../../src/data/augmentation.js';
import { sha256Of } from '../../src/data/fingerprint.js';
import { describeFolder } from '../../src/data/describeFolder.js';
import { imageFolder, type ImageFolder } from '../../src/data/imageFolder.js';
import type { ImageFolderOptions } from '../../src/data/imageFolderOptions.js';
import { thumbnailOf } from '../../src/data/perceptualHash.js';
import { decodingName, PictureCache } from '../../src/data/pictureCache.js';
import { startingPicture } from '../../src/data/startingPicture.js';
import { allBatches, expectFailure, gradient, removeFolders, temporaryFolder } from './pictureFiles.js';

afterEach(removeFolders);

/** Seven JPEGs of two classes, each of its own content. */
async function photos(): Promise<string> {
  const folder = await temporaryFolder();
  for (const [i, name] of ['a/0', 'a/1', 'a/2', 'b/0', 'b/1', 'b/2', 'b/3'].entries()) {
    await mkdir(join(folder, name[0]), { recursive: true });
    await sharp(gradient(60 + i, 50 + i), { raw: { width: 60 + i, height: 50 + i, channels: 3 } })
      .jpeg()
      .toFile(join(folder, `${name}.jpg`));
  }
  return folder;
}

const read = (folder: string, options: Partial<ImageFolderOptions> = {}): Promise<ImageFolder> =>
  imageFolder(folder, { size: 10, batch: 3, seed: 5, cacheBytes: 0, augmentation: PAPER_AUGMENTATION, ...options });

/** One hash of two epochs of both sides. */
async function pixelsOf({ train, validation }: ImageFolder): Promise<string> {
  const batches = [
    ...(await allBatches(train, 0)),
    ...(await allBatches(train, 1)),
    ...(validation ? await allBatches(validation, 0) : []),
  ];
  return sha256Of(Buffer.concat(batches.map(({ pixels }) => pixels)));
}

/** The paths of every entry. */
async function entriesOf(directory: string): Promise<string[]> {
  const files = await readdir(directory, { recursive: true, withFileTypes: true });
  return files.filter((file) => file.isFile() && /^[0-9a-f]{64}$/.test(file.name)).map((file) => join(file.parentPath, file.name));
}

describe('a cache directory', () => {
  it.each([
    { name: 'crops from whole pictures', options: { augmentation: PAPER_AUGMENTATION, validation: 0.3 } },
    { name: 'views of the network’s size', options: { augmentation: NO_AUGMENTATION } },
    { name: 'pictures kept in memory', options: { cacheBytes: 1e9, validation: 0.3 } },
    { name: 'a part of the pictures kept in memory', options: { cacheBytes: 10_000 } },
    { name: 'files that are not read beforehand', options: { verify: false } },
  ])('does not change a byte, empty, filled or half of it gone: $name', async ({ options }) => {
    const folder = await photos();
    const cacheDirectory = join(await temporaryFolder(), 'cache');
    const expected = await pixelsOf(await read(folder, options));
    expect(await pixelsOf(await read(folder, { ...options, cacheDirectory }))).toBe(expected);
    const entries = await entriesOf(cacheDirectory);
    expect(entries).toHaveLength(7);
    expect(await pixelsOf(await read(folder, { ...options, cacheDirectory }))).toBe(expected);
    for (const entry of entries.slice(0, 3)) await rm(entry);
    expect(await pixelsOf(await read(folder, { ...options, cacheDirectory }))).toBe(expected);
    expect(await entriesOf(cacheDirectory)).toHaveLength(7);
    expect(await readdir(join(cacheDirectory, 'partial'))).toEqual([]);
  });

  it('spares the second reading all decoding, and gives the same fingerprints', async () => {
    const folder = await photos();
    const cacheDirectory = await temporaryFolder();
    const first = await read(folder, { cacheDirectory });
    expect(first.cache).toEqual({ directory: cacheDirectory, reused: 0, stopped: undefined });
    const second = await read(folder, { cacheDirectory });
    expect(describeFolder(first)).not.toContain('cache');
    expect(describeFolder(second)).toContain('\n  cache: 7 pictures decoded by an earlier run');
    expect(second.cache).toEqual({ directory: cacheDirectory, reused: 7, stopped: undefined });
    expect(second.train.manifest!()).toEqual(first.train.manifest!());
    expect((await read(folder)).cache).toBeUndefined();
  });

  it('serves an epoch without the files themselves', async () => {
    const folder = await photos();
    const data = await read(folder, { cacheDirectory: await temporaryFolder() });
    const expected = await pixelsOf(data);
    await rm(folder, { recursive: true });
    expect(await pixelsOf(data)).toBe(expected);
  });

  it('has another entry for a file that changed, for another size, and one for two equal files', async () => {
    const folder = await photos();
    const cacheDirectory = await temporaryFolder();
    await read(folder, { cacheDirectory });
    await writeFile(join(folder, 'a/0.jpg'), await readFile(join(folder, 'b/0.jpg')));
    expect((await read(folder, { cacheDirectory })).cache!.reused).toBe(7);
    await sharp(join(folder, 'a/1.jpg')).flop().toFile(join(folder, 'a/0.jpg'));
    expect((await read(folder, { cacheDirectory })).cache!.reused).toBe(6);
    expect(await entriesOf(cacheDirectory)).toHaveLength(8);
    expect((await read(folder, { cacheDirectory, size: 12 })).cache!.reused).toBe(0);
    expect(await entriesOf(cacheDirectory)).toHaveLength(15);
  });

  it('is shared by two readings at once', async () => {
    const folder = await photos();
    const cacheDirectory = await temporaryFolder();
    const expected = await pixelsOf(await read(folder));
    const both = await Promise.all([read(folder, { cacheDirectory }), read(folder, { cacheDirectory })]);
    for (const data of both) {
      expect(data.cache!.stopped).toBeUndefined();
      expect(await pixelsOf(data)).toBe(expected);
    }
    expect(await entriesOf(cacheDirectory)).toHaveLength(7);
  });

  it('never stores a damaged file, and names it every time', async () => {
    const folder = await photos();
    const jpeg = await readFile(join(folder, 'a/0.jpg'));
    await writeFile(join(folder, 'a/cut.jpg'), jpeg.subarray(0, jpeg.length / 2));
    const cacheDirectory = await temporaryFolder();
    for (const reused of [0, 7]) {
      const { unreadable, cache } = await read(folder, { cacheDirectory });
      expect(unreadable.map(({ path }) => path)).toEqual([join(folder, 'a/cut.jpg')]);
      expect(cache!.reused).toBe(reused);
    }
  });

  it('stops storing when a write fails, says why once, and reading goes on', async () => {
    const folder = await photos();
    const cacheDirectory = await temporaryFolder();
    const expected = await pixelsOf(await read(folder, { verify: false }));
    // A file where the folder of the entries is to be made.
    const preparation = { size: [10, 10], cropFraction: 0.875, augmentation: PAPER_AUGMENTATION, seed: 5 } as const;
    await writeFile(join(cacheDirectory, decodingName(preparation)), '');
    for (const verify of [true, false]) {
      const data = await read(folder, { cacheDirectory, verify });
      expect(await pixelsOf(data)).toBe(expected);
      expect(data.cache!.stopped).toMatch(/ENOTDIR|EEXIST/);
      expect(describeFolder(data)).toContain(`\n  cache: nothing more is stored in ${cacheDirectory}: E`);
    }
    expect(await readdir(join(cacheDirectory, 'partial'))).toEqual([]);
  });

  it('is refused within the pictures, where it would become a class, but not when it is hidden, and where it cannot be written', async () => {
    const folder = await photos();
    for (const cacheDirectory of [join(folder, 'cache'), folder]) {
      await expectFailure(
        () => read(folder, { cacheDirectory }),
        'INVALID_ARGUMENT',
        /^imageFolder\.cacheDirectory: expected a folder outside of the pictures' .* Give another one, or one whose name begins with a dot/,
      );
    }
    expect((await read(folder, { cacheDirectory: join(folder, '.cache') })).train.count).toBe(7);
    await writeFile(join(folder, '.file'), '');
    await expectFailure(
      () => read(folder, { cacheDirectory: join(folder, '.file/cache') }),
      'WRITE_FAILED',
      /^imageFolder\.cacheDirectory: expected a folder that can be written to, got ["'](ENOTDIR|EEXIST).* Give another path/,
    );
    await expectFailure(() => read(folder, { cacheDirectory: '' }), 'INVALID_ARGUMENT', /^imageFolder\.cacheDirectory: expected the path/);
  });

  it('loses what a killed process left, once it is an hour old', async () => {
    const folder = await photos();
    const cacheDirectory = await temporaryFolder();
    await mkdir(join(cacheDirectory, 'partial'));
    for (const name of ['old', 'young']) await writeFile(join(cacheDirectory, 'partial', name), 'x');
    const hours = Date.now() / 1000 - 7200;
    await utimes(join(cacheDirectory, 'partial/old'), hours, hours);
    await read(folder, { cacheDirectory });
    expect(await readdir(join(cacheDirectory, 'partial'))).toEqual(['young']);
    expect(await readFile(join(cacheDirectory, 'CACHEDIR.TAG'), 'latin1')).toMatch(/^Signature: 8a477f597d28d172789f06886806bc55\n/);
  });
});

describe('an entry', () => {
  const sha256 = 'ab'.repeat(32);
  const picture = { pixels: new Uint8Array(gradient(7, 5)), width: 7, height: 5 };
  const entry = { picture, thumbnail: thumbnailOf(picture) };

  async function written(): Promise<{ cache: PictureCache; path: string; bytes: Buffer }> {
    const directory = await temporaryFolder();
    await mkdir(join(directory, 'partial'));
    const cache = new PictureCache(directory, (reason) => expect(reason).toBe('never'));
    await cache.write(sha256, 'way', entry);
    const path = join(directory, 'way/ab', sha256);
    return { cache, path, bytes: await readFile(path) };
  }

  it('comes back as it was written: 296 bytes and the pixels', async () => {
    const { cache, bytes } = await written();
    expect(bytes).toHaveLength(296 + 7 * 5 * 3);
    const back = await cache.read(sha256, 'way');
    expect([back!.picture.width, back!.picture.height]).toEqual([7, 5]);
    expect([...back!.picture.pixels]).toEqual([...picture.pixels]);
    expect([...back!.thumbnail]).toEqual([...entry.thumbnail]);
    expect([...(await cache.readThumbnail(sha256, 'way'))!]).toEqual([...entry.thumbnail]);
    expect(await cache.read(sha256, 'another way')).toBeUndefined();
  });

  it('is a miss after any one of its bits has changed', async () => {
    const { cache, path, bytes } = await written();
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(7), async (at, bit) => {
        const changed = Buffer.from(bytes);
        changed[at] ^= 1 << bit;
        await writeFile(path, changed);
        expect(await cache.read(sha256, 'way')).toBeUndefined();
        if (at < 296) expect(await cache.readThumbnail(sha256, 'way')).toBeUndefined();
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('is a miss cut to any length, and with a byte more', async () => {
    const { cache, path, bytes } = await written();
    for (let length = 0; length < bytes.length; length += 13) {
      await writeFile(path, bytes);
      await truncate(path, length);
      expect(await cache.read(sha256, 'way')).toBeUndefined();
      expect(await cache.readThumbnail(sha256, 'way')).toBeUndefined();
    }
    await writeFile(path, Buffer.concat([bytes, Buffer.alloc(1)]));
    expect(await cache.read(sha256, 'way')).toBeUndefined();
  });

  it('is a miss under another key', async () => {
    const { cache, path, bytes } = await written();
    const other = `ab${'00'.repeat(31)}`;
    await writeFile(join(path, '..', other), bytes);
    expect(await cache.read(other, 'way')).toBeUndefined();
  });

  it('is not written where less than the reserve would stay free, which is told once', async () => {
    const directory = await temporaryFolder();
    await mkdir(join(directory, 'partial'));
    const told: string[] = [];
    const cache = new PictureCache(directory, (reason) => told.push(reason), 2 ** 60);
    await cache.write(sha256, 'way', entry);
    await cache.write(sha256, 'way', entry);
    expect(told).toEqual(['less than 1073741824 GiB would be left free on the disk']);
    expect(await cache.read(sha256, 'way')).toBeUndefined();
    await expect(stat(join(directory, 'way'))).rejects.toThrow('ENOENT');
  });
});

describe('the way of decoding', () => {
  const preparation = { size: [10, 12], cropFraction: 0.875, augmentation: NO_AUGMENTATION, seed: 5 } as const;

  it('is named by what the pixels depend on: not by the seed or the colors, but by size, share, crops and decoder', () => {
    const { sharp: sharpVersion, vips } = sharp.versions;
    const prefix = `1-sharp-${sharpVersion}-vips-${vips}-${process.arch}`;
    expect(decodingName(preparation)).toBe(`${prefix}-view-10x12-0.875`);
    expect(decodingName({ ...preparation, seed: 6, augmentation: { flip: true, photometric: 1 } })).toBe(decodingName(preparation));
    expect(decodingName({ ...preparation, augmentation: PAPER_AUGMENTATION })).toBe(`${prefix}-whole-24`);
  });

  it('gives version 1’s pixels; if this fails, DECODING_VERSION goes up with the hash', () => {
    const whole = { pixels: new Uint8Array(gradient(31, 23)), width: 31, height: 23 };
    const { picture } = startingPicture(whole, preparation);
    expect(sha256Of(picture.pixels)).toBe('168fa03bc45b37fcdbb30e34eb1d9a7b50e6177835750a6afc0157d2d81276a9');
  });
});
