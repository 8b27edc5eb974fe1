import { join } from 'node:path';
import { InceptionError, expectedGot } from '../errors.js';
import { writeFileAtomically } from './atomicFile.js';
import { RESTORE, type ModelDocument } from './modelDocument.js';
import { sha256 } from './modelMetadata.js';
import { readRegularFile, reasonOf } from './regularFile.js';

/**
 * Bytes of one weight file: few enough files for a big network (sixteen for the family's largest), each below what static hosts and content
 * delivery networks serve (20 MB), since a saved folder is also what a browser may be pointed at.
 */
export const SHARD_BYTES = 16 * 1024 * 1024;

/** Length and SHA-256 of one weight file. */
export interface ShardRecord {
  readonly bytes: number;
  readonly sha256: string;
}

/** One weight file to be written. Its name follows from its content, so that no other content is ever overwritten by it. */
export interface Shard extends ShardRecord {
  readonly name: string;
  readonly data: Uint8Array;
}

/** Cuts weights into files. */
export function cutShards(data: Uint8Array): Shard[] {
  const shards: Shard[] = [];
  for (let from = 0; from < data.length; from += SHARD_BYTES) {
    const part = data.subarray(from, from + SHARD_BYTES);
    const digest = sha256(part);
    shards.push({ name: `weights-${digest.slice(0, 16)}.bin`, data: part, bytes: part.length, sha256: digest });
  }
  return shards;
}

/** Whether a file name is one that this package or a tfjs saver gives to weights; any other file is somebody else's. */
export function isShardName(name: string): boolean {
  return /^weights-[0-9a-f]{16}\.bin$/.test(name) || /^group\d+-shard\d+of\d+(\.bin)?$/.test(name) || name === 'weights.bin';
}

/** Writes weight files, each whole or not at all. */
export async function writeShards(where: string, folder: string, shards: readonly Shard[]): Promise<void> {
  for (const shard of shards) await writeFileAtomically(where, join(folder, shard.name), shard.data);
}

/**
 * Every weight file that a description names, in order, checked against length and checksum.
 *
 * @throws InceptionError `CORRUPT_WEIGHTS` naming the file that is missing, of another length, or of another content.
 */
export async function readShards(folder: string, document: ModelDocument): Promise<ArrayBuffer[]> {
  const buffers: ArrayBuffer[] = [];
  let remaining = document.weightBytes;
  for (const [index, name] of document.shards.entries()) {
    const file = join(folder, name);
    const record = document.metadata?.shards[name];
    const isLast = index === document.shards.length - 1;
    const data = await readShard(file, { exactly: record?.bytes ?? (isLast ? remaining : undefined), atMost: remaining });
    if (record && sha256(data) !== record.sha256) {
      throw expectedGot('CORRUPT_WEIGHTS', file, `SHA-256 ${record.sha256}`, sha256(data), `It was altered since it was saved. ${RESTORE}`);
    }
    remaining -= data.length;
    buffers.push(data.buffer);
  }
  if (remaining > 0) {
    const advice = `The description names ${document.shards.length} weight files. ${RESTORE}`;
    throw expectedGot('CORRUPT_WEIGHTS', folder, `${document.weightBytes} bytes of weights`, document.weightBytes - remaining, advice);
  }
  return buffers;
}

async function readShard(file: string, length: { exactly?: number; atMost: number }): Promise<Uint8Array<ArrayBuffer>> {
  const { exactly, atMost } = length;
  const expected = exactly === undefined ? `at most ${atMost} bytes` : `${exactly} bytes`;
  const checkLength = (bytes: number): void => {
    const fits = exactly === undefined ? bytes <= atMost : bytes === exactly;
    if (!fits) throw expectedGot('CORRUPT_WEIGHTS', file, expected, bytes, RESTORE);
  };
  try {
    const data = await readRegularFile(file, checkLength);
    checkLength(data.length);
    return data;
  } catch (cause) {
    if (cause instanceof InceptionError) throw cause;
    const message = `${file}: expected a weight file of ${expected}, got ${reasonOf(cause)}. ${RESTORE}`;
    throw new InceptionError('CORRUPT_WEIGHTS', message, { cause });
  }
}
