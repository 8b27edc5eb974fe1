import { join } from 'node:path';
import { openKerasWeights } from '../../../src/io/keras/openKerasWeights.js';
import type { WeightFile } from '../../../src/io/modelFile.js';
import { expectFailure } from '../failure.js';
import { golden } from './goldenModels.js';

async function opened<T>(file: string, use: (weights: WeightFile) => T | Promise<T>): Promise<T> {
  const weights = await openKerasWeights('test', golden(file));
  try {
    return await use(weights);
  } finally {
    await weights.close();
  }
}

const names = (file: string): Promise<string[]> => opened(file, ({ tensors }) => [...tensors.keys()]);

describe('openKerasWeights names weights by layer', () => {
  it('in the order of the layers, from a whole model of Keras 3', async () => {
    expect(await names('nested.keras')).toEqual([
      ...[
        'inner_conv/kernel',
        'inner_conv/bias',
        'inner_norm/gamma',
        'inner_norm/beta',
        'inner_norm/moving_mean',
        'inner_norm/moving_variance',
      ],
      ...[
        'chain_conv/kernel',
        'chain_conv/bias',
        'chain_norm/gamma',
        'chain_norm/beta',
        'chain_norm/moving_mean',
        'chain_norm/moving_variance',
      ],
      ...['shared/kernel', 'shared/bias'],
    ]);
  });

  it.each(['nested.h5', 'sequential.h5'])('the same from %s as from its .keras, but for the order within a model', async (file) => {
    expect((await names(file)).sort()).toEqual((await names(file.replace('.h5', '.keras'))).sort());
  });

  it('from the weights alone of a model of Keras 3, 29 of them, as far as a class tells', async () => {
    const found = await names('every_layer.weights.h5');
    expect(found).toEqual(
      expect.arrayContaining(['logits/kernel', 'separable/pointwise_kernel', 'depthwise/depthwise_kernel', 'normalization/count']),
    );
    expect(found).toHaveLength((await names('every_layer.keras')).length);
  });

  it('from files in the layouts of Keras 2 and Keras 1', async () => {
    const norm = ['norm/beta', 'norm/moving_mean', 'norm/moving_variance'];
    expect(await names('keras2.h5')).toEqual(['inner/kernel', 'inner/bias', ...norm]);
    expect(await names('keras1.weights.h5')).toEqual(['inner_conv/kernel', 'inner_conv/bias', ...norm]);
  });

  it('with the same values from every layout', async () => {
    const kernel = (file: string, name: string): Promise<number[]> =>
      opened(file, async ({ tensors }) => Array.from(await tensors.get(name)!.read()));
    const values = await kernel('keras2.h5', 'inner/kernel');
    expect(values).toHaveLength(4);
    expect(await kernel('keras1.weights.h5', 'inner_conv/kernel')).toEqual(values);
    expect(await kernel('every_layer.weights.h5', 'logits/kernel')).toEqual(await kernel('every_layer.h5', 'logits/kernel'));
  });

  it('and refuses HDF5 that Keras did not write', async () => {
    const other = join(__dirname, '..', 'hdf5', 'golden', 'types.h5');
    await expectFailure(
      openKerasWeights('test', other),
      'UNSUPPORTED_FORMAT',
      /expected weights as Keras lays them out, got '18 datasets of another kind'/,
    );
  });
});
