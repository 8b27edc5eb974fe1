/** The program of the thread in which HDF5 reads: tasks in, answers out, one after the other. */
import { parentPort } from 'node:worker_threads';
import { runHdf5Task } from './hdf5Library.js';
import type { Hdf5Task } from './hdf5Task.js';

const port = parentPort!;

async function answer(task: Hdf5Task): Promise<void> {
  const reply = await runHdf5Task(task);
  port.postMessage(reply, 'result' in reply && reply.result instanceof Uint8Array ? [reply.result.buffer] : []);
}

port.on('message', (task: Hdf5Task) => void answer(task));
