import { access, readFile, readdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isAbandoned, nameBehindTemporary, temporaryPath } from '../atomicFile.js';
import { namedShards } from './modelDocument.js';
import type { ModelPath } from '../modelPath.js';
import { isShardName } from './shards.js';

/** The weight files that a folder's model has now. */
export async function currentShards({ file }: ModelPath): Promise<readonly string[]> {
  return shardsNamedIn(file);
}

/**
 * Removes those of the named weight files that neither the current description names nor one that a writer is about to commit.
 *
 * Another process may begin a save of the same content at this very moment. So a file is first renamed away, then asked for again, and put
 * back if it has come to be needed: a writer announces its files before it writes them. Files that cannot be removed stay: they do no harm.
 */
export async function retireShards(path: ModelPath, names: readonly string[]): Promise<void> {
  const candidates = [...new Set(names)].filter(isShardName);
  const needed = candidates.length > 0 ? await neededShards(path) : new Set<string>();
  for (const name of candidates) {
    if (needed.has(name)) continue;
    const shard = join(path.folder, name);
    const away = temporaryPath(shard);
    try {
      await rename(shard, away);
      if ((await neededShards(path)).has(name) && !(await exists(shard))) await rename(away, shard);
      else await rm(away, { force: true });
    } catch {
      // Taken away by another writer, or not ours to remove.
    }
  }
}

/** Removes what saves that were killed left behind: descriptions never committed with the weight files they name, and half-written files. */
export async function clearAbandoned(path: ModelPath): Promise<void> {
  for (const { file, target } of await temporaries(path)) {
    if (!(await isAbandoned(file))) continue;
    const shards = target === basename(path.file) ? await shardsNamedIn(file) : [];
    await rm(file, { force: true }).catch(() => undefined);
    await retireShards(path, shards);
  }
}

/** Weight files of the current description and of every one about to be committed. */
async function neededShards(path: ModelPath): Promise<ReadonlySet<string>> {
  // The pending ones first: one that is committed between the two readings is then found as the current one.
  const pending = (await temporaries(path)).filter(({ target }) => target === basename(path.file));
  const named = await Promise.all(pending.map(({ file }) => shardsNamedIn(file)));
  return new Set([...named.flat(), ...(await currentShards(path))]);
}

/** The folder's temporary files of models, and the names that they stand in for. */
async function temporaries({ folder, file }: ModelPath): Promise<{ file: string; target: string }[]> {
  const names = await readdir(folder).catch(() => []);
  return names.flatMap((name) => {
    const target = nameBehindTemporary(name);
    const isOurs = target !== undefined && (target === basename(file) || isShardName(target));
    return isOurs ? [{ file: join(folder, name), target }] : [];
  });
}

async function shardsNamedIn(file: string): Promise<readonly string[]> {
  return namedShards(await readFile(file, 'utf8').catch(() => ''));
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
