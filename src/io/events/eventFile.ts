import { open, readdir, type FileHandle } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { writeFailed } from '../atomicFile.js';
import { eventRecord, type TensorBoardEvent } from './eventRecord.js';
import { makeFolder } from '../makeFolder.js';

/** TensorBoard reads every file of a folder whose name has "tfevents" in it, in the order of the names. */
const EVENT_FILE_NAME = /^events\.out\.tfevents\.(\d{10})\./;

/** A TensorBoard event file that grows; a reader may follow it. */
export interface EventFile {
  readonly path: string;
  /** Hands an event to the system: it outlives this process from then on. */
  append(event: TensorBoardEvent): Promise<void>;
  /** Hands everything to the disk: it outlives a power cut from then on. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Begins a new event file, which comes after all that the folder holds.
 *
 * @param where The caller's name, for the message.
 * @throws InceptionError `WRITE_FAILED`, here and from each method.
 */
export async function eventFile(where: string, folder: string): Promise<EventFile> {
  await makeFolder(where, folder);
  const path = join(folder, await nextName(folder));
  const failed = (cause: unknown): never => {
    throw writeFailed(where, path, cause);
  };
  const handle: FileHandle = await open(path, 'ax').catch(failed);
  const append = (event: TensorBoardEvent): Promise<void> => handle.appendFile(eventRecord(event, Date.now() / 1000)).catch(failed);
  await append({ kind: 'version' });
  return { path, append, flush: () => handle.sync().catch(failed), close: () => handle.close().catch(failed) };
}

/** Two files of one second would be read in the order of their process numbers. */
async function nextName(folder: string): Promise<string> {
  const names = await readdir(folder);
  const earlier = names.map((name) => Number(EVENT_FILE_NAME.exec(name)?.[1] ?? 0));
  const seconds = Math.max(Math.floor(Date.now() / 1000), ...earlier.map((second) => second + 1));
  return `events.out.tfevents.${seconds}.${hostname()}.${process.pid}`;
}
