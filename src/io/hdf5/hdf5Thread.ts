import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { runHdf5Task } from './hdf5Library.js';
import type { Hdf5Answer, Hdf5Task } from './hdf5Task.js';

/** The compiled program of the thread. From TypeScript sources (tests) there is none, and tasks run on the calling thread. */
const WORKER_FILE = join(__dirname, 'hdf5Worker.js');

/** A task lists a file or reads some 32 MiB: half a second's work, or ten on a slow disk. Longer, and a damaged file leads in a circle. */
const TASK_DEADLINE_MS = 15_000;

/** JavaScript's part of the thread's memory; the largest list of contents takes some 50 MB. (HDF5's own memory ends at 2 GiB.) */
const MAX_HEAP_MB = 512;

/**
 * The thread in which HDF5 reads files that may be damaged or hostile. One task runs at a time. A thread that does not answer, or whose
 * library has failed, is ended, and the next task gets a new one. It keeps the process alive only while a task is under way.
 */
export class Hdf5Thread {
  private worker: Worker | undefined;
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly deadlineMs = TASK_DEADLINE_MS) {}

  run(task: Hdf5Task): Promise<Hdf5Answer> {
    const answer = this.last.then(() => (existsSync(WORKER_FILE) ? this.perform(task) : runHdf5Task(task)));
    this.last = answer.catch(() => undefined);
    return answer;
  }

  private async perform(task: Hdf5Task): Promise<Hdf5Answer> {
    const worker = (this.worker ??= startWorker());
    worker.ref();
    const answer = await answerOf(worker, task, this.deadlineMs);
    if (!answer.isReusable) {
      this.worker = undefined;
      await worker.terminate();
    } else {
      worker.unref();
    }
    return answer;
  }
}

/** What the library prints when it fails is left unread: the answer says it, and a reader would keep the process alive. */
function startWorker(): Worker {
  return new Worker(WORKER_FILE, { stdout: true, stderr: true, resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB } });
}

async function answerOf(worker: Worker, task: Hdf5Task, deadlineMs: number): Promise<Hdf5Answer> {
  const watch = new AbortController();
  try {
    return await new Promise<Hdf5Answer>((fulfil) => {
      const fail = (problem: string): void => fulfil({ problem, isReusable: false });
      const timer = setTimeout(() => fail(`no answer from the HDF5 library within ${deadlineMs / 1000} seconds`), deadlineMs);
      const onError = (cause: Error): void => fail(`a failure of the HDF5 library (${cause.message})`);
      const onExit = (): void => fail('an end of the HDF5 library');
      worker.once('message', fulfil).once('error', onError).once('exit', onExit);
      watch.signal.addEventListener('abort', () => {
        clearTimeout(timer);
        worker.off('message', fulfil).off('error', onError).off('exit', onExit);
      });
      worker.postMessage(task);
    });
  } finally {
    watch.abort();
  }
}
