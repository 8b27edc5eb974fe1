import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Diagnosis } from '../../src/backends/examine/diagnosis.js';
import { applicationFolder, type ApplicationFolder } from '../backends/applicationFolder.js';
import { CompiledSources, start } from '../io/compiledSources.js';

/** The command alone, as the program runs it. */
const SCRIPT = `
const { Command } = require('commander');
const { addDoctor } = require('./dist/cli/doctor.js');
const { reportError } = require('./dist/cli/reportError.js');
require('./dist/cli/interrupt.js').leaveOnInterrupt();
const program = new Command('inception');
addDoctor(program);
program.parseAsync(process.argv.slice(2), { from: 'user' }).catch((error) => { process.exitCode = reportError(error, false); });
`;

let sources: CompiledSources;
let script: string;
let application: ApplicationFolder;
beforeAll(async () => {
  sources = await CompiledSources.create();
  script = await sources.script('doctor.cjs', SCRIPT);
});
afterAll(() => sources.remove());
beforeEach(() => {
  application = applicationFolder();
  application.shareTensorFlow();
  mkdirSync(join(application.path, 'home'));
});
afterEach(() => application.remove());

function doctor(args: readonly string[], variables: Readonly<Record<string, string>> = {}): ReturnType<typeof start> {
  const env = { ...process.env, TFJS_INCEPTION_NATIVE: join(application.path, 'home'), ...variables };
  return start(process.execPath, [script, 'doctor', ...args], { cwd: application.path, env });
}

/** Runs before anything else in every process, and in those that try a backend does this. */
function inChildren(code: string): Readonly<Record<string, string>> {
  const file = join(application.path, 'preload.cjs');
  writeFileSync(file, `if (process.argv[1]?.endsWith('examineChild.js')) { ${code} }`);
  return { NODE_OPTIONS: `--require=${file}` };
}

describe('inception doctor', () => {
  it('where only npm brought backends: a table with wasm the fastest of two, and what to install', async () => {
    const { code, stdout, stderr } = await doctor([]).ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^package +tfjs-inception \d+\.\d+\.\d+ on Node\.js \d+/);
    expect(stdout).toMatch(/^wasm +works +cpu +WebAssembly SIMD, \d+ threads? +\d\.\de-[78] +[\d.]+ +← fastest$/m);
    expect(stdout).toMatch(/^cpu +works +cpu +JavaScript +[\d.]+$/m);
    expect(stdout).toMatch(/^not tfjs-node: @tensorflow\/tfjs-node is not installed\. /m);
    expect(stdout).toMatch(/^auto takes wasm: the first that starts after tfjs-node-gpu, webgpu, tfjs-node\.$/m);
    expect(stdout).toMatch(/^wasm is [\d,.]+ times as fast as cpu here\.$/m);
    if (process.platform === 'linux') expect(stdout).toMatch(/^ {2}\$ npx inception native install$/m);
  });

  it('where every other package is broken: --json has each with its reason, one object, exit code 0', async () => {
    application.installNative('@tensorflow/tfjs-node-gpu', { first: `process.kill(process.pid, 'SIGSEGV');` });
    application.installNative('@tensorflow/tfjs-node', { first: 'process.exit(3);' });
    application.installNative('webgpu', { first: `throw new Error('no adapter');` });
    writeFileSync(join(application.path, 'node_modules', 'webgpu', 'package.json'), '{');
    writeFileSync(join(application.path, 'home', 'onnxruntime-node.json'), '{}');
    const { code, stdout, stderr } = await doctor(['--json'], { PATH: '', HOME: '/no/such/folder', LD_LIBRARY_PATH: '/no/such/folder' })
      .ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const found = JSON.parse(stdout) as Diagnosis;
    expect(Object.keys(found)).toEqual(
      ['version', 'machine', 'packages', 'gpu', 'tools', 'backends', 'fastest', 'auto', 'onnxRuntime', 'advice'], // prettier-ignore
    );
    expect(found.backends.map(({ name, works, reason }) => [name, works, reason])).toEqual([
      ['tfjs-node-gpu', false, 'its process crashed (SIGSEGV)'],
      ['webgpu', false, expect.stringMatching(/webgpu is not installed/)],
      ['tfjs-node', false, 'its process ended with exit code 3 and no answer'],
      ['wasm', true, undefined],
      ['cpu', true, undefined],
    ]);
    // On a machine with an NVIDIA device it would try the GPU package first.
    expect(found.auto.reason).toMatch(/^its process (ended with exit code 3 and no answer|crashed \(SIGSEGV\))$/);
    expect(found.advice[0].text).toMatch(/^auto does not come through here: .* Ask for wasm by name: --backend wasm\.$/);
    expect(found).toMatchObject({ fastest: 'wasm', onnxRuntime: { works: expect.any(Boolean) } });
    expect(found.tools.filter(({ version }) => version !== undefined)).toEqual([]);
    const problems = found.packages.filter(({ problem }) => problem !== undefined).map(({ name }) => name);
    expect(problems).toEqual(['webgpu', 'onnxruntime-node']);
  });

  it('where no backend can train it still prints what it found, and ends with 1', async () => {
    const { code, stdout, stderr } = await doctor(['--json'], inChildren(`process.kill(process.pid, 'SIGILL');`)).ended;
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/^error: .*expected a backend that can train, got none/) });
    const { backends, fastest, auto, advice, onnxRuntime } = JSON.parse(stdout) as Diagnosis;
    const reason = 'its process crashed (SIGILL, an instruction that this processor lacks)';
    expect(new Set(backends.map((examination) => examination.reason))).toEqual(new Set([reason]));
    expect({ fastest, auto, works: onnxRuntime.works }).toEqual({ fastest: undefined, auto: { reason }, works: false });
    expect(advice[0].text).toMatch(/^No backend can train here/);
  });

  it('Ctrl-C while a backend hangs ends it at once with 130, and the hanging process too', async () => {
    const file = join(application.path, 'pid');
    const hang = `require('fs').writeFileSync(${JSON.stringify(file)}, String(process.pid)); console.error('hanging'); for (;;);`;
    const { child, ended } = doctor([], inChildren(hang));
    const pid = await written(file);
    child.kill('SIGINT');
    const { code, stdout, stderr } = await ended;
    expect({ code, stdout, stderr }).toEqual({ code: 130, stdout: '', stderr: '\nstopped\n' });
    expect(await hasEnded(pid)).toBe(true);
  });
});

/** Whether a process runs: one that has ended is seen as long as nobody has asked how, on Linux by the state Z. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** A signal takes a moment. */
async function hasEnded(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 500 && isRunning(pid); tries++) await new Promise((fulfil) => setTimeout(fulfil, 20));
  return !isRunning(pid);
}

/** The number in a file, once it is there. */
async function written(file: string): Promise<number> {
  for (;;) {
    try {
      const number = Number(readFileSync(file, 'utf8'));
      if (number > 0) return number;
    } catch {
      // Not yet.
    }
    await new Promise((fulfil) => setTimeout(fulfil, 20));
  }
}
