import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { InceptionError, expectedGot } from '../../errors.js';
import { RESTORE, type ModelDocument } from './modelDocument.js';
import { openRandomAccess, type RandomAccessFile } from '../randomAccessFile.js';
import { reasonOf } from '../regularFile.js';
import type { ShardRecord } from './shards.js';

/** How much of a weight file is in memory while its checksum is taken. */
const PIECE_BYTES = 1024 * 1024;

/** The weight files of a description as one run of bytes. They are open, so that a save which replaces them meanwhile changes nothing here. */
export interface ShardReader {
  /** Bytes in memory of their own. */
  read(from: number, bytes: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Calling it again does nothing. */
  close(): Promise<void>;
}

/**
 * Opens every weight file that a description names, in order, each checked against length and checksum.
 *
 * @throws InceptionError `CORRUPT_WEIGHTS` naming the file that is missing, of another length, or of another content.
 */
export async function openShards(folder: string, document: ModelDocument): Promise<ShardReader> {
  const files: RandomAccessFile[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(files.map((file) => file.close()));
  };
  try {
    let remaining = document.weightBytes;
    for (const [index, name] of document.shards.entries()) {
      const record = document.metadata?.shards[name];
      const isLast = index === document.shards.length - 1;
      const length = { exactly: record?.bytes ?? (isLast ? remaining : undefined), atMost: remaining };
      const file = await openShard(join(folder, name), length);
      files.push(file);
      if (record) await checkContent(file, record);
      remaining -= file.bytes;
    }
    if (remaining > 0) {
      const advice = `The description names ${document.shards.length} weight files. ${RESTORE}`;
      const actual = document.weightBytes - remaining;
      throw expectedGot('CORRUPT_WEIGHTS', folder, `${document.weightBytes} bytes of weights`, actual, advice);
    }
    return { read: (from, bytes) => readAcross(files, from, bytes), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openShard(path: string, length: { exactly?: number; atMost: number }): Promise<RandomAccessFile> {
  const { exactly, atMost } = length;
  const expected = exactly === undefined ? `at most ${atMost} bytes` : `${exactly} bytes`;
  const file = await openRandomAccess('', path, 'CORRUPT_WEIGHTS').catch((error: InceptionError) => {
    // What the model consists of is missing: that is damage, unlike a path that the caller got wrong.
    const message = `${path}: expected a weight file of ${expected}, got ${reasonOf(error.cause)}. ${RESTORE}`;
    throw new InceptionError('CORRUPT_WEIGHTS', message, { cause: error.cause });
  });
  if (exactly === undefined ? file.bytes <= atMost : file.bytes === exactly) return file;
  await file.close();
  throw expectedGot('CORRUPT_WEIGHTS', path, expected, file.bytes, RESTORE);
}

async function checkContent(file: RandomAccessFile, { sha256 }: ShardRecord): Promise<void> {
  const hash = createHash('sha256');
  for (let from = 0; from < file.bytes; from += PIECE_BYTES) {
    hash.update(await file.read(from, Math.min(PIECE_BYTES, file.bytes - from)));
  }
  const actual = hash.digest('hex');
  if (actual === sha256) return;
  throw expectedGot('CORRUPT_WEIGHTS', file.file, `SHA-256 ${sha256}`, actual, `It was altered since it was saved. ${RESTORE}`);
}

async function readAcross(files: readonly RandomAccessFile[], from: number, bytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const data = new Uint8Array(bytes);
  let begin = 0;
  for (const file of files) {
    const end = begin + file.bytes;
    const [first, last] = [Math.max(from, begin), Math.min(from + bytes, end)];
    if (first < last) data.set(await file.read(first - begin, last - first), first - from);
    begin = end;
  }
  return data;
}

/** All that the weight files of a description hold, for who needs it at once. Checked as in {@link openShards}. */
export async function readShards(folder: string, document: ModelDocument): Promise<ArrayBuffer[]> {
  const shards = await openShards(folder, document);
  try {
    return [(await shards.read(0, document.weightBytes)).buffer];
  } finally {
    await shards.close();
  }
}
