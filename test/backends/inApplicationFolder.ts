import * as tf from '@tensorflow/tfjs';
import { useBackend } from '../../src/backends/useBackend.js';
import { applicationFolder, type ApplicationFolder } from './applicationFolder.js';
import { keepEnvironment } from './keepEnvironment.js';

/**
 * Runs each test of a group in an application of its own, with nothing installed beside it, and undoes afterwards what native packages leave.
 *
 * @returns The folder of the test that runs.
 */
export function inApplicationFolder(): () => ApplicationFolder {
  const home = process.cwd();
  const restoreEnvironment = keepEnvironment();
  let application: ApplicationFolder;

  beforeEach(() => {
    application = applicationFolder();
    process.chdir(application.path);
    process.env.TFJS_INCEPTION_NATIVE = application.path;
  });

  afterEach(async () => {
    process.chdir(home);
    application.remove();
    restoreEnvironment();
    await useBackend('cpu');
    if (tf.findBackendFactory('tensorflow') !== null) tf.removeBackend('tensorflow');
    for (const { kernelName } of tf.getKernelsForBackend('tensorflow')) tf.unregisterKernel(kernelName, 'tensorflow');
  });

  return () => application;
}
