/** The program of a worker thread: tasks in, results out, one after the other in the order they came. */
import { parentPort, workerData } from 'node:worker_threads';
import { InceptionError } from '../errors.js';
import { pictureReader } from './pictureReader.js';
import { runPictureTask, type PictureTask } from './pictureTask.js';

/** What a worker thread is started with. */
export interface WorkerSettings {
  /** Where decoded pictures are kept on the disk, if they are. */
  readonly cacheDirectory?: string | undefined;
}

const port = parentPort!;
const { cacheDirectory } = workerData as WorkerSettings;
const reader = pictureReader(cacheDirectory, (cacheStopped) => port.postMessage({ cacheStopped }));
let last: Promise<void> = Promise.resolve();

async function answer(id: number, task: PictureTask): Promise<void> {
  try {
    const result = await runPictureTask(task, reader);
    port.postMessage({ id, result }, result instanceof Uint8Array ? [result.buffer as ArrayBuffer] : []);
  } catch (error) {
    const code = error instanceof InceptionError ? error.code : 'UNREADABLE_IMAGE';
    port.postMessage({ id, code, message: error instanceof Error ? error.message : String(error) });
  }
}

port.on('message', ({ id, task }: { id: number; task: PictureTask }) => {
  last = last.then(() => answer(id, task));
});
