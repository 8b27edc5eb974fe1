import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { standInWheel } from './standInWheel.js';

type ProgramName = 'npm' | 'python3' | 'g++';

/**
 * What each stand-in does once it has noted that it was called; the wheels are `machine.path`'s own. All write into the folder that they are
 * called in, so none does where it is only asked for its version.
 */
const PROGRAMS: Readonly<Record<ProgramName, string>> = {
  npm: `
    const { dependencies } = JSON.parse(fs.readFileSync('package.json', 'utf8'));
    for (const name of Object.keys(dependencies)) {
      fs.mkdirSync(path.join('node_modules', name, 'binding'), { recursive: true });
      fs.writeFileSync(path.join('node_modules', name, 'package.json'), JSON.stringify({ name }));
    }`,
  python3: `
    if (args.includes('--version')) return console.log('pip 23.0');
    const name = args[3].match(/^[\\w-]+/)[0].replaceAll('-', '_');
    const wheel = fs.readdirSync(path.join(folder, 'wheels')).find((file) => file.startsWith(name + '-'));
    if (!wheel) { console.error('ERROR: No matching distribution found for ' + args[3]); return process.exit(1); }
    console.log('  Downloading ' + wheel + ' (0.3 MB)');
    fs.copyFileSync(path.join(folder, 'wheels', wheel), path.join(args[args.indexOf('--dest') + 1], wheel));`,
  'g++': `
    fs.writeFileSync(args[args.indexOf('-o') + 1], args.join(' '));`,
};

/** A machine of its own: nothing on its PATH but stand-ins for npm, Python and the compiler, a native home, an index of wheels. */
export class StandInMachine {
  readonly path = mkdtempSync(join(tmpdir(), 'inception-machine-'));
  readonly home = join(this.path, 'home');
  private readonly before = { ...process.env };

  constructor() {
    for (const folder of ['bin', 'wheels']) mkdirSync(join(this.path, folder));
    this.restore();
    this.wheel('tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_17_x86_64.whl', standInWheel());
    Object.assign(process.env, this.environment());
    delete process.env.CXX;
  }

  environment(): Record<string, string> {
    return { PATH: join(this.path, 'bin'), TFJS_INCEPTION_NATIVE: this.home };
  }

  /** Puts a program in place. @param first Code that runs before it does what it should: \`process.exit(1)\`, say. */
  program(name: ProgramName, first = ''): void {
    const source = `#!${process.execPath}
      const fs = require('fs'), path = require('path');
      const folder = ${JSON.stringify(this.path)}, args = process.argv.slice(2);
      fs.appendFileSync(path.join(folder, 'calls'), ['${name}', ...args].join(' ') + '\\n');
      (() => {
        if (args[0] === '--version') return console.log('1.0');
        ${first};
        ${PROGRAMS[name]}
      })();`;
    rmSync(join(this.path, 'bin', name), { force: true });
    writeFileSync(join(this.path, 'bin', name), source, { mode: 0o755 });
  }

  /** Puts all programs in place as they were. */
  restore(): void {
    for (const name of Object.keys(PROGRAMS) as ProgramName[]) this.program(name);
  }

  /** Lets a program wait, once it has started, until {@link letGo} or for half a minute. pip is held where it downloads. */
  hold(name: ProgramName): void {
    const waiting = `
      const [turn, go] = [new Int32Array(new SharedArrayBuffer(4)), path.join(folder, 'go')];
      for (let i = 0; i < 600 && !args.includes('--version') && !fs.existsSync(go); i++) Atomics.wait(turn, 0, 0, 50);`;
    this.program(name, waiting);
  }

  letGo(): void {
    writeFileSync(join(this.path, 'go'), '');
  }

  without(name: ProgramName): void {
    rmSync(join(this.path, 'bin', name));
  }

  /** Puts a wheel in the index. @returns Its path. */
  wheel(file: string, bytes: Uint8Array): string {
    const path = join(this.path, 'wheels', file);
    writeFileSync(path, bytes);
    return path;
  }

  /** The command lines that ran since the last time, in order. */
  calls(): string[] {
    const file = join(this.path, 'calls');
    try {
      return readFileSync(file, 'utf8').trim().split('\n');
    } catch {
      return [];
    } finally {
      rmSync(file, { force: true });
    }
  }

  /** Waits until a program has started. */
  async called(name: ProgramName): Promise<void> {
    const started = new RegExp(`^${name.replaceAll('+', '\\+')} (?!.*--version)`, 'm');
    const calls = (): string => (existsSync(join(this.path, 'calls')) ? readFileSync(join(this.path, 'calls'), 'utf8') : '');
    while (!started.test(calls())) await new Promise((resolve) => setTimeout(resolve, 50));
  }

  remove(): void {
    process.env = this.before;
    rmSync(this.path, { recursive: true, force: true });
  }
}
