import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { InceptionError } from '../../../errors.js';
import { WHERE } from './installFailure.js';

/** Who holds a native home's lock. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process started, where the system tells: another process may have its number by now. */
  readonly started?: string;
}

/**
 * Runs work that changes a native home while nobody else does. A lock whose process has ended is taken over.
 *
 * @throws InceptionError `BACKEND_UNAVAILABLE` if another process is at it, naming it.
 */
export async function holdingLock<Result>(home: string, work: () => Promise<Result>): Promise<Result> {
  await mkdir(home, { recursive: true });
  const file = join(home, 'lock');
  await take(file);
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

async function take(file: string): Promise<void> {
  const mine: Holder = { pid: process.pid, host: hostname(), started: await startOf(process.pid) };
  while (!(await create(file, JSON.stringify(mine)))) {
    const held = await readFile(file, 'utf8').catch(() => undefined);
    // Let go of in this very moment.
    if (held === undefined) continue;
    if (await isHeld(held)) throw new InceptionError('BACKEND_UNAVAILABLE', heldMessage(file, held));
    await removeStale(file, held);
  }
}

async function create(file: string, text: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx');
    await handle.writeFile(text);
    await handle.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Two processes may find the same stale lock: the one that comes second must not take away the lock that the first made meanwhile. */
async function removeStale(file: string, stale: string): Promise<void> {
  const aside = `${file}-${randomBytes(4).toString('hex')}`;
  try {
    await rename(file, aside);
  } catch {
    return;
  }
  if ((await readFile(aside, 'utf8')) === stale) await rm(aside);
  else await rename(aside, file);
}

async function isHeld(text: string): Promise<boolean> {
  const holder = parse(text);
  // Of another machine that shares the folder nobody here can tell.
  if (holder === undefined || holder.host !== hostname()) return true;
  if (!isAlive(holder.pid)) return false;
  return holder.started === undefined || holder.started === (await startOf(holder.pid));
}

function heldMessage(file: string, text: string): string {
  const holder = parse(text);
  const who = holder ? `process ${holder.pid} on ${holder.host}` : 'another process';
  return `${WHERE}: expected to be the only one at work here, got ${who}. Wait for it; if there is no such process any more, remove ${file}.`;
}

function parse(text: string): Holder | undefined {
  try {
    return JSON.parse(text) as Holder;
  } catch {
    return undefined;
  }
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
