import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import nodeUtil from 'node:util';
import * as tf from '@tensorflow/tfjs';
import { InceptionError } from '../../src/errors.js';
import { ensureBackend } from '../../src/backends/ensureBackend.js';
import { missingKernels } from '../../src/backends/missingKernels.js';
import { activeBackend, useBackend } from '../../src/backends/useBackend.js';
import { applicationFolder, type ApplicationFolder } from './applicationFolder.js';

const GPU = '@tensorflow/tfjs-node-gpu';
const NODE = '@tensorflow/tfjs-node';

async function failure(promise: Promise<unknown>): Promise<{ code: string; message: string }> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof InceptionError)) throw new Error(`Expected an InceptionError, got ${String(error)}.`);
  return error;
}

describe('useBackend', () => {
  const home = process.cwd();
  let application: ApplicationFolder;

  beforeEach(() => {
    application = applicationFolder();
    process.chdir(application.path);
  });

  afterEach(async () => {
    process.chdir(home);
    application.remove();
    await useBackend('cpu');
    if (tf.findBackendFactory('tensorflow') !== null) tf.removeBackend('tensorflow');
    for (const { kernelName } of tf.getKernelsForBackend('tensorflow')) tf.unregisterKernel(kernelName, 'tensorflow');
  });

  it("'auto' takes wasm where nothing native is installed, and says how to install what it passed over", async () => {
    const report = await useBackend();
    expect(report).toEqual({
      name: 'wasm',
      device: 'cpu',
      engine: 'WebAssembly SIMD, 1 thread',
      trains: true,
      rejected: [
        { name: 'tfjs-node-gpu', reason: `${GPU} is not installed. Add it to your application with \`npm install ${GPU}@4.22.0\`.` },
        { name: 'tfjs-node', reason: `${NODE} is not installed. Add it to your application with \`npm install ${NODE}@4.22.0\`.` },
      ],
    });
    expect(activeBackend()).toBe(report);
  });

  it("'auto' takes the application's own tfjs-node", async () => {
    application.shareTensorFlow();
    application.installNative(NODE);
    const { name, device, engine, trains, rejected } = await useBackend();
    expect({ name, device, engine, trains }).toEqual({ name: 'tfjs-node', device: 'cpu', engine: 'TensorFlow 2.9.1', trains: true });
    expect(rejected.map((entry) => entry.name)).toEqual(['tfjs-node-gpu']);
    expect(tf.getBackend()).toBe('tensorflow');
  });

  it("'auto' takes tfjs-node-gpu where it has a GPU", async () => {
    application.shareTensorFlow();
    application.installNative(NODE);
    application.installNative(GPU, { usesGpu: true });
    const { name, device, rejected } = await useBackend();
    expect({ name, device, rejected }).toEqual({ name: 'tfjs-node-gpu', device: 'cuda', rejected: [] });
  });

  it("'auto' passes over tfjs-node-gpu where it silently fell back to the CPU, and goes on to tfjs-node", async () => {
    application.shareTensorFlow();
    application.installNative(GPU, { usesGpu: false });
    application.installNative(NODE);
    const { name, device, rejected } = await useBackend();
    expect({ name, device, rejected }).toEqual({
      name: 'tfjs-node',
      device: 'cpu',
      rejected: [{ name: 'tfjs-node-gpu', reason: 'it found no usable cuda device and would compute on the cpu' }],
    });
    expect((tf.backend() as unknown as { isGPUPackage: boolean }).isGPUPackage).toBe(false);
    expect((await failure(useBackend('tfjs-node-gpu'))).message).toBe(
      `useBackend('tfjs-node-gpu'): ${GPU} was tried and gave way to ${NODE}. Start a new process to use ${GPU}.`,
    );
    expect((await useBackend()).name).toBe('tfjs-node');
  });

  it('refuses the other native package while tensors live on the first', async () => {
    application.shareTensorFlow();
    application.installNative(GPU);
    application.installNative(NODE);
    await useBackend('tfjs-node');
    const x = tf.tensor1d([1, 2]);
    expect((await failure(useBackend('tfjs-node-gpu'))).message).toBe(
      `useBackend('tfjs-node-gpu'): ${NODE} is loaded and holds tensors. Start a new process to use ${GPU}.`,
    );
    expect([...x.dataSync()]).toEqual([1, 2]);
    x.dispose();
  });

  it('by name, tfjs-node-gpu without a GPU starts and reports the device that it found', async () => {
    application.shareTensorFlow();
    application.installNative(GPU, { usesGpu: false });
    const { name, device } = await useBackend('tfjs-node-gpu');
    expect({ name, device }).toEqual({ name: 'tfjs-node-gpu', device: 'cpu' });
  });

  it('gives the reason of an addon that does not load, and leaves nothing of it behind', async () => {
    application.shareTensorFlow();
    application.installNative(NODE, {
      first:
        "require('@tensorflow/tfjs').copyRegisteredKernels('cpu', 'tensorflow'); throw new Error('libtensorflow.so.2:\\n cannot open');",
    });
    const { code, message } = await failure(useBackend('tfjs-node'));
    expect(code).toBe('BACKEND_UNAVAILABLE');
    expect(message).toBe(`useBackend('tfjs-node'): ${NODE} is installed but does not load: libtensorflow.so.2: cannot open`);
    expect(tf.getKernelsForBackend('tensorflow')).toEqual([]);
    expect(tf.findBackendFactory('tensorflow')).toBeNull();
  });

  it('refuses a package that brings a second copy of TensorFlow.js, naming both', async () => {
    application.installNative(NODE, { first: "throw new Error('must not be loaded');" });
    application.installCopy('@tensorflow/tfjs');
    application.installCopy('@tensorflow/tfjs-core');
    const { code, message } = await failure(useBackend('tfjs-node'));
    const ours = createRequire(__filename)
      .resolve('@tensorflow/tfjs-core/package.json')
      .replace(/.package\.json$/, '');
    expect(code).toBe('BACKEND_UNAVAILABLE');
    expect(message).toContain(`expected the copy of @tensorflow/tfjs-core that tfjs-inception uses (${ours}), got a second one (`);
    expect(message).toMatch(/inception-backends-[^ ]+tfjs-core\)\. Install one version of every @tensorflow package, 4\.22\.0/);
  });

  it('gives tfjs-node the functions that Node.js 23 took out of util, and nobody else', async () => {
    const util = nodeUtil as unknown as Record<string, unknown>;
    const present = { isNullOrUndefined: util.isNullOrUndefined, isArray: util.isArray };
    try {
      delete util.isNullOrUndefined;
      delete util.isArray;
      await useBackend('wasm');
      expect(util.isNullOrUndefined).toBeUndefined();
      application.shareTensorFlow();
      const probe =
        'const util = require("util"); if (!util.isNullOrUndefined(null) || util.isNullOrUndefined(0) || !util.isArray([])) throw 1;';
      application.installNative(NODE, { first: probe });
      expect((await useBackend('tfjs-node')).name).toBe('tfjs-node');
    } finally {
      Object.assign(util, present);
    }
  });

  it.each([
    ['webgpu', 'BACKEND_UNAVAILABLE', "useBackend('webgpu'): WebGPU is later work, not part of this version. Use 'auto'."],
    [
      'tensorflow',
      'INVALID_ARGUMENT',
      "useBackend.name: expected one of auto, tfjs-node-gpu, tfjs-node, wasm, cpu, webgpu, got 'tensorflow'.",
    ],
  ])('refuses %s', async (name, code, message) => {
    expect(await failure(useBackend(name as never))).toMatchObject({ code, message });
  });

  it('keeps the active backend when another one cannot start', async () => {
    await useBackend('wasm');
    await failure(useBackend('tfjs-node'));
    expect([tf.getBackend(), activeBackend()?.name]).toEqual(['wasm', 'wasm']);
  });

  it('finishes one call before the next: the last of three wins', async () => {
    const reports = await Promise.all([useBackend('wasm'), useBackend('cpu'), useBackend('wasm')]);
    expect(reports.map(({ name }) => name)).toEqual(['wasm', 'cpu', 'wasm']);
    expect(tf.getBackend()).toBe('wasm');
  });
});

