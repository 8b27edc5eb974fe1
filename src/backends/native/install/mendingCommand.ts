import { findProgram } from './findProgram.js';

/** The names of one thing in the package managers that are recognised. */
export interface SystemPackages {
  readonly apt: string;
  readonly dnf: string;
  readonly apk: string;
}

const MANAGERS = [
  { program: 'apt-get', manager: 'apt', command: 'apt-get install -y' },
  { program: 'dnf', manager: 'dnf', command: 'dnf install -y' },
  { program: 'apk', manager: 'apk', command: 'apk add' },
] as const;

/** The command that installs something on this system, or `undefined` where no package manager is recognised. */
export async function mendingCommand(packages: SystemPackages): Promise<string | undefined> {
  for (const { program, manager, command } of MANAGERS) {
    if ((await findProgram(program)) === undefined) continue;
    const sudo = process.getuid?.() === 0 ? '' : 'sudo ';
    return `${sudo}${command} ${packages[manager]}`;
  }
  return undefined;
}
