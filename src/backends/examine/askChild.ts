import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { NATIVE_HOME_VARIABLE } from '../native/nativeHome.js';
import { lastWords } from './lastWords.js';

/** The compiled program of the child. Tests, which run TypeScript sources, compile them first. */
const CHILD_FILE = join(__dirname, 'examineChild.js');

/** CUDA libraries found on a slow disk take half a minute to load. */
const TIMEOUT_MS = 60_000;

const STDERR_KEPT = 8192;

/** What usually lies behind a signal. */
const SIGNAL_MEANINGS: Partial<Record<NodeJS.Signals, string>> = {
  SIGBUS: 'a file that it reads is cut short',
  SIGILL: 'an instruction that this processor lacks',
  SIGKILL: 'ended from outside, perhaps for want of memory',
};

/** How a child is run. */
export interface AskOptions {
  /** The folder of native packages, in place of the user's own. */
  readonly home?: string;
  /** Milliseconds until a child that has not answered is killed. Default: 60,000. */
  readonly timeoutMs?: number;
  /** Kills the child when aborted. */
  readonly signal?: AbortSignal;
}

/** What came of it: the child's answer, or why there is none. */
export type ChildOutcome<Answer> =
  { readonly answer: Answer; readonly failure?: never } | { readonly answer?: never; readonly failure: string };

/**
 * Asks a question that may cost the process its life, such as loading an addon, in a process of its own.
 *
 * @param question The question's name and its parameters, as `examineChild` reads them.
 * @returns The answer, or a readable reason why there is none: a crash with its signal, an end without an answer, a timeout, an error. It
 * never rejects, and returns when the child is gone.
 */
export async function askChild<Answer>(question: readonly string[], options: AskOptions): Promise<ChildOutcome<Answer>> {
  if (options.signal?.aborted) return { failure: 'stopped before it began' };
  try {
    return await outcomeOf<Answer>(startChild(question, options.home), options);
  } catch (cause) {
    return { failure: `no process could be started: ${(cause as Error).message}` };
  }
}

/** The answer comes over a channel of its own: whatever native libraries print cannot be mistaken for it. */
function startChild(question: readonly string[], home: string | undefined): ChildProcess {
  return fork(CHILD_FILE, question, {
    env: home === undefined ? process.env : { ...process.env, [NATIVE_HOME_VARIABLE]: home },
    // Neither a debugger's port nor memory limits of this process are the child's.
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
}

async function outcomeOf<Answer>(child: ChildProcess, { timeoutMs = TIMEOUT_MS, signal }: AskOptions): Promise<ChildOutcome<Answer>> {
  let outcome: ChildOutcome<Answer> | undefined;
  let printed = '';
  const end = (reached: ChildOutcome<Answer>): void => {
    outcome ??= reached;
    child.kill('SIGKILL');
  };
  const stop = (): void => end({ failure: 'stopped before it answered' });
  const timer = setTimeout(() => end({ failure: `no answer within ${timeoutMs / 1000} seconds${lastWords(printed)}` }), timeoutMs);
  signal?.addEventListener('abort', stop);
  // A process that leaves at once, as on Ctrl-C, takes its child along.
  process.on('exit', stop);
  child.once('message', (message) => end(message as ChildOutcome<Answer>));
  child.stderr?.on('data', (data) => (printed = (printed + String(data)).slice(-STDERR_KEPT)));
  try {
    return await new Promise((fulfil, reject) => {
      child.once('error', reject);
      child.once('close', (code, killer) => fulfil(outcome ?? { failure: `${endOf(code, killer)}${lastWords(printed)}` }));
    });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
    process.off('exit', stop);
  }
}

function endOf(code: number | null, killer: NodeJS.Signals | null): string {
  if (killer === null) return `its process ended with exit code ${code} and no answer`;
  const meaning = SIGNAL_MEANINGS[killer];
  return `its process crashed (${killer}${meaning === undefined ? '' : `, ${meaning}`})`;
}