describe('missingKernels', () => {
  it('lists all of them, sorted, for a backend that was never loaded', () => {
    const missing = missingKernels('tfjs-node');
    expect(missing.length).toBeGreaterThan(40);
    expect(missing).toContain('Conv2DBackpropFilter');
    expect(missing).toEqual([...missing].sort());
  });
});

describe('ensureBackend', () => {
  it('returns at once after useBackend, whatever it chose', async () => {
    await useBackend('cpu');
    await ensureBackend();
    expect(tf.getBackend()).toBe('cpu');
  });

  /** A fresh process, in a folder that holds nothing: what it prints, with what it writes to stderr. */
  function run(script: string): string {
    const folder = mkdtempSync(join(tmpdir(), 'inception-elsewhere-'));
    const register = `const ts = require(${JSON.stringify(require.resolve('typescript'))}); const fs = require('fs');
      const { existsSync } = fs; const Module = require('module'); const resolve = Module._resolveFilename;
      Module._resolveFilename = function (request, parent, ...rest) {
        const source = request.startsWith('.') && request.endsWith('.js') && require('path').resolve(require('path').dirname(parent.filename), request.slice(0, -3) + '.ts');
        return source && existsSync(source) ? source : resolve.call(this, request, parent, ...rest);
      };
      require.extensions['.ts'] = (found, file) => found._compile(ts.transpileModule(fs.readFileSync(file, 'utf8'),
        { compilerOptions: { module: 'node16', moduleResolution: 'node16', target: 'es2022', esModuleInterop: true }, fileName: file }).outputText, file);
      const source = (name) => require(${JSON.stringify(join(__dirname, '../../src/backends/'))} + name + '.ts');
      const tf = require(${JSON.stringify(require.resolve('@tensorflow/tfjs'))});`;
    try {
      return execFileSync(process.execPath, ['-e', `${register}\n(async () => { ${script} })();`], {
        cwd: folder,
        encoding: 'utf8',
        stdio: 'pipe',
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  it('finds the WebAssembly binary from a folder that has nothing to do with it, and builds on cpu meanwhile', () => {
    const printed = run(`
      const { ensureBackend } = source('ensureBackend');
      const ready = ensureBackend();
      const x = tf.tensor1d([1, 2]);
      await ready;
      console.log(tf.getBackend(), tf.sum(x).dataSync()[0]);`);
    expect(printed.trim().split('\n').at(-1)).toBe('wasm 3');
  });

  it('keeps wasm where the application chose it itself', () => {
    const printed = run(`
      require(${JSON.stringify(require.resolve('@tensorflow/tfjs-backend-wasm'))});
      await tf.setBackend('wasm');
      const backend = tf.backend();
      await source('ensureBackend').ensureBackend();
      console.log(tf.getBackend(), tf.backend() === backend, source('missingKernels').missingKernels('wasm').length);`);
    expect(printed.trim()).toBe('wasm true 0');
  });

  it("leaves uncaught errors to the application's own handler", () => {
    const printed = run(`
      process.on('uncaughtException', (error) => { console.log('handled', error.message); process.exit(0); });
      await source('useBackend').useBackend('wasm');
      console.log(process.listenerCount('uncaughtException'), process.listenerCount('unhandledRejection'));
      setTimeout(() => { throw new Error('mine'); });`);
    expect(printed.trim().split('\n')).toEqual(['1 0', 'handled mine']);
  });

  it("prints no advertisement on cpu, and leaves TensorFlow.js' warnings on", () => {
    const printed = run(`
      const warnings = [];
      console.warn = (...words) => warnings.push(words);
      await source('useBackend').useBackend('cpu');
      tf.tensor1d([1, 2]).dispose();
      console.log(warnings.length, tf.env().getBool('PROD'));`);
    expect(printed.trim()).toBe('0 false');
  });
});
