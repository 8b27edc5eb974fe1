import * as tf from '@tensorflow/tfjs';
import { useBackend } from '../../src/backends/useBackend.js';
import { assertTrainingKernels } from '../../src/training/assertTrainingKernels.js';
import { EACH_BACKEND } from '../backendUnderTest.js';
import { tinyNetwork } from './tinyNetwork.js';

describe('assertTrainingKernels', () => {
  it.each(EACH_BACKEND)('%s can train an Inception network', async (backend) => {
    await useBackend(backend);
    expect(() => assertTrainingKernels(tinyNetwork())).not.toThrow();
  });

  it('names every gradient operation that the backend lacks, and none that the model does not need', async () => {
    await useBackend('cpu');
    const model = tinyNetwork();
    const removed = ['Conv2DBackpropFilter', 'MaxPoolGrad', 'LRNGrad'].map((name) => tf.getKernel(name, 'cpu'));
    try {
      removed.forEach(({ kernelName }) => tf.unregisterKernel(kernelName, 'cpu'));
      expect(() => assertTrainingKernels(model)).toThrow(
        expect.objectContaining({
          code: 'MISSING_KERNEL',
          message:
            'train: expected a backend that can train tiny, got cpu without Conv2DBackpropFilter, MaxPoolGrad. ' +
            "Start one with useBackend('auto') before training.",
        }) as Error,
      );
    } finally {
      removed.forEach((kernel) => tf.registerKernel(kernel));
    }
  });
});
