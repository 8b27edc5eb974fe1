import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { glanceAtFolder } from '../../src/data/glanceAtFolder.js';
import { expectFailure, removeFolders, temporaryFolder, writeClasses, writePlain } from './pictureFiles.js';

afterAll(removeFolders);

/** A plain picture of one size, in the format of the path's ending. */
async function writeSized(path: string, width: number, height: number, orientation?: number): Promise<void> {
  const picture = sharp({ create: { width, height, channels: 3, background: 'gray' } });
  await (orientation === undefined ? picture : picture.withMetadata({ orientation })).toFile(path);
}

describe('glanceAtFolder', () => {
  it('tells classes, pictures on both sides, and the medians of shorter side and shape', async () => {
    const folder = await temporaryFolder();
    await writeClasses(folder, { cat: 1, dog: 1 }, 12);
    await writeSized(join(folder, 'cat', 'a.png'), 300, 100);
    await writeSized(join(folder, 'cat', 'b.png'), 100, 400);
    await writeSized(join(folder, 'dog', 'c.png'), 50, 40);
    expect(await glanceAtFolder(folder)).toEqual({ classes: ['cat', 'dog'], pictures: 5, heldOut: 0, shorterSide: 40, aspect: 1 });
    expect(await glanceAtFolder(folder, 0.2)).toMatchObject({ pictures: 4, heldOut: 1 });
  });

  it('sees a photo upright: 30 × 10 taken on its side is 10 × 30', async () => {
    const folder = await temporaryFolder();
    await writeClasses(folder, { cat: 0, dog: 0 });
    for (const name of ['cat', 'dog']) await writeSized(join(folder, name, 'a.jpg'), 30, 10, 6);
    expect(await glanceAtFolder(folder)).toMatchObject({ shorterSide: 10, aspect: 1 / 3 });
  });

  it('reads the headers of 64 files spread over the classes, however many there are', async () => {
    const folder = await temporaryFolder();
    await writeClasses(folder, { cat: 150, dog: 50 }, 8);
    const metadata = jest.spyOn(sharp.prototype as { metadata(): unknown }, 'metadata');
    await glanceAtFolder(folder);
    expect(metadata).toHaveBeenCalledTimes(64);
    metadata.mockRestore();
  });

  it('counts the pictures of a folder that is held out, and takes none away from training', async () => {
    const folder = await temporaryFolder();
    await writeClasses(join(folder, 'train'), { cat: 3, dog: 4 });
    await writeClasses(join(folder, 'held-out'), { cat: 2, dog: 1 });
    expect(await glanceAtFolder(join(folder, 'train'), join(folder, 'held-out'))).toMatchObject({ pictures: 7, heldOut: 3 });
  });

  it('is not disturbed by damaged files; if there is nothing else it knows no size', async () => {
    const folder = await temporaryFolder();
    await writeClasses(folder, { cat: 1, dog: 1 }, 20);
    await writeFile(join(folder, 'cat', 'damaged.jpg'), 'not a picture');
    expect(await glanceAtFolder(folder)).toMatchObject({ pictures: 3, shorterSide: 20, aspect: 1 });
    const damaged = await temporaryFolder();
    await writeClasses(damaged, { cat: 0, dog: 0 });
    for (const name of ['cat', 'dog']) await writeFile(join(damaged, name, 'damaged.jpg'), 'not a picture');
    expect(await glanceAtFolder(damaged)).toMatchObject({ pictures: 2, shorterSide: 0, aspect: 1 });
  });

  it('fails as imageFolder does for what file names show: one class, an empty class, photos that are all HEIC, other classes held out', async () => {
    const folder = await temporaryFolder();
    await expectFailure(() => glanceAtFolder(join(folder, 'none')), 'NOT_FOUND', /^imageFolder\.path: expected a folder, got/);
    await writePlain(join(folder, 'cat', 'a.png'), [1, 2, 3]);
    await expectFailure(() => glanceAtFolder(folder), 'EMPTY_DATASET', /expected two class folders or more, got \[ 'cat' \]/);
    await writeClasses(folder, { dog: 0 });
    await expectFailure(() => glanceAtFolder(folder), 'EMPTY_DATASET', /got 'none in dog'/);
    await writeFile(join(folder, 'dog', 'a.heic'), '');
    await expectFailure(() => glanceAtFolder(folder), 'EMPTY_DATASET', /1 could not be read.*heif-convert/);
    await writePlain(join(folder, 'dog', 'a.png'), [1, 2, 3]);
    const other = await temporaryFolder();
    await writeClasses(other, { cat: 1, fox: 1 });
    await expectFailure(() => glanceAtFolder(folder, other), 'INVALID_ARGUMENT', /- dog\n {2}\+ fox/);
    await expectFailure(() => glanceAtFolder(folder, join(other, 'none')), 'NOT_FOUND', /^imageFolder\.validation: /);
  });
});
