import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** A file, by its path below a folder, with `/` on every system. */
export interface FileBelow {
  readonly path: string;
  readonly bytes: number;
}

/** All files below a folder; none where there is none. Links are not followed; what a program at work there removes meanwhile is left out. */
export async function filesBelow(folder: string, prefix = ''): Promise<FileBelow[]> {
  const files: FileBelow[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const [place, path] = [join(folder, entry.name), `${prefix}${entry.name}`];
    if (entry.isDirectory()) files.push(...(await filesBelow(place, `${path}/`)));
    const found = entry.isFile() ? await lstat(place).catch(() => undefined) : undefined;
    if (found) files.push({ path, bytes: found.size });
  }
  return files;
}

export const totalBytes = (files: readonly FileBelow[]): number => files.reduce((sum, { bytes }) => sum + bytes, 0);
