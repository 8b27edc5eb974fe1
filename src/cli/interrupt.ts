import { constants } from 'node:os';
import { InceptionError } from '../errors.js';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

let unfinished = 0;
let notice = '';
let leave: (() => void) | undefined;
let stopping: AbortController | undefined;

/** From now on Ctrl-C ends the process with code 130, SIGTERM with 143, and without a stack trace. */
export function leaveOnInterrupt(): void {
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      const isSecond = leave !== undefined;
      leave = () => {
        process.stderr.write(`\nstopped${notice && `: ${notice}`}\n`);
        process.exit(128 + constants.signals[signal]);
      };
      if (isSecond || (unfinished === 0 && !stopping)) return leave();
      process.stderr.write(`\nstopping once ${stopping ? 'this step is done' : 'the files are written'}; Ctrl-C again leaves at once\n`);
      stopping?.abort();
    });
  }
}

/** What the user should know if the command is stopped from now on, such as that nothing was saved. */
export function sayIfStopped(text: string): void {
  notice = text;
}

/** Work on files that a Ctrl-C must not cut short: the process ends after it. */
export async function finishFirst<Result>(work: () => Promise<Result>): Promise<Result> {
  unfinished++;
  try {
    return await work();
  } finally {
    if (--unfinished === 0) leave?.();
  }
}

/** Work that knows how to stop: a Ctrl-C asks it to, and the process ends once it has. */
export async function stoppable<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  stopping = new AbortController();
  try {
    const result = await work(stopping.signal);
    leave?.();
    return result;
  } catch (error) {
    // Any other failure is what the user must know of: a checkpoint that could not be written, for instance.
    if (error instanceof InceptionError && error.code === 'ABORTED') leave?.();
    throw error;
  } finally {
    stopping = undefined;
  }
}
