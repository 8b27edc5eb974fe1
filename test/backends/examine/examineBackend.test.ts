import { copyFileSync, existsSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BackendName } from '../../../src/backends/backendDriver.js';
import type { BackendExamination } from '../../../src/backends/examine/examineBackend.js';
import { CompiledSources, start, type ChildResult } from '../../io/compiledSources.js';
import { applicationFolder, type ApplicationFolder } from '../applicationFolder.js';

const NODE = '@tensorflow/tfjs-node';
const GPU = '@tensorflow/tfjs-node-gpu';

const SCRIPT = `
const { examineBackend } = require('./dist/backends/examine/examineBackend.js');
const [name, { abortMs, ...options }] = [process.argv[2], JSON.parse(process.argv[3])];
const signal = abortMs === undefined ? undefined : AbortSignal.timeout(abortMs);
examineBackend(name, { ...options, signal }).then((found) => process.stdout.write(JSON.stringify(found)));
`;

let sources: CompiledSources;
let script: string;
let application: ApplicationFolder;
beforeAll(async () => {
  sources = await CompiledSources.create();
  script = await sources.script('examine.cjs', SCRIPT);
});
afterAll(() => sources.remove());
beforeEach(() => {
  application = applicationFolder();
  application.shareTensorFlow();
});
afterEach(() => application.remove());

/** Examines a backend as an application in that folder would, its native home beside it. */
async function examine(name: BackendName, options: object = {}): Promise<BackendExamination> {
  const home = join(application.path, 'home');
  const ended: ChildResult = await start(process.execPath, [script, name, JSON.stringify({ home, ...options })], { cwd: application.path })
    .ended;
  expect(ended.stderr).toBe('');
  return JSON.parse(ended.stdout) as BackendExamination;
}

/** What the native kernels of this library ask of the addon: no oneDNN, and ReLU's gradient. */
const FITTINGS = `
  Object.assign(tf.backend(), {
    executeMultipleOutputs() { throw new Error('not registered'); },
    executeSingleOutput: (name, attributes, [dy, x]) => tf.mul(dy, tf.step(x)),
  });`;

/** A native package whose backend computes as cpu does, but for a kernel whose `values` are changed. */
function installWrong(packageName: string, kernel: string, change: string): void {
  const last = `${FITTINGS}
    const right = tf.getKernel('${kernel}', 'tensorflow').kernelFunc;
    tf.unregisterKernel('${kernel}', 'tensorflow');
    tf.registerKernel({ kernelName: '${kernel}', backendName: 'tensorflow', kernelFunc: (call) => {
      const out = right(call);
      const values = call.backend.data.get(out.dataId).values;
      ${change}
      return out;
    } });`;
  application.installNative(packageName, { usesGpu: packageName === GPU, last });
}

describe('examineBackend of one that works', () => {
  it('cpu agrees with itself to the last bit, and is measured', async () => {
    const { multiplyAddsPerSecond, report, ...found } = await examine('cpu');
    expect(found).toEqual({ name: 'cpu', works: true, difference: 0 });
    expect(report).toMatchObject({ name: 'cpu', device: 'cpu', engine: 'JavaScript', trains: true, rejected: [] });
    expect(multiplyAddsPerSecond).toBeGreaterThan(1e5);
  });

  it('wasm differs from cpu by rounding, 3.6e-7 of the largest value', async () => {
    const { works, difference, report } = await examine('wasm');
    expect({ works, engine: report?.engine }).toEqual({ works: true, engine: expect.stringContaining('WebAssembly SIMD') });
    expect(difference).toBeGreaterThan(1e-8);
    expect(difference).toBeLessThan(2e-6);
  });

  it('a backend that prints a megabyte, and something like an answer, is not misunderstood', async () => {
    const noise = `process.stdout.write('{"answer":{"works":false}}' + 'x'.repeat(1e6)); process.stderr.write('y'.repeat(1e6));`;
    application.installNative(NODE, { first: noise, last: FITTINGS });
    expect(await examine('tfjs-node')).toMatchObject({ name: 'tfjs-node', works: true, difference: 0, report: { device: 'cpu' } });
  });
});

