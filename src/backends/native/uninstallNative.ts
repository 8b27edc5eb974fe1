import { rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { folderBytes } from './install/folderBytes.js';
import { asInstallFailure } from './install/installFailure.js';
import { holdingLock } from './install/installLock.js';
import { removeFolders, soundRecord } from './install/installRecord.js';
import type { NativePackageName } from './installedPackage.js';
import { nativeHome } from './nativeHome.js';

/**
 * Removes packages, and what interrupted installs of them left. The record goes first: nothing finds a package that is half removed.
 *
 * @returns The bytes that were freed; 0 where nothing was installed.
 * @throws InceptionError `BACKEND_UNAVAILABLE` while an install is at work; `WRITE_FAILED` where the home cannot be changed.
 */
export async function uninstallNative(names: readonly NativePackageName[]): Promise<number> {
  const home = nativeHome();
  try {
    // Nothing is made where nothing is.
    if (!(await isThere(home))) return 0;
    return await holdingLock(home, () => remove(names, home));
  } catch (error) {
    throw asInstallFailure(error, home, 'inception native uninstall');
  }
}

async function isThere(folder: string): Promise<boolean> {
  try {
    await stat(folder);
    return true;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

async function remove(names: readonly NativePackageName[], home: string): Promise<number> {
  const before = await folderBytes(home);
  const staging = join(home, 'staging');
  for (const name of names) {
    const folder = soundRecord(name, home)?.folder;
    await rm(join(home, `${name}.json`), { force: true });
    if (folder !== undefined) await rm(join(home, folder), { recursive: true, force: true });
    await removeFolders(home, name);
    await rm(join(staging, name), { recursive: true, force: true });
  }
  // Another package's may lie in it.
  await rmdir(staging).catch(() => undefined);
  return before - (await folderBytes(home));
}
