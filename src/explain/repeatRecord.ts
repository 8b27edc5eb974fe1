import { createHash } from 'node:crypto';
import { arch, availableParallelism, cpus, release, totalmem, type } from 'node:os';
import * as tf from '@tensorflow/tfjs';
import type { TrainedFolder } from '../training/trainFolder.js';
import { version } from '../version.js';
import { byteText } from './numberText.js';
import type { RepeatRecord } from './repeatSection.js';

type Folder = Pick<TrainedFolder['folder'], 'train' | 'validation'>;

/** What a machine cannot know by itself. */
export interface RepeatOptions {
  /** The command's words, its name first. */
  readonly command?: readonly string[];
  /** Which backend computed, in words. */
  readonly backend: string;
  readonly seed: number;
  /** When it ended. @default now */
  readonly date?: Date;
}

/** Everything that decides what a training run gives: command, versions, machine, seed and data. */
export function repeatRecord(folder: Folder, { command, backend, seed, date = new Date() }: RepeatOptions): RepeatRecord {
  const fingerprint = dataFingerprint(folder);
  const [processor] = cpus();
  return {
    command,
    facts: [
      { name: 'tfjs-inception', value: version },
      { name: 'TensorFlow.js', value: tf.version.tfjs },
      { name: 'Node.js', value: process.versions.node },
      { name: 'backend', value: backend },
      { name: 'platform', value: `${type()} ${release()}, ${arch()}` },
      {
        name: 'processor',
        value: `${processor?.model.trim() ?? 'unknown'}, ${availableParallelism()} cores, ${byteText(totalmem())} of memory`,
      },
      { name: 'seed', value: seed },
      ...(fingerprint === undefined ? [] : [{ name: 'pictures (SHA-256 of the split)', value: fingerprint }]),
      { name: 'date', value: date.toISOString() },
    ],
  };
}

/**
 * One number for all pictures, their classes and their sides, whatever the folder's place: SHA-256 over a line a picture.
 *
 * @returns 64 hexadecimal digits; `undefined` if a picture has no identity beyond its number.
 */
export function dataFingerprint({ train, validation }: Folder): string | undefined {
  const lines: string[] = [];
  for (const [side, dataset] of [
    ['train', train],
    ['validation', validation],
  ] as const) {
    const records = dataset.manifest?.();
    if (records === undefined) return undefined;
    for (const { name, label, sha256 } of records) lines.push(JSON.stringify([side, label, name, sha256 ?? null]));
  }
  return createHash('sha256').update(lines.sort().join('\n')).digest('hex');
}
