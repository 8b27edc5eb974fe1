import * as tf from '@tensorflow/tfjs';
import { useBackend } from '../../src/backends/useBackend.js';
import { applicationFolder, type ApplicationFolder } from './applicationFolder.js';

const KERNELS = '@tensorflow/tfjs-backend-webgpu';
const GEFORCE = { vendor: 'nvidia', architecture: 'ada', device: '', description: 'NVIDIA GeForce RTX 4090' };
const SWIFTSHADER = { vendor: 'google', architecture: 'swiftshader', device: '', description: 'SwiftShader driver 5.0.0' };

/** What stands in for Dawn: an adapter without a GPU behind it, whose refusals the test calls for. */
const dawn = (info?: object): string => `
  const device = {
    adapterInfo: ${JSON.stringify(info)},
    lost: new Promise((resolve) => (globalThis.loseDevice = resolve)),
    addEventListener: (type, listener) => (globalThis.refuse = (message) => listener({ error: { message }, preventDefault() {} })),
  };
  const adapter = { limits: {}, requestDevice: async () => device };
  exports.globals = { GPUBufferUsage: {} };
  exports.create = () => ({ requestAdapter: async () => (${info !== undefined} ? adapter : null) });`;

/** What stands in for TensorFlow.js' backend: it computes on cpu, and is as particular about `navigator` as the real one. */
const kernels = (body = ''): string => `
  const tf = require('@tensorflow/tfjs');
  const Cpu = tf.findBackend('cpu').constructor;
  exports.WebGPUBackend = class extends Cpu {
    firstUse = false;
    constructor(device) {
      super();
      if (!globalThis.navigator?.gpu) throw new Error('WebGPU is not supported on this device');
      this.device = device;
    }
    ${body}
  };
  tf.copyRegisteredKernels('cpu', 'webgpu');`;

const scope = globalThis as { navigator?: unknown; refuse?: (message: string) => void; loseDevice?: (info: object) => void };

