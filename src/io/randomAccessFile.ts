import { open, stat } from 'node:fs/promises';
import { expectedGot, InceptionError } from '../errors.js';
import { reasonOf } from './regularFile.js';

/** What a damaged file is reported as: it depends on what was sought in it. */
export type DamageCode = 'CORRUPT_MODEL' | 'CORRUPT_WEIGHTS';

/** An open file that is read here and there. */
export interface RandomAccessFile {
  /** Its path, for messages. */
  readonly file: string;
  /** Its length when it was opened. */
  readonly bytes: number;
  /**
   * Bytes in memory of their own.
   *
   * @throws InceptionError the opener's `code` if they are not all within the file.
   */
  read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Calling it again does nothing. */
  close(): Promise<void>;
}

/** What to do with a damaged file. */
export const DAMAGED = 'The file is truncated or altered; take it from where it was saved once more.';

/**
 * Opens a file for reading in any order. Refuses pipes and devices, which have no length.
 *
 * @param code Of the error when bytes are asked for that the file does not hold.
 * @throws InceptionError `NOT_FOUND` if there is no file that can be read.
 */
export async function openRandomAccess(where: string, file: string, code: DamageCode): Promise<RandomAccessFile> {
  const { handle, size } = await openFile(where, file);
  let isOpen = true;
  return {
    file,
    bytes: size,
    async read(offset, length) {
      const isWithin =
        Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0 && offset + length <= size;
      if (!isWithin) throw expectedGot(code, file, `bytes ${offset} to ${offset + length}`, `${size} bytes`, DAMAGED);
      const data = new Uint8Array(length);
      let filled = 0;
      try {
        while (filled < length) {
          const { bytesRead } = await handle.read(data, filled, length - filled, offset + filled);
          if (bytesRead === 0) throw new Error('the end of a file that is being cut');
          filled += bytesRead;
        }
      } catch (cause) {
        throw expectedGot(code, file, `bytes ${offset} to ${offset + length}`, reasonOf(cause), '', cause);
      }
      return data;
    },
    async close() {
      if (!isOpen) return;
      isOpen = false;
      await handle.close();
    },
  };
}

async function openFile(where: string, file: string) {
  try {
    // Opening a pipe would wait for its writer.
    if (!(await stat(file)).isFile()) throw new Error('something that is not a file');
    const handle = await open(file, 'r');
    const { size } = await handle.stat();
    return { handle, size };
  } catch (cause) {
    const message = `${where}: expected a file at ${file}, got ${reasonOf(cause)}. Check the path; it is taken from the working directory.`;
    throw new InceptionError('NOT_FOUND', message, { cause });
  }
}
