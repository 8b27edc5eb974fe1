import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { requireSpace } from './diskSpace.js';
import { installFailure, throwIfAborted } from './installFailure.js';
import type { Staging } from './installStep.js';
import { openWheel, type Wheel } from './openWheel.js';
import { parseRecord, type RecordedFile } from './wheelRecord.js';

/** A wheel of which the files that are needed lie in a folder, whole. */
export interface UnpackedWheel {
  /** With underscores: `nvidia_cudnn_cu12`. */
  readonly name: string;
  readonly version: string;
  readonly metadata: string;
  readonly bytes: number;
}

/** Which files of a wheel are needed. */
export type KeptFiles = (name: string) => boolean;

/**
 * Unpacks the needed files of a wheel, each compared with the SHA-256 that the wheel's RECORD gives. RECORD is written last: where it lies,
 * all is there.
 *
 * @throws InceptionError `BACKEND_UNAVAILABLE` if the wheel is damaged; `WRITE_FAILED` if the disk has no room for it.
 */
export async function unpackWheel(staging: Staging, file: string, keeps: KeptFiles): Promise<UnpackedWheel> {
  const wheel = await openWheel(file);
  try {
    const record = await wheel.text('RECORD');
    const recorded = parseRecord(record);
    const kept = [...wheel.entries.keys()].filter(keeps);
    const total = kept.reduce((sum, name) => sum + (wheel.entries.get(name)?.uncompressedSize ?? 0), 0);
    // What an interrupted run left of them is written anew: it must not stand in its own way on a disk that is just large enough.
    for (const name of kept) await rm(join(staging.folder, name), { force: true });
    await requireSpace(staging.folder, total);
    let done = 0;
    const onPiece = (bytes: number): void => staging.progress(`unpacking ${wheel.name}`, (done += bytes), total);
    for (const name of kept) {
      throwIfAborted(staging.signal);
      await unpackFile(wheel, { name, recorded: recorded.get(name), to: join(staging.folder, name), onPiece });
    }
    const metadata = await wheel.text('METADATA');
    await mkdir(join(staging.folder, wheel.metadataFolder), { recursive: true });
    await writeFile(join(staging.folder, wheel.metadataFolder, 'METADATA'), metadata);
    await writeFile(join(staging.folder, wheel.metadataFolder, 'RECORD'), record);
    return { name: wheel.name, version: wheel.version, metadata, bytes: total };
  } finally {
    await wheel.close();
  }
}

interface FileToUnpack {
  readonly name: string;
  readonly recorded?: RecordedFile;
  readonly to: string;
  readonly onPiece: (bytes: number) => void;
}

async function unpackFile(wheel: Wheel, { name, recorded, to, onPiece }: FileToUnpack): Promise<void> {
  const entry = wheel.entries.get(name);
  const where = `${basename(wheel.file)}: ${name}`;
  if (entry === undefined || recorded === undefined) throw installFailure(`${where}: expected a line in RECORD, got none.`);
  await mkdir(dirname(to), { recursive: true });
  const hash = createHash('sha256');
  const target = await open(to, 'w');
  try {
    for await (const piece of await wheel.stream(entry)) {
      hash.update(piece as Buffer);
      await target.writeFile(piece as Buffer);
      onPiece((piece as Buffer).length);
    }
    // The install's last step is to survive a power cut; so what it rests on must.
    await target.sync();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).syscall !== undefined) throw cause;
    throw installFailure(`${where}: expected whole data, got ${(cause as Error).message}. Download the wheel again.`, cause);
  } finally {
    await target.close();
  }
  const sha256 = hash.digest('base64url');
  if (sha256 === recorded.sha256) return;
  throw installFailure(`${where}: expected SHA-256 ${recorded.sha256}, got ${sha256}. Download the wheel again.`);
}

/** What an earlier run unpacked of a distribution, if it still is as it was then. */
export async function unpackedBefore(folder: string, name: string, keeps: KeptFiles): Promise<UnpackedWheel | undefined> {
  const found = (await readdir(folder).catch(() => [])).filter((entry) => entry.startsWith(`${name}-`) && entry.endsWith('.dist-info'));
  if (found.length !== 1) return undefined;
  try {
    const recorded = parseRecord(await readFile(join(folder, found[0], 'RECORD'), 'utf8'));
    const kept = [...recorded].filter(([file]) => keeps(file));
    for (const [file, expected] of kept) {
      if (!(await isWhole(join(folder, file), expected))) return undefined;
    }
    const metadata = await readFile(join(folder, found[0], 'METADATA'), 'utf8');
    const version = found[0].slice(name.length + 1, -'.dist-info'.length);
    return { name, version, metadata, bytes: kept.reduce((sum, [, { bytes }]) => sum + bytes, 0) };
  } catch {
    return undefined;
  }
}

async function isWhole(file: string, expected: RecordedFile): Promise<boolean> {
  return (await stat(file)).size === expected.bytes && (await sha256Of(file, 'base64url')) === expected.sha256;
}

/** @param encoding Of the answer: RECORD's is `base64url`. */
export async function sha256Of(file: string, encoding: 'base64url' | 'hex'): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(file, { highWaterMark: 2 ** 20 })) hash.update(piece as Buffer);
  return hash.digest(encoding);
}
