import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import type { ImageBatch, ImageDataset } from '../../src/data/dataset.js';
import { InceptionError, type InceptionErrorCode } from '../../src/errors.js';

const folders: string[] = [];

/** A new folder that {@link removeFolders} removes. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pictures-'));
  folders.push(folder);
  return folder;
}

export async function removeFolders(): Promise<void> {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
}

/** A plain picture of one colour, in the format of the path's ending; its folder is made. */
export async function writePlain(path: string, [r, g, b]: readonly number[], size = 12): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await sharp({ create: { width: size, height: size, channels: 3, background: { r, g, b } } }).toFile(path);
}

/** A folder of class folders: so many pictures of each, every one of its own colour. */
export async function writeClasses(folder: string, counts: Readonly<Record<string, number>>, size = 12): Promise<void> {
  const classes = Object.entries(counts);
  for (const [label, [name, count]] of classes.entries()) {
    await mkdir(join(folder, name), { recursive: true });
    for (let i = 0; i < count; i++) await writePlain(join(folder, name, `${i}.png`), [label * 40, (i * 5) % 256, 100], size);
  }
}

/** RGB bytes in which every pixel differs from its neighbours: a gradient with a pattern. */
export function gradient(width: number, height: number): Buffer {
  const bytes = Buffer.alloc(width * height * 3);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i += 3) {
      bytes[i] = (x * 255) / Math.max(1, width - 1);
      bytes[i + 1] = (y * 255) / Math.max(1, height - 1);
      bytes[i + 2] = ((x + y) * 37) % 256;
    }
  }
  return bytes;
}

export async function allBatches(dataset: ImageDataset, epoch: number, from = 0): Promise<ImageBatch[]> {
  const batches: ImageBatch[] = [];
  for await (const batch of dataset.batches(epoch, from)) batches.push(batch);
  return batches;
}

/** The names of every picture of one epoch, in its order. */
export async function namesOf(dataset: ImageDataset, epoch = 0): Promise<string[]> {
  return (await allBatches(dataset, epoch)).flatMap(({ indices }) => Array.from(indices, (index) => dataset.nameOf(index)));
}

/** Asserts that a call fails with the code and a message that matches. */
export async function expectFailure(call: () => unknown, code: InceptionErrorCode, message: RegExp): Promise<void> {
  const error: unknown = await Promise.resolve()
    .then(call)
    .then(
      () => undefined,
      (reason: unknown) => reason,
    );
  expect(error).toBeInstanceOf(InceptionError);
  expect((error as InceptionError).code).toBe(code);
  expect((error as InceptionError).message).toMatch(message);
}
