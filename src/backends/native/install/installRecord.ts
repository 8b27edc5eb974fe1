import { randomBytes } from 'node:crypto';
import { open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readRecord, type InstalledPackage, type NativePackageName } from '../installedPackage.js';

/** Writes a record whole or not at all: beside, flushed to the disk, then renamed into place. */
export async function writeRecord(home: string, name: NativePackageName, record: InstalledPackage): Promise<void> {
  const file = join(home, `${name}.json`);
  const temporary = `${file}.${randomBytes(4).toString('hex')}`;
  const handle = await open(temporary, 'wx');
  try {
    await handle.writeFile(`${JSON.stringify(record, undefined, 1)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
}

/** The record, or `undefined` where there is none or a damaged one: to an install both mean the same. */
export function soundRecord(name: NativePackageName, home: string): InstalledPackage | undefined {
  try {
    return readRecord(name, home);
  } catch {
    return undefined;
  }
}

/** A new name for a package's folder: no other package's names begin so. */
export const newFolderName = (name: NativePackageName, version: string): string =>
  `${name}_${version.replace(/[^\w.-]/g, '-')}_${randomBytes(4).toString('hex')}`;

/** Removes a package's folders, and what killed installs left of its records, save the folder that stays. */
export async function removeFolders(home: string, name: NativePackageName, staying?: string): Promise<void> {
  for (const entry of await readdir(home)) {
    const isOurs = entry.startsWith(`${name}_`) || entry.startsWith(`${name}.json.`);
    if (isOurs && entry !== staying) await rm(join(home, entry), { recursive: true, force: true });
  }
}
