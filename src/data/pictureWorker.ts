/** The program of a worker thread: tasks in, results out, one after the other in the order they came. */
import { parentPort } from 'node:worker_threads';
import { InceptionError } from '../errors.js';
import { runPictureTask, type PictureTask } from './pictureTask.js';

const port = parentPort!;
let last: Promise<void> = Promise.resolve();

async function answer(id: number, task: PictureTask): Promise<void> {
  try {
    const result = await runPictureTask(task);
    port.postMessage({ id, result }, result instanceof Uint8Array ? [result.buffer as ArrayBuffer] : []);
  } catch (error) {
    const code = error instanceof InceptionError ? error.code : 'UNREADABLE_IMAGE';
    port.postMessage({ id, code, message: error instanceof Error ? error.message : String(error) });
  }
}

port.on('message', ({ id, task }: { id: number; task: PictureTask }) => {
  last = last.then(() => answer(id, task));
});
