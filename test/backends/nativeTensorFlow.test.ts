import * as tf from '@tensorflow/tfjs';
import os from 'node:os';
import { noNvidiaDevice } from '../../src/backends/nvidiaDevice.js';
import { activeBackend, useBackend } from '../../src/backends/useBackend.js';
import { InceptionError } from '../../src/errors.js';
import type { ApplicationFolder } from './applicationFolder.js';
import { inApplicationFolder } from './inApplicationFolder.js';

jest.mock('../../src/backends/nvidiaDevice.js');
// Another file of tests may have loaded a real package in this process.
jest.mock('../../src/backends/mappedLibraries.js', () => ({ mappedLibraries: () => [] }));

const GPU = '@tensorflow/tfjs-node-gpu';
const NODE = '@tensorflow/tfjs-node';

/** What TensorFlow reads when it is loaded. */
const VARIABLES = [
  ...['TF_CPP_MIN_LOG_LEVEL', 'TF_FORCE_GPU_ALLOW_GROWTH', 'TF_NUM_INTRAOP_THREADS', 'TF_NUM_INTEROP_THREADS'],
  ...['CUDA_VISIBLE_DEVICES', 'TFJS_INCEPTION_TENSORFLOW_CONFIG'],
];

describe('activateNativeTensorFlow', () => {
  const applicationOf = inApplicationFolder();
  let application: ApplicationFolder;

  beforeEach(() => {
    jest.mocked(noNvidiaDevice).mockReturnValue(undefined);
    for (const name of VARIABLES) delete process.env[name];
    application = applicationOf();
    application.shareTensorFlow();
    // A package that keeps what it found in the environment as it was loaded.
    application.installNative(GPU, { usesGpu: true, last: 'tf.backend().found = { ...process.env };' });
  });

  const variables = (environment: NodeJS.ProcessEnv): Record<string, string> =>
    Object.fromEntries(VARIABLES.filter((name) => environment[name] !== undefined).map((name) => [name, environment[name]!]));
  const foundWhenLoaded = () => variables((tf.backend() as unknown as { found: NodeJS.ProcessEnv }).found);
  const refusal = async (call: Promise<unknown>): Promise<string> => {
    const error: unknown = await call.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InceptionError);
    return `${(error as InceptionError).code}: ${(error as InceptionError).message}`;
  };

  const DEFAULTS = {
    TF_CPP_MIN_LOG_LEVEL: '3',
    TF_FORCE_GPU_ALLOW_GROWTH: 'true',
    TF_NUM_INTRAOP_THREADS: String(os.availableParallelism()),
    TF_NUM_INTEROP_THREADS: String(os.availableParallelism()),
  };

  it('starts TensorFlow without messages, with GPU memory that grows, on every processor', async () => {
    expect((await useBackend('tfjs-node-gpu')).device).toBe('cuda');
    expect(foundWhenLoaded()).toEqual(DEFAULTS);
  });

  it('hands over each option, and leaves no GPU chosen for child processes', async () => {
    process.env.CUDA_VISIBLE_DEVICES = '4,7';
    await useBackend('tfjs-node-gpu', { threads: 3, log: true, gpu: { memoryGrowth: false, device: 1 } });
    const inherited = {
      TF_CPP_MIN_LOG_LEVEL: '0',
      TF_FORCE_GPU_ALLOW_GROWTH: 'false',
      TF_NUM_INTRAOP_THREADS: '3',
      TF_NUM_INTEROP_THREADS: '3',
    };
    expect(foundWhenLoaded()).toEqual({ ...inherited, CUDA_VISIBLE_DEVICES: '7' });
    expect(variables(process.env)).toEqual({ ...inherited, CUDA_VISIBLE_DEVICES: '4,7' });
  });

  it('leaves what the application has set, so that one process can still take all of the memory', async () => {
    const own = { TF_CPP_MIN_LOG_LEVEL: '1', TF_FORCE_GPU_ALLOW_GROWTH: 'false', TF_NUM_INTRAOP_THREADS: '5', TF_NUM_INTEROP_THREADS: '6' };
    Object.assign(process.env, own);
    await useBackend('tfjs-node-gpu');
    expect(foundWhenLoaded()).toEqual(own);
    expect(variables(process.env)).toEqual(own);
  });

  it('sets nothing where no native package is installed', async () => {
    await expect(refusal(useBackend('tfjs-node', { threads: 1 }))).resolves.toMatch(/^BACKEND_UNAVAILABLE: .* is not installed/);
    expect(variables(process.env)).toEqual({});
  });

  it('takes back what it set where a package does not load', async () => {
    application.installNative(NODE, { first: "throw new Error('damaged');" });
    await expect(refusal(useBackend('tfjs-node', { threads: 1 }))).resolves.toMatch(/does not load: damaged\./);
    expect(variables(process.env)).toEqual({});
  });

  it('reads options once: the same again are welcome, others are not', async () => {
    await useBackend('tfjs-node-gpu', { threads: 2, gpu: { device: 0 } });
    await useBackend('tfjs-node-gpu');
    await useBackend('tfjs-node-gpu', { threads: 2, log: false, gpu: { device: 0, memoryGrowth: true } });
    expect(await refusal(useBackend('tfjs-node-gpu', { threads: 4, gpu: { device: 1 } }))).toBe(
      `BACKEND_UNAVAILABLE: useBackend('tfjs-node-gpu'): ${GPU} was loaded with threads: 2, device: 0, and TensorFlow reads its options once. ` +
        'Start a new process for threads: 4, device: 1.',
    );
  });

  it('refuses options for a TensorFlow that the application loaded itself, and takes it as it is without', async () => {
    jest.requireActual<object>(`${application.path}/node_modules/${GPU}`);
    expect((await useBackend('tfjs-node-gpu')).device).toBe('cuda');
    expect(await refusal(useBackend('tfjs-node-gpu', { threads: 1 }))).toMatch(
      /was loaded by other code or another thread, and TensorFlow/,
    );
  });

  it("refuses a GPU beyond those shown, and a memory limit for npm's own package", async () => {
    process.env.CUDA_VISIBLE_DEVICES = '4,7';
    expect(await refusal(useBackend('tfjs-node-gpu', { gpu: { device: 2 } }))).toBe(
      'INVALID_ARGUMENT: useBackend.gpu.device: expected a number below 2, for CUDA_VISIBLE_DEVICES shows no more, got 2.',
    );
    expect(await refusal(useBackend('tfjs-node-gpu', { gpu: { memoryLimit: 2 ** 30 } }))).toBe(
      `BACKEND_UNAVAILABLE: useBackend('tfjs-node-gpu'): gpu.memoryLimit: expected the package that \`npx inception native install --cuda\` builds, ` +
        `got ${GPU} of node_modules, which has no way to limit memory.`,
    );
    expect(variables(process.env)).toEqual({ CUDA_VISIBLE_DEVICES: '4,7' });
  });

  it.each([
    {
      how: 'gives 35 for 36',
      conv2d: '() => tf.fill([1, 2, 2, 1], 35)',
      reason: /expected 19, 22, 43, 50, 36, .* got 19, 22, 43, 50, 35, 35/,
    },
    {
      how: 'throws',
      conv2d: "() => { throw new Error('DNN library is not found.'); }",
      reason: /TensorFlow found a GPU and cannot compute on it: DNN library is not found\./,
    },
  ])('a GPU whose convolution $how is not reported as one, and the former backend stays', async ({ conv2d, reason }) => {
    application.installNative(GPU, {
      usesGpu: true,
      last: `tf.unregisterKernel('Conv2D', 'tensorflow');
      tf.registerKernel({ kernelName: 'Conv2D', backendName: 'tensorflow', kernelFunc: ${conv2d} });`,
    });
    await useBackend('cpu');
    expect(await refusal(useBackend('tfjs-node-gpu'))).toMatch(reason);
    expect([tf.getBackend(), activeBackend()?.name]).toEqual(['cpu', 'cpu']);
    expect((await useBackend()).rejected[0]).toMatchObject({ name: 'tfjs-node-gpu', reason: expect.stringMatching(reason) });
  });

  it.each([
    { options: { threads: 0 }, message: 'useBackend.threads: expected an integer of at least 1, got 0.' },
    { options: { threads: 1.5 }, message: 'useBackend.threads: expected an integer of at least 1, got 1.5.' },
    { options: { log: 1 }, message: 'useBackend.log: expected a boolean, got 1.' },
    { options: { gpu: { device: -1 } }, message: 'useBackend.gpu.device: expected an integer of at least 0, got -1.' },
    {
      options: { gpu: { growth: true } },
      message: "useBackend.gpu.options: expected keys among device, memoryLimit, memoryGrowth, got 'growth'.",
    },
    {
      options: { gpu: { memoryLimit: 4096 } },
      message: 'useBackend.gpu.memoryLimit: expected an integer of at least 1048576, got 4096. It is in bytes: 4 * 1024 ** 3 are 4 GiB.',
    },
    { options: { gpu: { memoryGrowth: 'no' } }, message: "useBackend.gpu.memoryGrowth: expected a boolean, got 'no'." },
    { options: { gpus: 1 }, message: "useBackend.options: expected keys among gpu, threads, log, got 'gpus'." },
    { options: [], message: 'useBackend.options: expected an object, got [].' },
  ])('refuses $options', async ({ options, message }) => {
    for (const name of ['auto', 'tfjs-node-gpu', 'cpu'] as const) {
      expect(await refusal(useBackend(name, options as object))).toBe(`INVALID_ARGUMENT: ${message}`);
    }
  });

  it.each([
    { name: 'wasm', options: { threads: 2 } },
    { name: 'cpu', options: { gpu: {} } },
    { name: 'tfjs-node', options: { gpu: { device: 1 } } },
    { name: 'webgpu', options: { threads: 1 } },
  ] as const)('$name refuses $options, which mean nothing to it', async ({ name, options }) => {
    const [key] = Object.keys(options);
    expect(await refusal(useBackend(name, options))).toContain(
      `useBackend('${name}').${key}: expected no such option, which means nothing here`,
    );
  });

  it("'auto' passes over options that mean nothing to what it starts", async () => {
    application.installNative(GPU, { first: "throw new Error('damaged');" });
    expect(await useBackend('auto', { threads: 7, gpu: { device: 3 } })).toMatchObject({ name: 'wasm', threads: 1 });
  });
});