describe('webgpu', () => {
  const home = process.cwd();
  const navigator = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
  let application: ApplicationFolder;

  beforeEach(async () => {
    application = applicationFolder();
    application.shareTensorFlow();
    process.chdir(application.path);
    await useBackend('cpu');
  });

  afterEach(async () => {
    process.chdir(home);
    application.remove();
    await useBackend('cpu');
    if (tf.findBackendFactory('webgpu') !== null) tf.removeBackend('webgpu');
    for (const { kernelName } of tf.getKernelsForBackend('webgpu')) tf.unregisterKernel(kernelName, 'webgpu');
    if (navigator !== undefined) Object.defineProperty(globalThis, 'navigator', navigator);
    else Reflect.deleteProperty(globalThis, 'navigator');
  });

  const install = (info?: object, body?: string): void => {
    application.install('webgpu', dawn(info));
    application.install(KERNELS, kernels(body));
  };

  it("is taken by 'auto' where an adapter is a GPU, and named for it", async () => {
    install(GEFORCE);
    const { name, device, engine, trains } = await useBackend('auto');
    expect({ name, device, engine, trains }).toEqual({
      name: 'webgpu',
      device: 'gpu',
      engine: 'WebGPU, NVIDIA GeForce RTX 4090',
      trains: true,
    });
    expect(tf.getBackend()).toBe('webgpu');
  });

  it("is passed over by 'auto' where the adapter is software, and by name reports the CPU", async () => {
    install(SWIFTSHADER);
    const auto = await useBackend('auto');
    expect(auto.name).not.toBe('webgpu');
    expect(auto.rejected.find(({ name }) => name === 'webgpu')?.reason).toMatch(
      /^it found no usable gpu device and would compute on the cpu/,
    );
    const { device, engine, rejected } = await useBackend('webgpu');
    expect({ device, engine, rejected }).toEqual({ device: 'cpu', engine: 'WebGPU, SwiftShader driver 5.0.0', rejected: [] });
  });

  it.each([
    {
      what: 'the package of kernels is missing',
      prepare: () => application.install('webgpu', dawn(GEFORCE)),
      reason: `${KERNELS} is not installed. Add it to your application with \`npm install webgpu ${KERNELS}@4.22.0\`.`,
    },
    {
      what: 'Dawn is missing',
      prepare: () => application.install(KERNELS, kernels()),
      reason: `webgpu is not installed. Add it to your application with \`npm install webgpu ${KERNELS}@4.22.0\`.`,
    },
    {
      what: 'Dawn does not load',
      prepare: () => (install(GEFORCE), application.install('webgpu', "throw new Error('dawn.node: wrong ELF class');")),
      reason: 'webgpu is installed but does not load: dawn.node: wrong ELF class',
    },
    { what: 'there is no adapter', prepare: () => install(), reason: 'WebGPU found no adapter.' },
    {
      what: 'products come out wrong',
      prepare: () => install(GEFORCE, 'async read(dataId) { return (await super.read(dataId)).map(() => 0); }'),
      reason: 'WebGPU computes wrongly: expected 384 everywhere, got 0, 0, 0, 0, …',
    },
  ])('says so by name and keeps the active backend where $what', async ({ prepare, reason }) => {
    prepare();
    const before = tf.memory().numTensors;
    const error = (await useBackend('webgpu').catch((thrown: unknown) => thrown)) as { code: string; message: string };
    expect(error.code).toBe('BACKEND_UNAVAILABLE');
    expect(error.message).toContain(`useBackend('webgpu'): ${reason}`);
    expect([tf.getBackend(), tf.memory().numTensors]).toEqual(['cpu', before]);
  });

  it('leaves the navigator of the application as it was, and takes the WebGPU that the application has put there', async () => {
    install(GEFORCE);
    await useBackend('webgpu');
    expect(Object.getOwnPropertyDescriptor(globalThis, 'navigator')).toEqual(navigator);
    await useBackend('cpu');
    tf.removeBackend('webgpu');
    const adapter = {
      limits: {},
      requestDevice: () => Promise.resolve({ adapterInfo: SWIFTSHADER, lost: new Promise(() => {}), addEventListener() {} }),
    };
    const own = { gpu: { requestAdapter: () => Promise.resolve(adapter) } };
    Object.defineProperty(globalThis, 'navigator', { value: own, configurable: true });
    expect((await useBackend('webgpu')).engine).toBe('WebGPU, SwiftShader driver 5.0.0');
    expect(scope.navigator).toBe(own);
  });

  it('throws at the next read after the device refused an operation, and at no read after that', async () => {
    install(GEFORCE);
    await useBackend('webgpu');
    const x = tf.tensor1d([1, 2]);
    scope.refuse?.('Buffer size (1600000000) exceeds the max buffer size limit');
    await expect(x.data()).rejects.toThrow(
      'WebGPU refused an operation, and what follows from it is not to be trusted: Buffer size (1600000000)',
    );
    expect([...(await x.data())]).toEqual([1, 2]);
    x.dispose();
  });

  it('says that the device was lost, where a read fails for that', async () => {
    install(GEFORCE, "async read(dataId) { if (globalThis.broken) throw new Error(''); return super.read(dataId); }");
    await useBackend('webgpu');
    const x = tf.tensor1d([1, 2]);
    scope.loseDevice?.({ message: 'out of power' });
    (scope as { broken?: boolean }).broken = true;
    await expect(x.data()).rejects.toThrow('WebGPU: the device was lost (out of power). Start a new process.');
    delete (scope as { broken?: boolean }).broken;
    x.dispose();
  });

  it('names the asynchronous call where values on the device are read synchronously', async () => {
    install(
      GEFORCE,
      "readSync(dataId) { if (globalThis.onDevice) throw new ReferenceError('OffscreenCanvas is not defined'); return super.readSync(dataId); }",
    );
    await useBackend('webgpu');
    const x = tf.tensor1d([1, 2]);
    (scope as { onDevice?: boolean }).onDevice = true;
    expect(() => x.dataSync()).toThrow('WebGPU: expected `await tensor.data()`, got a synchronous read');
    delete (scope as { onDevice?: boolean }).onDevice;
    x.dispose();
  });
});
