import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
// Loaded here, on the main thread, first: on glibc its shared libraries must outlive every worker that uses them.
import 'sharp';
import { InceptionError, type InceptionErrorCode } from '../errors.js';
import { pictureReader, type PictureReader } from './pictureReader.js';
import { runPictureTask, type PictureTask, type PictureTaskResult } from './pictureTask.js';
import type { WorkerSettings } from './pictureWorker.js';

/** A worker's answer: a result, or what went wrong. Without an id: why it stores no more decoded pictures. */
interface Answer {
  readonly id: number;
  readonly cacheStopped?: string;
  readonly result?: never;
  readonly code?: InceptionErrorCode;
  readonly message?: string;
}

interface Thread {
  readonly worker: Worker;
  readonly waiting: Map<number, { resolve: (result: never) => void; reject: (error: Error) => void }>;
}

/** The compiled program of a worker. From TypeScript sources (tests) there is none, and tasks run on the calling thread. */
const WORKER_FILE = join(__dirname, 'pictureWorker.js');

/** One core stays for computing; more than four threads are faster than any network of this package takes pictures. */
export const defaultWorkers = (): number => Math.max(1, Math.min(4, availableParallelism() - 1));

/**
 * Worker threads that decode and vary pictures. A task goes to its thread at once, not when the thread falls idle: the main thread, which
 * would have to hand it over, may be computing for half a second. Threads start when first needed, and do not keep the process alive
 * unless a task is under way.
 */
export class PicturePool {
  private readonly threads: Thread[] = [];
  private lastId = 0;
  private inProcess: Promise<unknown> = Promise.resolve();
  private readonly reader: PictureReader;
  /** Why decoded pictures are no longer stored in the cache directory, once they are not. */
  cacheStopped: string | undefined;

  /**
   * @param workers How many threads; 0 runs tasks on the calling thread.
   * @param cacheDirectory Where decoded pictures are kept on the disk, if they are.
   */
  constructor(
    readonly workers: number,
    readonly cacheDirectory?: string,
  ) {
    this.reader = pictureReader(cacheDirectory, (reason) => (this.cacheStopped ??= reason));
  }

  run<Task extends PictureTask>(task: Task): Promise<PictureTaskResult<Task>> {
    if (this.workers === 0 || !existsSync(WORKER_FILE)) {
      const result = this.inProcess.then(() => runPictureTask(task, this.reader));
      this.inProcess = result.catch(() => undefined);
      return result;
    }
    const thread = this.leastBusy();
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      thread.waiting.set(id, { resolve, reject });
      thread.worker.ref();
      thread.worker.postMessage({ id, task });
    });
  }

  /** Ends the threads; what is under way fails with `ABORTED`. A later task starts new ones. */
  async close(): Promise<void> {
    const ended = this.threads.splice(0);
    for (const thread of ended)
      this.fail(thread, new InceptionError('ABORTED', 'pictures: the dataset was closed while its pictures were being decoded.'));
    await Promise.all(
      ended.map(({ worker }) => {
        // A caller who awaits the end must be kept alive until it comes.
        worker.ref();
        return worker.terminate();
      }),
    );
  }

  private leastBusy(): Thread {
    const [best] = [...this.threads].sort((a, b) => a.waiting.size - b.waiting.size);
    return best && (best.waiting.size === 0 || this.threads.length >= this.workers) ? best : this.start();
  }

  private start(): Thread {
    const workerData: WorkerSettings = { cacheDirectory: this.cacheDirectory };
    const thread: Thread = { worker: new Worker(WORKER_FILE, { workerData }), waiting: new Map() };
    thread.worker.on('message', (answer: Answer) => {
      if (answer.cacheStopped === undefined) this.settle(thread, answer);
      else this.cacheStopped ??= answer.cacheStopped;
    });
    thread.worker.on('error', (cause) => {
      this.threads.splice(this.threads.indexOf(thread) >>> 0, 1);
      this.fail(thread, new InceptionError('UNREADABLE_IMAGE', `pictures: a decoding thread ended (${cause.message}).`, { cause }));
    });
    this.threads.push(thread);
    return thread;
  }

  private settle(thread: Thread, { id, result, code, message }: Answer): void {
    const task = thread.waiting.get(id);
    // A late answer to a task that closing has ended already must not let go of a thread whose end is awaited.
    if (!task) return;
    thread.waiting.delete(id);
    if (thread.waiting.size === 0) thread.worker.unref();
    if (code) task.reject(new InceptionError(code, message ?? code));
    else task.resolve(result!);
  }

  private fail(thread: Thread, error: InceptionError): void {
    for (const { reject } of thread.waiting.values()) reject(error);
    thread.waiting.clear();
  }
}

/** Hands out one release for each of a pool's datasets; the last to be released ends the pool. Each counts once. */
export function sharedRelease(pool: PicturePool, datasets: number): () => () => Promise<void> {
  let open = datasets;
  return () => {
    let released = false;
    return async () => {
      if (released) return;
      released = true;
      if (--open === 0) await pool.close();
    };
  };
}
