import type { InceptionModel } from '../../src/networks/inceptionModel.js';
import { inceptionNet } from '../../src/networks/inceptionNet.js';
import type { ModuleStep, NetworkSpec, Step } from '../../src/spec/types.js';

const convolution = (name: string, filters: number, kernelSize: number): Step => ({ op: 'convolution', name, filters, kernelSize });

const inception = (name: string, width: number): ModuleStep => ({
  op: 'module',
  name,
  branches: [
    [convolution('1x1', width, 1)],
    [convolution('3x3_reduce', width, 1), convolution('3x3', 2 * width, 3)],
    [{ op: 'maxPool', name: 'pool', poolSize: 3 }, convolution('pool_projection', width, 1)],
  ],
});

/** A whole Inception network in miniature: 12×12 pictures, 3 classes, two modules, one auxiliary head, batch normalization, dropout. */
export const TINY_SPEC: NetworkSpec = {
  name: 'tiny',
  variant: 'test',
  source: 'made for tests',
  inputShape: [12, 12, 3],
  classes: 3,
  convolution: {
    order: 'conv-bn-relu',
    useBias: false,
    initialBias: 0,
    initializer: 'heNormal',
    batchNormalization: { momentum: 0.8, epsilon: 1e-3, scale: true, center: true },
  },
  trunk: [
    convolution('conv1', 6, 3),
    inception('inception_3a', 4),
    { op: 'maxPool', name: 'pool3', poolSize: 3, strides: 2 },
    inception('inception_4a', 4),
  ],
  top: [
    { op: 'globalAveragePool', name: 'pool5' },
    { op: 'dropout', name: 'dropout', rate: 0.2 },
  ],
  auxiliaryHeads: [
    {
      name: 'auxiliary_3a',
      after: 'inception_3a',
      lossWeight: 0.3,
      steps: [convolution('conv', 4, 1), { op: 'globalAveragePool', name: 'pool' }],
    },
  ],
  classifierActivation: 'softmax',
  preprocessing: { channelOrder: 'rgb', scale: 1 / 127.5, offset: [-1, -1, -1] },
};

export const tinyNetwork = (seed = 1, changes: Partial<NetworkSpec> = {}): InceptionModel =>
  inceptionNet({ ...TINY_SPEC, ...changes }, { seed });
