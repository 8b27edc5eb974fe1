import { spawn, type ChildProcess } from 'node:child_process';
import { InceptionError } from '../../../errors.js';
import { installFailure, throwIfAborted, WHERE } from './installFailure.js';

/** What of a failed program's output is worth showing: the last lines say why. */
const SHOWN_LINES = 12;

const IS_WINDOWS = process.platform === 'win32';

export interface ProgramOptions {
  readonly cwd?: string;
  /** Beside the process' own. */
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Called with everything that it prints. */
  readonly onOutput?: (text: string) => void;
  /** What to do if it fails. */
  readonly advice?: string;
}

/**
 * Runs a program to its end, with all that it starts in a process group of its own: a Ctrl-C ends them all.
 *
 * @returns What it printed, on either stream.
 * @throws InceptionError `ABORTED` through `signal`; `BACKEND_UNAVAILABLE` with its last lines if it fails; `MISSING_PACKAGE` if it does not start.
 */
export async function runProgram(program: string, parameters: readonly string[], options: ProgramOptions = {}): Promise<string> {
  const { cwd, env, signal, onOutput, advice = '' } = options;
  throwIfAborted(signal);
  // npm is a script there, which only a shell runs.
  const child = spawn(program, parameters, {
    ...{ cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
    ...{ detached: !IS_WINDOWS, shell: IS_WINDOWS && program === 'npm' },
  });
  const end = (): void => endGroup(child);
  process.once('exit', end);
  signal?.addEventListener('abort', end, { once: true });
  try {
    const { code, killedBy, output } = await ended(child, onOutput);
    throwIfAborted(signal);
    if (code === 0) return output;
    const lines = output.trim().split('\n').slice(-SHOWN_LINES).join('\n');
    const how = killedBy === null ? `exit code ${code}` : `its end by ${killedBy}`;
    throw installFailure(`expected ${program} to succeed, got ${how}:\n${lines}\n${advice}`.trimEnd());
  } finally {
    process.off('exit', end);
    signal?.removeEventListener('abort', end);
  }
}

interface Ended {
  readonly code: number | null;
  readonly killedBy: NodeJS.Signals | null;
  readonly output: string;
}

function ended(child: ChildProcess, onOutput?: (text: string) => void): Promise<Ended> {
  let output = '';
  const collect = (data: Buffer): void => {
    const text = data.toString();
    output += text;
    onOutput?.(text);
  };
  child.stdout?.on('data', collect);
  child.stderr?.on('data', collect);
  return new Promise((fulfil, reject) => {
    child.on('error', (cause) => {
      reject(new InceptionError('MISSING_PACKAGE', `${WHERE}: ${child.spawnfile} does not start: ${cause.message}.`, { cause }));
    });
    child.on('close', (code, killedBy) => fulfil({ code, killedBy, output }));
  });
}

function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(IS_WINDOWS ? pid : -pid, 'SIGTERM');
  } catch {
    // It has ended by itself.
  }
}
