import { randomBytes } from 'node:crypto';
import { open, readdir, realpath, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { InceptionError } from '../errors.js';

/** What to do about each way in which a write fails. */
const ADVICE: Readonly<Record<string, string>> = {
  ENOSPC: 'Free some space on that disk, or choose another path.',
  EDQUOT: 'Free some space within the quota, or choose another path.',
  EFBIG: 'The system limits the size of a file (`ulimit -f`); raise the limit.',
  ENOENT: 'Make the folder first.',
  EACCES: 'Grant write permission to the folder, or choose another path.',
  EPERM: 'Grant write permission to the folder, or choose another path.',
  EROFS: 'That disk is mounted read-only; choose another path.',
  ENOTDIR: 'A part of the path is a file; choose another path.',
  EEXIST: 'A file stands where a folder is needed; choose another path.',
  EISDIR: 'A folder stands where a file is needed; choose another path.',
  ENOTEMPTY: 'A folder stands where a file is needed; choose another path.',
};

/** No write takes this long, so that what is older was left by a process that was killed. */
const ABANDONED_AFTER_MS = 60 * 60 * 1000;

const TEMPORARY_NAME = /^\.(.+)\.[0-9a-f]{16}\.tmp$/;

/** A name in the same folder, so that the rename stays on one disk; hidden, so that nobody takes it for a finished file. */
export function temporaryPath(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomBytes(8).toString('hex')}.tmp`);
}

/** The name that a {@link temporaryPath} stands in for, or undefined for any other file name. */
export function nameBehindTemporary(name: string): string | undefined {
  return TEMPORARY_NAME.exec(name)?.[1];
}

/** Whether a temporary file was left by a process that was killed, rather than being written now. */
export async function isAbandoned(file: string): Promise<boolean> {
  const status = await stat(file).catch(() => undefined);
  return status !== undefined && status.mtimeMs < Date.now() - ABANDONED_AFTER_MS;
}

/** A file that is written and flushed, and not yet in its place. */
export interface PendingFile {
  /** Renames it into place. */
  commit(): Promise<void>;
  /** Removes it. Does nothing after a commit. */
  discard(): Promise<void>;
}

/** What a file is to hold: one piece, or pieces that follow each other, which may be made as they are asked for. */
export type FileContent = string | Uint8Array | readonly Uint8Array[] | AsyncIterable<Uint8Array>;

/** Writes a file at the path it is given, in whatever way it wants, and closes it. */
export type FileWriter = (temporary: string) => Promise<void>;

/**
 * Writes a file beside its place, flushed to the disk.
 *
 * @param where The caller's name, for the message.
 * @param data The content, or a function that writes it (for libraries that open files themselves).
 * @throws InceptionError `WRITE_FAILED`, here and in `commit`, if the disk is full, the folder is missing or not writable, or a pipe or a device
 *   stands at the path; an InceptionError thrown while the content is made stays as it is.
 */
export async function prepareFile(where: string, path: string, data: FileContent | FileWriter): Promise<PendingFile> {
  // What a link points to is replaced, not the link.
  const target = await realpath(path).catch(() => path);
  const temporary = temporaryPath(target);
  // The first failure is the one to report, whatever the removal meets.
  const discard = (): Promise<void> => rm(temporary, { force: true }).catch(() => undefined);
  const failed = async (cause: unknown): Promise<never> => {
    await discard();
    throw cause instanceof InceptionError ? cause : writeFailed(where, path, cause);
  };
  try {
    await refuseDevice(path);
    if (typeof data === 'function') await data(temporary);
    const handle = await open(temporary, typeof data === 'function' ? 'r+' : 'wx');
    try {
      if (typeof data !== 'function') await writePieces(handle, data);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (cause) {
    return failed(cause);
  }
  return { commit: () => rename(temporary, target).catch(failed), discard };
}

/** A rename would replace the pipe or the device itself: /dev/null for all programs. */
async function refuseDevice(path: string): Promise<void> {
  const standing = await stat(path).catch(() => undefined);
  if (standing && !standing.isFile() && !standing.isDirectory()) throw new Error('a pipe or a device');
}

async function writePieces(handle: FileHandle, data: FileContent): Promise<void> {
  const pieces = typeof data === 'string' || ArrayBuffer.isView(data) ? [data] : data;
  for await (const piece of pieces) await handle.writeFile(piece);
}

/**
 * Writes a file whole or not at all: beside, flushed to the disk, then renamed into place. What writes of it that were killed left beside is
 * removed.
 *
 * @param where The caller's name, for the message.
 * @throws InceptionError `WRITE_FAILED` if the disk is full, the folder is missing or not writable; what stood at `path` still stands.
 */
export async function writeFileAtomically(where: string, path: string, data: FileContent | FileWriter): Promise<void> {
  const file = await prepareFile(where, path, data);
  await file.commit();
  const folder = dirname(path);
  for (const name of await readdir(folder).catch((): string[] => [])) {
    if (nameBehindTemporary(name) !== basename(path) || !(await isAbandoned(join(folder, name)))) continue;
    await rm(join(folder, name), { force: true }).catch(() => undefined);
  }
}

/** Makes renames in a folder survive a power cut. Systems that cannot flush a folder (Windows) do without. */
export async function flushFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    // Every file in it is flushed and in place; only a power cut within seconds could still undo its rename.
  }
}

/** `WRITE_FAILED`, naming the file, the system's reason and what to do. */
export function writeFailed(where: string, path: string, cause: unknown): InceptionError {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  // Without ", open '…'": the temporary name would only puzzle.
  const reason = String((cause as Error | undefined)?.message ?? cause).split(', ')[0];
  const advice = (code !== undefined && ADVICE[code]) || 'Choose another path.';
  return new InceptionError(
    'WRITE_FAILED',
    `${where}: expected to write ${path}, got ${reason}. What stood there before still stands. ${advice}`,
    { cause },
  );
}
