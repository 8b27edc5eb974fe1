import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runNode, type ChildResult, type CompiledSources } from '../io/compiledSources.js';

export interface FreshProcessOptions {
  /** Where it starts. Default: a folder that holds nothing. */
  readonly cwd?: string;
  /** Beside this process' own variables; `undefined` takes one away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Defines `source(name)`, which loads `src/backends/NAME.ts`, and `tf`. */
export const preamble = ({ folder }: CompiledSources): string => `
  const load = require('module').createRequire(${JSON.stringify(join(folder, 'x.js'))});
  const source = (name) => load('./dist/backends/' + name + '.js');
  const tf = load('@tensorflow/tfjs');`;

/** Runs the body of an async function in a process that jest does not surround, against these sources. */
export async function freshProcess(sources: CompiledSources, body: string, { cwd, env }: FreshProcessOptions = {}): Promise<ChildResult> {
  const folder = await mkdtemp(join(tmpdir(), 'inception-elsewhere-'));
  const script = await sources.script('body.cjs', `${preamble(sources)}\n(async () => { ${body} })();`);
  try {
    return await runNode(script, [], { cwd: cwd ?? folder, env: { ...process.env, ...env } });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
