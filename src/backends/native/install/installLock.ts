import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { InceptionError } from '../../../errors.js';

/** Who holds a native home's lock. */
interface Holder {
  readonly pid: string;
  /** When the process started, where the system tells: another process may have its number by now. */
  readonly started: string;
  readonly host: string;
}

/** Whoever held the lock is named or removed at every attempt: after so many something else is the matter. */
const ATTEMPTS = 100;

/** What renaming a folder to the name of one that is not empty gives; Windows says EPERM. */
const TAKEN = process.platform === 'win32' ? ['EPERM', 'EEXIST', 'ENOTEMPTY'] : ['EEXIST', 'ENOTEMPTY'];

/**
 * Runs work that changes a native home while nobody else does. A lock whose process has ended is taken over.
 *
 * The lock is a folder with one empty file, named for its holder. The folder is made elsewhere and renamed, which no file system does where
 * another folder with a file in it has that name: whoever sees the lock sees its holder, and of two processes one gets it. What is removed
 * is the file of a holder by its own name, and never another one's.
 *
 * @throws InceptionError `BACKEND_UNAVAILABLE` if another process is at it, naming it.
 */
export async function holdingLock<Result>(home: string, work: () => Promise<Result>): Promise<Result> {
  await mkdir(home, { recursive: true });
  const lock = join(home, 'lock');
  const mine = nameOf({ pid: `${process.pid}`, started: (await startOf(process.pid)) ?? '', host: hostname() });
  await take(lock, mine);
  try {
    return await work();
  } finally {
    // Once this process has ended, the lock is as good as left; what the work gave or threw counts more.
    await leave(lock, mine).catch(() => undefined);
  }
}

async function take(lock: string, mine: string): Promise<void> {
  const prepared = `${lock}-${randomBytes(4).toString('hex')}`;
  await mkdir(prepared);
  try {
    await writeFile(join(prepared, mine), '');
    for (let attempt = 1; !(await renamed(prepared, lock, attempt)); attempt++) {
      for (const holder of await holders(lock)) {
        if (await isHeld(holder)) throw new InceptionError('BACKEND_UNAVAILABLE', heldMessage(lock, holder));
        await leave(lock, holder);
      }
      // One that died while it left may have left the folder, over which Windows renames nothing.
      await rmdir(lock).catch(() => undefined);
    }
  } catch (error) {
    await rm(prepared, { recursive: true, force: true });
    throw error;
  }
}

async function renamed(from: string, to: string, attempt: number): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (attempt < ATTEMPTS && TAKEN.includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

async function holders(lock: string): Promise<string[]> {
  try {
    return await readdir(lock);
  } catch (error) {
    // Whoever held it has left. One that this user may not look into is somebody's.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Removes a holder's file, and the folder unless another one holds it by now. */
async function leave(lock: string, holder: string): Promise<void> {
  await rm(join(lock, holder), { force: true });
  await rmdir(lock).catch(() => undefined);
}

const nameOf = ({ pid, started, host }: Holder): string => `${pid}-${started}-${host}`;

function parse(name: string): Holder | undefined {
  const [, pid, started, host] = /^(\d+)-(\d*)-(.*)$/.exec(name) ?? [];
  return pid === undefined ? undefined : { pid, started, host };
}

async function isHeld(name: string): Promise<boolean> {
  const holder = parse(name);
  // Of another machine that shares the folder nobody here can tell.
  if (holder?.host !== hostname()) return true;
  if (!isAlive(Number(holder.pid))) return false;
  const started = await startOf(Number(holder.pid));
  // Some systems do not tell of other users' processes.
  return holder.started === '' || started === undefined || holder.started === started;
}

function heldMessage(lock: string, name: string): string {
  const holder = parse(name);
  const who = holder ? `process ${holder.pid} on ${holder.host}` : 'another process';
  return `inception native: expected to be the only one at work here, got ${who}. Wait for it; if there is no such process any more, remove ${lock}.`;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Linux: the 22nd field of a process' status, counted after its name, which may hold anything. */
async function startOf(pid: number): Promise<string | undefined> {
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return status?.slice(status.lastIndexOf(')') + 2).split(' ')[19];
}
