import { open, stat } from 'node:fs/promises';

/**
 * A file's bytes in memory of their own. Refuses pipes and devices, which would never end.
 *
 * @param checkLength Called with the length before any memory is asked for; throws to refuse.
 */
export async function readRegularFile(path: string, checkLength: (bytes: number) => void): Promise<Uint8Array<ArrayBuffer>> {
  const status = await stat(path);
  if (!status.isFile()) throw new Error('something that is not a file');
  checkLength(status.size);
  const handle = await open(path, 'r');
  try {
    const data = new Uint8Array(status.size);
    let filled = 0;
    while (filled < data.length) {
      const { bytesRead } = await handle.read(data, filled, data.length - filled, filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return filled === data.length ? data : data.slice(0, filled);
  } finally {
    await handle.close();
  }
}

/** Why a file could not be read, in a few words and without its path. */
export function reasonOf(cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'no such file';
  return code === undefined ? message : code === 'EACCES' ? 'no permission to read it' : `an error (${code})`;
}
