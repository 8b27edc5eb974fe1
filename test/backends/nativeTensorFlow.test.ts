import * as tf from '@tensorflow/tfjs';
import { useBackend } from '../../src/backends/useBackend.js';
import { applicationFolder, type ApplicationFolder } from './applicationFolder.js';

const GPU = '@tensorflow/tfjs-node-gpu';
const GROWTH = 'TF_FORCE_GPU_ALLOW_GROWTH';

describe('activateNativeTensorFlow', () => {
  const home = process.cwd();
  const before = process.env[GROWTH];
  let application: ApplicationFolder;

  beforeEach(() => {
    application = applicationFolder();
    process.chdir(application.path);
    delete process.env[GROWTH];
  });

  afterEach(async () => {
    process.chdir(home);
    application.remove();
    if (before === undefined) delete process.env[GROWTH];
    else process.env[GROWTH] = before;
    await useBackend('cpu');
    if (tf.findBackendFactory('tensorflow') !== null) tf.removeBackend('tensorflow');
    for (const { kernelName } of tf.getKernelsForBackend('tensorflow')) tf.unregisterKernel(kernelName, 'tensorflow');
  });

  /** A GPU package that refuses to load unless it finds the variable so. */
  const installExpecting = (value: string): void => {
    application.shareTensorFlow();
    application.installNative(GPU, {
      usesGpu: true,
      first: `if (process.env.${GROWTH} !== '${value}') throw new Error(process.env.${GROWTH});`,
    });
  };

  it('lets the GPU package take memory as it needs it, before that is loaded', async () => {
    installExpecting('true');
    expect((await useBackend('tfjs-node-gpu')).device).toBe('cuda');
  });

  it('leaves what the application has set, so that one process can still take all of the memory', async () => {
    process.env[GROWTH] = 'false';
    installExpecting('false');
    expect((await useBackend('tfjs-node-gpu')).device).toBe('cuda');
    expect(process.env[GROWTH]).toBe('false');
  });

  it('sets nothing where no native package is installed', async () => {
    await useBackend('auto');
    expect(process.env[GROWTH]).toBeUndefined();
  });
});
