import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InceptionError, type InceptionErrorCode } from '../../src/errors.js';
import type { WeightFile } from '../../src/io/modelFile.js';

/** Opens a weight file. */
type Open = (where: string, file: string) => Promise<WeightFile>;

/** How many files were opened and read to their end, and how many refused, by code. */
export type Outcomes = Partial<Record<InceptionErrorCode | 'read', number>>;

/** Every file that is cut off before its end. */
export function* truncations(bytes: Buffer): Generator<Buffer> {
  for (let length = 0; length < bytes.length; length++) yield bytes.subarray(0, length);
}

/** Every file of which one byte has all its bits turned. */
export function* flips(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at++) {
    const flipped = Buffer.from(bytes);
    flipped[at] ^= 0xff;
    yield flipped;
  }
}

/**
 * Opens each file and reads all its tensors: either every one has as many values as its shape says, or the file is refused with an error of
 * ours. Anything else fails the test.
 */
export async function openAll(open: Open, files: Iterable<Buffer>): Promise<Outcomes> {
  const folder = mkdtempSync(join(tmpdir(), 'mutations-'));
  const path = join(folder, 'weights');
  const outcomes: Outcomes = {};
  try {
    for (const bytes of files) {
      writeFileSync(path, bytes);
      const outcome = await readThrough(open, path);
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return outcomes;
}

async function readThrough(open: Open, path: string): Promise<InceptionErrorCode | 'read'> {
  let file: WeightFile | undefined;
  try {
    file = await open('test', path);
    for (const tensor of file.tensors.values()) {
      const values = await tensor.read();
      expect(values).toHaveLength(tensor.shape.reduce((product, size) => product * size, 1));
    }
    return 'read';
  } catch (error) {
    if (error instanceof InceptionError) return error.code;
    throw error;
  } finally {
    await file?.close();
  }
}

/** Opens bytes as a file, which is gone afterwards. */
export async function withFile<T>(bytes: Uint8Array | string, run: (path: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'weights-'));
  try {
    const path = join(folder, 'weights');
    writeFileSync(path, bytes);
    return await run(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
