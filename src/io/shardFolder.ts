import { access, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { nameBehindTemporary, temporaryPath } from './atomicFile.js';
import { namedShards } from './modelDocument.js';
import type { ModelPath } from './modelPath.js';
import { isShardName } from './shards.js';

/** No save takes this long, so that what is older was left by a process that was killed. */
const STALE_AFTER_MS = 60 * 60 * 1000;

/** Whether all of a model's weight files are in its folder. */
export async function shardsPresent(folder: string, names: readonly string[]): Promise<boolean> {
  const found = await Promise.all(names.map((name) => exists(join(folder, name))));
  return found.every(Boolean);
}

/**
 * Removes those of the named weight files that the current description does not name.
 *
 * Another process may be committing a model of the same content at this very moment. So a file is first renamed away, then the description
 * is read again, and the file put back if it has come to be needed. Files that cannot be removed stay: they do no harm.
 */
export async function retireShards({ folder, file }: ModelPath, names: readonly string[]): Promise<void> {
  const current = async (): Promise<ReadonlySet<string>> => new Set(namedShards(await readFile(file, 'utf8').catch(() => '')));
  const named = await current();
  for (const name of new Set(names)) {
    if (named.has(name) || !isShardName(name)) continue;
    const path = join(folder, name);
    const away = temporaryPath(path);
    try {
      await rename(path, away);
      if ((await current()).has(name) && !(await exists(path))) await rename(away, path);
      else await rm(away, { force: true });
    } catch {
      // Taken away by another writer, or not ours to remove.
    }
  }
}

/** Removes what saves that were killed left half written, once it is certain that none is still at work on it. */
export async function removeStaleTemporaries({ folder, file }: ModelPath): Promise<void> {
  const before = Date.now() - STALE_AFTER_MS;
  for (const name of await readdir(folder).catch(() => [])) {
    const target = nameBehindTemporary(name);
    if (target === undefined || !(target === basename(file) || isShardName(target))) continue;
    const path = join(folder, name);
    const status = await stat(path).catch(() => undefined);
    if (status && status.mtimeMs < before) await rm(path, { force: true }).catch(() => undefined);
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