describe('examineBackend of one that does not start gives the reason', () => {
  it('not installed: the command that installs it', async () => {
    const { works, reason } = await examine('tfjs-node');
    expect({ works, reason }).toEqual({
      works: false,
      reason: expect.stringMatching(/^@tensorflow\/tfjs-node is not installed\. .*`npx inc/),
    });
  });

  it('an addon that is no library: what the loader says of it', async () => {
    application.installNative(NODE, { first: `require('./addon.node');` });
    writeFileSync(join(application.path, 'node_modules', NODE, 'addon.node'), 'no library');
    const { works, reason } = await examine('tfjs-node');
    expect({ works, reason }).toEqual({ works: false, reason: expect.stringMatching(/does not load: .*addon\.node/) });
  });

  const libc = sharedObjects().find((path) => /\/libc\.so\.6$/.test(path));
  (libc ? it : it.skip)('a native home whose addon is cut short (glibc then ends the process): SIGBUS, and what that means', async () => {
    const folder = join(application.path, 'home', 'tfjs-node-cut');
    mkdirSync(folder, { recursive: true });
    copyFileSync(libc!, join(folder, 'addon.node'));
    truncateSync(join(folder, 'addon.node'), 8192);
    writeFileSync(join(folder, 'index.js'), `require('./addon.node');`);
    const record = { package: NODE, version: '4.22.0', folder: 'tfjs-node-cut', entry: 'index.js', tensorflow: '2.21.0' };
    writeFileSync(join(application.path, 'home', 'tfjs-node.json'), JSON.stringify(record));
    expect(await examine('tfjs-node')).toEqual({
      ...{ name: 'tfjs-node', works: false },
      reason: 'its process crashed (SIGBUS, a file that it reads is cut short)',
    });
  });

  it.each([
    { how: 'a crash', first: `process.kill(process.pid, 'SIGSEGV');`, reason: 'its process crashed (SIGSEGV)' },
    {
      how: 'an end, with the last words on stderr but not what TensorFlow logs of its ordinary course',
      first: `console.error('no such symbol\\nI0000 00:00:17 1 cpu.cc:1] oneDNN is on'); process.exit(127);`,
      reason: 'its process ended with exit code 127 and no answer: no such symbol',
    },
    { how: 'an error thrown later', first: `queueMicrotask(() => { throw new Error('late'); });`, reason: 'late' }, // prettier-ignore
    { how: 'an error on many lines', first: `throw new Error('one\\n  two');`, reason: expect.stringMatching(/does not load: one two\./) },
  ])('$how', async ({ first, reason }) => {
    application.installNative(NODE, { first });
    expect(await examine('tfjs-node')).toEqual({ name: 'tfjs-node', works: false, reason });
  });

  it.each([
    { how: 'no answer within the time', options: { timeoutMs: 1500 }, reason: 'no answer within 1.5 seconds' },
    { how: 'stopped by its signal', options: { abortMs: 1500 }, reason: 'stopped before it answered' },
    { how: 'stopped before it began', options: { abortMs: 0 }, reason: /^stopped before it (began|answered)$/ },
  ])('a backend that never returns: $how, and the process is gone', async ({ options, reason }) => {
    const file = join(application.path, 'pid');
    application.installNative(NODE, { first: `require('fs').writeFileSync(${JSON.stringify(file)}, String(process.pid)); for (;;);` });
    const found = await examine('tfjs-node', options);
    expect(found).toEqual({ name: 'tfjs-node', works: false, reason: expect.stringMatching(reason) });
    // A slow machine may have ended it before it came that far.
    if (existsSync(file)) expect(() => process.kill(Number(readFileSync(file, 'utf8')), 0)).toThrow('ESRCH');
  });

  it('a name that is no backend: those that are', async () => {
    const { works, reason } = await examine('tpu' as BackendName);
    expect({ works, reason }).toEqual({ works: false, reason: expect.stringContaining('one of auto, tfjs-node-gpu') });
  });
});

describe('examineBackend of one that computes wrongly names the operation', () => {
  it('a convolution whose first value is 1 off', async () => {
    installWrong(NODE, 'Conv2D', 'values[0] += 1;');
    const { works, reason, difference, report } = await examine('tfjs-node');
    expect({ works, engine: report?.engine }).toEqual({ works: false, engine: 'TensorFlow 2.9.1' });
    expect(reason).toMatch(/^it computes wrongly: a \d×\d convolution.* differs from cpu by 0\.\d+ of the largest value$/);
    expect(difference).toBeGreaterThan(0.01);
  });

  it('a max pool whose gradient is 1.01 times what it should be: by 0.01', async () => {
    installWrong(NODE, 'MaxPoolGrad', 'values.forEach((value, index) => { values[index] = 1.01 * value; });');
    const { works, reason } = await examine('tfjs-node');
    const what = 'a 3×3 max pool with stride 2, gradient of its input 1';
    expect({ works, reason }).toEqual({
      works: false,
      reason: `it computes wrongly: ${what} differs from cpu by 0.010 of the largest value`,
    });
  });

  it('a NaN: the difference, which is no number, is left out', async () => {
    installWrong(NODE, 'Conv2DBackpropFilter', 'values[0] = NaN;');
    const found = await examine('tfjs-node');
    expect(found).not.toHaveProperty('difference');
    expect(found.reason).toMatch(/convolution.*, gradient of its input 2 differs from cpu by Infinity/);
  });

  it.each([
    { packageName: GPU, factor: 1.001, works: true, why: 'as far off as TF32 rounds' },
    { packageName: NODE, factor: 1.001, works: false, why: 'farther off than sums in another order are' },
    { packageName: GPU, factor: 1.01, works: false, why: 'farther off than TF32 rounds' },
  ])('a gradient $factor times what it should be from $packageName, $why: works $works', async ({ packageName, factor, works }) => {
    installWrong(packageName, 'Conv2DBackpropInput', `values.forEach((value, index) => { values[index] = ${factor} * value; });`);
    const found = await examine(packageName === GPU ? 'tfjs-node-gpu' : 'tfjs-node');
    expect(found).toMatchObject({ works, report: { device: packageName === GPU ? 'cuda' : 'cpu' } });
    expect(found.difference).toBeCloseTo(factor - 1, 5);
  });
});

/** What this process runs on, where it tells. */
function sharedObjects(): string[] {
  return (process.report.getReport() as { sharedObjects?: string[] }).sharedObjects ?? [];
}
