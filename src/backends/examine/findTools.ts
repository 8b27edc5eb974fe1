import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findProgram } from '../native/install/findProgram.js';
import { mendingCommand } from '../native/install/mendingCommand.js';
import { compiler, findCompiler, findPython, npm, pip, type Requirement } from '../native/install/requirements.js';

/** What `inception native install` runs, and how each tells its version. */
const TOOLS: readonly { requirement: Requirement; find: () => Promise<string | undefined>; asking: readonly string[] }[] = [
  { requirement: compiler, find: findCompiler, asking: ['--version'] },
  { requirement: pip(), find: () => findPython(), asking: ['-m', 'pip', '--version'] },
  { requirement: npm, find: () => findProgram('npm'), asking: ['--version'] },
];

const TIMEOUT_MS = 10_000;

/** A tool, or the lack of it. */
export interface FoundTool {
  readonly what: string;
  /** The first line that it prints of itself; absent where it does not run. */
  readonly version?: string;
  /** What brings it, where it does not run. */
  readonly mend?: string;
}

/** Asks the tools that a native install needs for their versions. */
export function findTools(): Promise<FoundTool[]> {
  return Promise.all(
    TOOLS.map(async ({ requirement: { what, packages, otherwise }, find, asking }) => {
      const program = await find();
      const version = program && (await firstLineOf(program, asking));
      return version ? { what, version } : { what, mend: (await mendingCommand(packages)) ?? otherwise };
    }),
  );
}

async function firstLineOf(program: string, parameters: readonly string[]): Promise<string | undefined> {
  // On Windows npm is a script, which only a shell runs.
  const options = { timeout: TIMEOUT_MS, shell: process.platform === 'win32' };
  const printed = await promisify(execFile)(program, parameters, options).catch(() => undefined);
  return printed?.stdout.split('\n')[0].trim();
}
