import * as tf from '@tensorflow/tfjs';
import { missingKernels } from '../../src/backends/missingKernels.js';
import { useBackend } from '../../src/backends/useBackend.js';
import type { InceptionModel } from '../../src/networks/inceptionModel.js';
import { assertTrainingKernels } from '../../src/training/assertTrainingKernels.js';
import { eagerStep, type StepSettings } from '../../src/training/eagerStep.js';
import { EVERY_VARIANT, narrowNetwork } from '../networks/everyNetwork.js';

/** Every feature of a step that adds operations. */
const EVERYTHING: Omit<StepSettings, 'optimizer'> = {
  labelSmoothing: 0.1,
  weightDecay: 0.01,
  gradientClip: { value: 1, norm: 0.5 },
  classWeights: [1, 2, 0.5],
  averaging: { decay: 0.9 },
};
const OPTIMIZERS = ['sgd', 'rmsprop', 'adam', 'adamw'] as const;

/** What a backend is asked for in one training step of a model. */
function kernelsOfStep(model: InceptionModel, settings: StepSettings): Set<string> {
  const [height, width] = model.spec.inputShape;
  const step = eagerStep(model, settings);
  const inputs = {
    images: tf.randomUniform<tf.Rank.R4>([2, height, width, 3], 0, 255),
    labels: tf.tensor1d([0, 1], 'int32'),
    mixed: { labels: tf.tensor1d([1, 2], 'int32'), shares: tf.tensor1d([0.25, 1]) },
    learningRate: tf.scalar(0.01),
    step: tf.scalar(0, 'int32'),
    seed: tf.scalar(0, 'int32'),
    headWeights: tf.ones<tf.Rank.R1>([step.heads.length]),
  };
  const asked = jest.spyOn(tf.engine(), 'runKernel');
  step.run(inputs, inputs);
  const names = new Set(asked.mock.calls.map(([name]) => name));
  asked.mockRestore();
  step.dispose();
  tf.dispose({ ...inputs });
  return names;
}

const isGradient = (kernel: string): boolean => /Backprop|Grad$/.test(kernel);

/** The gradient kernels that `assertTrainingKernels` would miss on a backend without any. */
function namedBeforehand(model: InceptionModel): string[] {
  const removed = tf.getKernelsForBackend('wasm').filter(({ kernelName }) => isGradient(kernelName));
  try {
    for (const { kernelName } of removed) tf.unregisterKernel(kernelName, 'wasm');
    assertTrainingKernels(model);
    return [];
  } catch (error) {
    return /without (.*?)\. Start/.exec((error as Error).message)![1].split(', ');
  } finally {
    for (const kernel of removed) tf.registerKernel(kernel);
  }
}

describe('What the hand-kept lists of kernels say is what steps run', () => {
  const everything = new Set(missingKernels('a backend that has none'));

  beforeAll(() => useBackend('wasm'));

  it.each(EVERY_VARIANT.map((network, index) => ({ ...network, optimizer: OPTIMIZERS[index % OPTIMIZERS.length] })))(
    '$name $variant with $optimizer, everything turned on: no kernel that missingKernels or assertTrainingKernels does not know',
    ({ optimizer, ...network }) => {
      const model = narrowNetwork(network, { dropout: 0.2 });
      const kernels = [...kernelsOfStep(model, { ...EVERYTHING, optimizer: { kind: optimizer } })];
      expect(kernels.length).toBeGreaterThan(30);
      expect(kernels.filter((kernel) => !everything.has(kernel))).toEqual([]);
      const gradients = kernels.filter(isGradient);
      expect(gradients).toEqual(expect.arrayContaining(['Conv2DBackpropFilter', 'MaxPoolGrad']));
      const named = namedBeforehand(model);
      expect(gradients.filter((kernel) => !named.includes(kernel))).toEqual([]);
      model.dispose();
    },
  );
});

describe('missingKernels', () => {
  it('lists all of them, sorted, for a backend that was never loaded', () => {
    const missing = missingKernels('tfjs-node');
    expect(missing.length).toBeGreaterThan(40);
    expect(missing).toContain('Conv2DBackpropFilter');
    expect(missing).toEqual([...missing].sort());
  });
});
