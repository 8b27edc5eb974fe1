import { createRequire } from 'node:module';
import os from 'node:os';
import nodeUtil from 'node:util';
import * as tf from '@tensorflow/tfjs';
import { InceptionError } from '../../src/errors.js';
import { activeBackend, useBackend } from '../../src/backends/useBackend.js';
import { noNvidiaDevice } from '../../src/backends/nvidiaDevice.js';
import type { ApplicationFolder } from './applicationFolder.js';
import { inApplicationFolder } from './inApplicationFolder.js';

jest.mock('../../src/backends/nvidiaDevice.js');
// Another file of tests may have loaded a real package in this process.
jest.mock('../../src/backends/mappedLibraries.js', () => ({ mappedLibraries: () => [] }));

const NO_DEVICE = 'no NVIDIA driver shows a device here';
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
  const applicationOf = inApplicationFolder();
  let application: ApplicationFolder;

  /** As on a machine without a GPU, unless said otherwise. */
  const setNoDevice = (reason?: string) => jest.mocked(noNvidiaDevice).mockReturnValue(reason);

  beforeEach(() => {
    application = applicationOf();
    setNoDevice(NO_DEVICE);
  });

  it("'auto' takes wasm where nothing native is installed, and says how to install what it passed over", async () => {
    setNoDevice();
    const report = await useBackend();
    const webgpu = '@tensorflow/tfjs-backend-webgpu';
    expect(report).toEqual({
      name: 'wasm',
      device: 'cpu',
      engine: 'WebAssembly SIMD, 1 thread',
      threads: 1,
      trains: true,
      rejected: [
        { name: 'tfjs-node-gpu', reason: `${GPU} is not installed. Install it with \`npx inception native install --cuda\`.` },
        {
          name: 'webgpu',
          reason: `${webgpu} is not installed. Add it to your application with \`npm install webgpu ${webgpu}@4.22.0\`.`,
        },
        { name: 'tfjs-node', reason: `${NODE} is not installed. Install it with \`npx inception native install\`.` },
      ],
    });
    expect(activeBackend()).toBe(report);
  });

  it("'auto' takes the application's own tfjs-node, and says where it came from", async () => {
    application.shareTensorFlow();
    application.installNative(NODE);
    const { rejected, ...report } = await useBackend();
    expect(report).toEqual({
      name: 'tfjs-node',
      device: 'cpu',
      engine: 'TensorFlow 2.9.1',
      threads: os.availableParallelism(),
      tensorflow: { version: '2.9.1', package: NODE, source: 'node_modules' },
      trains: true,
    });
    expect(rejected.map((entry) => entry.name)).toEqual(['tfjs-node-gpu', 'webgpu']);
    expect(tf.getBackend()).toBe('tensorflow');
  });

  it("'auto' takes tfjs-node-gpu where it has a GPU, once a product and a convolution came out right", async () => {
    setNoDevice();
    application.shareTensorFlow();
    application.installNative(NODE);
    application.installNative(GPU, { usesGpu: true });
    const before = tf.memory().numTensors;
    const kernels = jest.spyOn(tf.engine(), 'runKernel');
    const { name, device, threads, rejected, tensorflow } = await useBackend();
    expect({ name, device, threads, rejected }).toEqual({ name: 'tfjs-node-gpu', device: 'cuda', threads: undefined, rejected: [] });
    expect(tensorflow).toMatchObject({ package: GPU, cuda: { needed: '11.2' }, cudnn: { needed: '8.1' } });
    expect(kernels.mock.calls.map(([kernel]) => kernel)).toEqual(expect.arrayContaining(['BatchMatMul', 'Conv2D']));
    expect(tf.memory().numTensors).toBe(before);
    kernels.mockRestore();
  });

  it("'auto' does not load tfjs-node-gpu where no driver shows a device, so that tfjs-node can be", async () => {
    application.shareTensorFlow();
    application.installNative(GPU, { first: "throw new Error('must not be loaded');" });
    application.installNative(NODE);
    const { name, device, rejected } = await useBackend();
    expect({ name, device, passedOver: rejected[0] }).toEqual({
      name: 'tfjs-node',
      device: 'cpu',
      passedOver: { name: 'tfjs-node-gpu', reason: NO_DEVICE },
    });
  });

  it("'auto' takes tfjs-node-gpu on the CPU before wasm where no driver shows a device and tfjs-node is not installed", async () => {
    application.shareTensorFlow();
    application.installNative(GPU, { usesGpu: false });
    const { name, device, rejected } = await useBackend();
    expect({ name, device, passedOver: rejected.map((entry) => entry.name) }).toEqual({
      name: 'tfjs-node-gpu',
      device: 'cpu',
      passedOver: ['webgpu', 'tfjs-node', 'tfjs-node-gpu'],
    });
    expect(rejected[2].reason).toBe(`it computes on the CPU: ${NO_DEVICE}`);
  });

  it('where no driver shows a device, advises nobody to install tfjs-node-gpu', async () => {
    const { message } = await failure(useBackend('tfjs-node-gpu'));
    expect(message).toBe(`useBackend('tfjs-node-gpu'): ${GPU} is not installed, and would compute on the CPU: ${NO_DEVICE}.`);
    const { name, rejected } = await useBackend();
    expect({ name, first: rejected[0], count: rejected.length }).toEqual({
      name: 'wasm',
      first: { name: 'tfjs-node-gpu', reason: NO_DEVICE },
      count: 3,
    });
  });

  it("'auto' stays with a tfjs-node-gpu that landed on the CPU: the process has no room for tfjs-node any more", async () => {
    setNoDevice();
    application.shareTensorFlow();
    application.installNative(GPU, { usesGpu: false });
    application.installNative(NODE);
    const advice = "useBackend('tfjs-node-gpu', { log: true }) in a new process shows what TensorFlow says";
    const itself = { name: 'tfjs-node-gpu', reason: `it computes on the CPU: TensorFlow finds no GPU that it can use; ${advice}` };
    const { name, device, rejected } = await useBackend();
    expect({ name, device, rejected }).toEqual({ name: 'tfjs-node-gpu', device: 'cpu', rejected: [itself] });
    setNoDevice(NO_DEVICE);
    expect(await useBackend()).toMatchObject({ name: 'tfjs-node-gpu', device: 'cpu' });
    expect((await failure(useBackend('tfjs-node'))).message).toBe(
      `useBackend('tfjs-node'): ${GPU} is loaded in this process, which has room for one TensorFlow. Start a new process to use ${NODE}.`,
    );
  });

  it('refuses the other native package for good, also while another backend is active, and keeps the tensors of the first', async () => {
    setNoDevice();
    application.shareTensorFlow();
    application.installNative(GPU, { usesGpu: true, first: "throw new Error('must not be loaded');" });
    application.installNative(NODE);
    await useBackend('tfjs-node');
    const x = tf.tensor1d([1, 2]);
    await useBackend('wasm');
    expect((await failure(useBackend('tfjs-node-gpu'))).message).toBe(
      `useBackend('tfjs-node-gpu'): ${NODE} is loaded in this process, which has room for one TensorFlow. Start a new process to use ${GPU}.`,
    );
    expect((await useBackend()).name).toBe('tfjs-node');
    expect([...x.dataSync()]).toEqual([1, 2]);
    x.dispose();
  });

  it('by name, tfjs-node-gpu without a GPU starts and reports the device that it found', async () => {
    application.shareTensorFlow();
    application.installNative(GPU, { usesGpu: false });
    const { name, device, rejected } = await useBackend('tfjs-node-gpu');
    const reason = `it computes on the CPU: ${NO_DEVICE}`;
    expect({ name, device, rejected }).toEqual({ name: 'tfjs-node-gpu', device: 'cpu', rejected: [{ name: 'tfjs-node-gpu', reason }] });
  });

  it('gives the reason of an addon that does not load, and leaves nothing of it behind', async () => {
    application.shareTensorFlow();
    application.installNative(NODE, {
      first:
        "require('@tensorflow/tfjs').copyRegisteredKernels('cpu', 'tensorflow'); throw new Error('libtensorflow.so.2:\\n cannot open');",
    });
    const { code, message } = await failure(useBackend('tfjs-node'));
    expect(code).toBe('BACKEND_UNAVAILABLE');
    expect(message).toBe(
      `useBackend('tfjs-node'): ${NODE} is installed but does not load: libtensorflow.so.2: cannot open. ` +
        'Install it anew with `npx inception native install`.',
    );
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

  it.each([
    { node: 'takes them out', former: undefined },
    {
      node: 'warns of them',
      former: () => {
        throw new Error('deprecated');
      },
    },
  ])('where Node.js $node, gives tfjs-node two functions of util, and nobody else', async ({ former }) => {
    const util = nodeUtil as unknown as Record<string, unknown>;
    const present = { isNullOrUndefined: util.isNullOrUndefined, isArray: util.isArray };
    try {
      Object.assign(util, { isNullOrUndefined: former, isArray: former });
      await useBackend('wasm');
      expect([util.isNullOrUndefined, util.isArray]).toEqual([former, former]);
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
    [
      'tensorflow',
      'INVALID_ARGUMENT',
      "useBackend.name: expected one of auto, tfjs-node-gpu, webgpu, tfjs-node, wasm, cpu, got 'tensorflow'.",
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
