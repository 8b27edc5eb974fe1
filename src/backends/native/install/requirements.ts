import { InceptionError } from '../../../errors.js';
import { findProgram } from './findProgram.js';
import { WHERE } from './installFailure.js';
import { mendingCommand, type SystemPackages } from './mendingCommand.js';
import { runProgram } from './runProgram.js';

/** Something that must be on the machine. */
export interface Requirement {
  readonly what: string;
  readonly isThere: () => Promise<boolean>;
  readonly packages: SystemPackages;
  /** What else mends it, or does where no package manager is known. */
  readonly otherwise: string;
}

export const npm: Requirement = {
  what: 'npm',
  isThere: async () => (await findProgram('npm')) !== undefined,
  packages: { apt: 'npm', dnf: 'npm', apk: 'npm' },
  otherwise: 'it comes with Node.js',
};

/** The C++ compiler: `$CXX`, or one by its usual name. */
export const findCompiler = (): Promise<string | undefined> =>
  process.env.CXX ? findProgram(process.env.CXX) : findProgram('g++', 'c++', 'clang++');

export const compiler: Requirement = {
  what: 'a C++ compiler (g++)',
  isThere: async () => (await findCompiler()) !== undefined,
  packages: { apt: 'g++', dnf: 'gcc-c++', apk: 'g++' },
  otherwise: 'set CXX to the path of one',
};

/** The Python that runs pip. Whatever its version: what pip brings is never run by it. */
export const findPython = (python?: string): Promise<string | undefined> =>
  python === undefined ? findProgram('python3', 'python') : findProgram(python);

/** Python with pip. */
export const pip = (python?: string): Requirement => ({
  what: `${python ?? 'python3'} with pip`,
  isThere: async () => {
    const found = await findPython(python);
    return (
      found !== undefined &&
      (await runProgram(found, ['-m', 'pip', '--version']).then(
        () => true,
        () => false,
      ))
    );
  },
  packages: { apt: 'python3-pip', dnf: 'python3-pip', apk: 'py3-pip' },
  otherwise: 'name another Python with --python, or give the wheel with --wheel FILE, which needs no Python',
});

/** @throws InceptionError `MISSING_PACKAGE` naming all that is missing, each with the command that mends it. */
export async function requireAll(requirements: readonly Requirement[]): Promise<void> {
  const lines: string[] = [];
  for (const { what, isThere, packages, otherwise } of requirements) {
    if (await isThere()) continue;
    const command = await mendingCommand(packages);
    lines.push(`  ${what}: ${command === undefined ? '' : `${command} (or `}${otherwise}${command === undefined ? '' : ')'}`);
  }
  if (lines.length > 0) throw new InceptionError('MISSING_PACKAGE', `${WHERE}: this machine lacks\n${lines.join('\n')}`);
}
