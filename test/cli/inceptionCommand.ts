import { join } from 'node:path';
import { runProgram } from '../../src/cli/program.js';
import { backendUnderTest } from '../backendUnderTest.js';
import { writePlain } from '../data/pictureFiles.js';
import { CompiledSources, start, type ChildResult } from '../io/compiledSources.js';

/** The flag that makes a command compute where the tests do. */
export const ON_BACKEND: readonly string[] = ['--backend', backendUnderTest()];

/** Loaded before the command: sends it a signal as soon as it has printed a text on standard error, however busy the machine is. */
const INTERRUPTING = `
const [text, signal] = JSON.parse(process.env.INTERRUPTING);
const { write } = process.stderr;
let printed = '';
process.stderr.write = (chunk, ...rest) => {
  const isWritten = write.call(process.stderr, chunk, ...rest);
  printed += chunk;
  if (!printed.includes(text)) return isWritten;
  process.stderr.write = write;
  process.kill(process.pid, signal);
  return isWritten;
};
`;

/** The command in processes of its own, compiled once. */
export class InceptionCommand {
  private constructor(
    readonly sources: CompiledSources,
    private readonly interrupting: string,
  ) {}

  static async create(): Promise<InceptionCommand> {
    const sources = await CompiledSources.create();
    return new InceptionCommand(sources, await sources.script('interrupting.cjs', INTERRUPTING));
  }

  /**
   * @param cwd The working directory.
   * @param preload A script that is loaded before the command.
   */
  start(args: readonly string[], cwd = this.sources.folder, preload?: string, env = process.env): ReturnType<typeof start> {
    const before = preload === undefined ? [] : ['--require', preload];
    return start(process.execPath, [...before, join(this.sources.folder, 'dist', 'cli', 'main.js'), ...args], { cwd, env });
  }

  /** Runs it to its end. */
  run(args: readonly string[], cwd?: string): Promise<ChildResult> {
    return this.start(args, cwd).ended;
  }

  /** Runs it to its end, which a signal brings about: sent when it has printed a text on standard error. */
  interrupted(args: readonly string[], after: string, signal: NodeJS.Signals = 'SIGINT'): Promise<ChildResult> {
    const env = { ...process.env, INTERRUPTING: JSON.stringify([after, signal]) };
    return this.start(args, undefined, this.interrupting, env).ended;
  }

  remove(): Promise<void> {
    return this.sources.remove();
  }
}

/** Runs a command line in this process, at a tenth of the time that one of its own takes. */
export async function runHere(args: readonly string[], cwd = process.cwd()): Promise<ChildResult> {
  const from = process.cwd();
  const streams = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    jest.spyOn(process[name], 'write').mockImplementation((text) => {
      streams[name] += String(text);
      return true;
    }),
  );
  process.chdir(cwd);
  try {
    return { code: await runProgram(args), signal: null, ...streams };
  } finally {
    process.chdir(from);
    for (const spy of spies) spy.mockRestore();
  }
}

const COLORS: Readonly<Record<string, readonly [number, number, number]>> = {
  red: [200, 40, 40],
  blue: [40, 40, 200],
  green: [40, 200, 40],
};

/** So many pictures of 40 × 40 of each class, which is a color's name, each of its own shade. */
export async function writeColors(folder: string, counts: Readonly<Record<string, number>>): Promise<void> {
  for (const [name, count] of Object.entries(counts)) {
    const color = COLORS[name] ?? [128, 128, 128];
    for (let shade = 0; shade < count; shade++) {
      await writePlain(join(folder, name, `${shade}.png`), color.map((value) => value + ((shade * 13) % 40)), 40); // prettier-ignore
    }
  }
}

const STACK_LINE = /^ {4}at /m;

/** Asserts that a command failed as it should: this exit code, this error, nothing on standard output, no stack trace. */
export function expectError({ code, stdout, stderr }: ChildResult, exitCode: number, error: string | RegExp): void {
  expect(stderr).toMatch(error);
  expect(stderr).toMatch(/^error: /m);
  expect(stderr).not.toMatch(STACK_LINE);
  expect({ code, stdout }).toEqual({ code: exitCode, stdout: '' });
}
