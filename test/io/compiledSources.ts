import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { copyFile, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import ts from 'typescript';

const ROOT = resolve(__dirname, '..', '..');

/** How a child process ended, and what it printed. */
export interface ChildResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The package's sources as plain JavaScript in a folder of their own, for tests that need a process which jest does not surround. */
export class CompiledSources {
  private constructor(readonly folder: string) {}

  /** Compiles file by file, without types: a few hundred milliseconds. */
  static async create(): Promise<CompiledSources> {
    const folder = await mkdtemp(join(tmpdir(), 'inception-compiled-'));
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
    await copyFile(join(ROOT, 'package.json'), join(folder, 'package.json'));
    await cp(join(ROOT, 'recipes'), join(folder, 'recipes'), { recursive: true });
    // Node16 leaves `import()` as it is, which is how packages without CommonJS are reached.
    const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.Node16 };
    for (const name of await readdir(join(ROOT, 'src'), { recursive: true })) {
      if (!/\.m?ts$/.test(name)) continue;
      const target = join(folder, 'dist', name.replace(/ts$/, 'js'));
      await mkdir(dirname(target), { recursive: true });
      const source = await readFile(join(ROOT, 'src', name), 'utf8');
      // The one .mts file re-exports; it is JavaScript as it stands.
      const code = name.endsWith('.mts') ? source : ts.transpileModule(source, { compilerOptions, fileName: name }).outputText;
      await writeFile(target, code);
    }
    return new CompiledSources(folder);
  }

  /** Writes a CommonJS script that may `require('./dist/…')`. */
  async script(name: string, source: string): Promise<string> {
    const path = join(this.folder, name);
    await writeFile(path, source);
    return path;
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Starts a command; `ended` resolves however it ends, `printed` once it has printed that text on either stream. */
export function start(
  command: string,
  parameters: readonly string[],
  options: SpawnOptions = {},
): { readonly child: ChildProcess; readonly ended: Promise<ChildResult>; printed(text: string): Promise<void> } {
  const child = spawn(command, parameters, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  const ended = new Promise<ChildResult>((fulfil, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => fulfil({ code, signal, stdout, stderr }));
  });
  child.stdout.on('data', (data) => (stdout += String(data)));
  child.stderr.on('data', (data) => (stderr += String(data)));
  const printed = (text: string): Promise<void> =>
    new Promise((fulfil, reject) => {
      const look = (): void => {
        if (stdout.includes(text) || stderr.includes(text)) fulfil();
      };
      child.stdout.on('data', look);
      child.stderr.on('data', look);
      look();
      void ended.then(() => reject(new Error(`ended before it printed ${text}: ${stderr}`)), reject);
    });
  return { child, ended, printed };
}

/** Runs a Node script to its end. */
export async function runNode(script: string, parameters: readonly string[] = [], options: SpawnOptions = {}): Promise<ChildResult> {
  return start(process.execPath, [script, ...parameters], options).ended;
}
