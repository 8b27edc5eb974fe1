import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { writeFileAtomically } from '../atomicFile.js';
import { snapshotBytes, weightLength, type SnapshotWeight } from '../safetensors/snapshotBytes.js';

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
  /** Where it starts within the weights laid one after the other. */
  readonly from: number;
}

/** Cuts weights into files, and reads them once for the files' names. */
export async function cutShards(weights: readonly SnapshotWeight[]): Promise<Shard[]> {
  const total = weights.reduce((sum, weight) => sum + weightLength(weight), 0);
  const shards: Shard[] = [];
  for (let from = 0; from < total; from += SHARD_BYTES) {
    const bytes = Math.min(SHARD_BYTES, total - from);
    const hash = createHash('sha256');
    for await (const piece of snapshotBytes(weights, from, from + bytes)) hash.update(piece);
    const sha256 = hash.digest('hex');
    shards.push({ name: `weights-${sha256.slice(0, 16)}.bin`, from, bytes, sha256 });
  }
  return shards;
}

/** Whether a file name is one that this package or a tfjs saver gives to weights; any other file is somebody else's. */
export function isShardName(name: string): boolean {
  return /^weights-[0-9a-f]{16}\.bin$/.test(name) || /^group\d+-shard\d+of\d+(\.bin)?$/.test(name) || name === 'weights.bin';
}

/** Writes weight files, each whole or not at all. */
export async function writeShards(
  where: string,
  folder: string,
  { shards, weights }: { readonly shards: readonly Shard[]; readonly weights: readonly SnapshotWeight[] },
): Promise<void> {
  for (const { name, from, bytes } of shards) {
    await writeFileAtomically(where, join(folder, name), snapshotBytes(weights, from, from + bytes));
  }
}
