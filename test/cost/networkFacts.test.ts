import { costedSpec } from '../../src/cost/costedSpec.js';
import { networkFacts } from '../../src/cost/networkFacts.js';
import { changeSpec } from '../../src/spec/changeSpec.js';
import { networkSpec } from '../../src/spec/networkSpec.js';
import type { NetworkSpec } from '../../src/spec/types.js';

describe('bias and batch normalisation, which only some steps may have', () => {
  const paper = networkSpec('googlenet', { variant: 'paper' });
  const slim = networkSpec('inception-v2', { variant: 'slim' });
  const inConv1 = changeSpec(paper, { conv1: { order: 'conv-bn-relu', useBias: false } });

  it.each<{ of: string; spec: NetworkSpec; bias: string; batchNormalization: string }>([
    { of: 'GoogLeNet', spec: paper, bias: 'yes, from 0', batchNormalization: 'none' },
    {
      ...{ of: 'GoogLeNet with one normalised convolution', spec: inConv1 },
      ...{ bias: 'yes, from 0, not in conv1', batchNormalization: 'gamma and beta, epsilon 0.001, momentum 0.99, in conv1 only' },
    },
    {
      ...{ of: 'Inception v2', spec: slim },
      ...{ bias: 'yes, from 0, in conv1 only', batchNormalization: 'beta, epsilon 0.001, momentum 0.9997, not in conv1' },
    },
    {
      ...{ of: 'Inception v3', spec: networkSpec('inception-v3'), bias: 'no' },
      batchNormalization: 'beta, epsilon 0.001, momentum 0.99',
    },
    {
      ...{ of: 'Inception-ResNet v2, 40 projections', spec: networkSpec('inception-resnet-v2'), bias: 'yes, from 0, in 40 steps' },
      batchNormalization: 'beta, epsilon 0.001, momentum 0.99',
    },
  ])('$of: $bias; $batchNormalization', ({ spec, bias, batchNormalization }) => {
    expect(networkFacts(costedSpec(spec)).manner).toMatchObject({ bias, 'batch normalisation': batchNormalization });
  });
});
