import * as tf from '@tensorflow/tfjs';
import { ensureBackend } from '../../../src/backends/ensureBackend.js';
import { InceptionError } from '../../../src/errors.js';
import { applyWeights, type ApplyOptions } from '../../../src/io/weights/applyWeights.js';
import type { NameSource } from '../../../src/io/names/nameTable.js';
import { matchNames } from '../../../src/io/names/recognizeNetwork.js';
import type { StoredTensor } from '../../../src/io/storedTensor.js';
import type { WeightReport } from '../../../src/io/weights/weightReport.js';
import type { InceptionModel } from '../../../src/networks/inceptionModel.js';
import { inceptionNet } from '../../../src/networks/inceptionNet.js';
import { networkSpec, type NetworkName } from '../../../src/spec/networkSpec.js';
import type { NetworkOptions } from '../../../src/spec/options.js';
import { numbers } from '../../networks/parity/formula.js';
import { expectFailure } from '../failure.js';
import { expectedWeights, fileOf, storedTensor, weightFile, weightsOf } from '../names/weightFiles.js';

beforeAll(() => ensureBackend());

const narrowSpec = (network: NetworkName, options: NetworkOptions): ReturnType<typeof networkSpec> =>
  networkSpec(network, { widthMultiplier: 0.05, classes: 3, inputShape: [96, 96, 3], classifierActivation: 'linear', ...options });

const narrow = (network: NetworkName, options: NetworkOptions): InceptionModel => inceptionNet(narrowSpec(network, options));

/** As `loadWeights` does with a file of another source. */
const apply = (model: InceptionModel, tensors: ReadonlyMap<string, StoredTensor>, options: ApplyOptions = {}): Promise<WeightReport> =>
  applyWeights('loadWeights', model, weightFile(tensors), { matched: matchNames(tensors), ...options });

const picture = (): tf.Tensor4D =>
  tf.tensor4d(
    numbers('picture/bias', [96 * 96 * 3]).map((value) => 127.5 + 600 * value),
    [1, 96, 96, 3],
  );

function logitsOf(model: InceptionModel): Float32Array {
  return tf.tidy(() => (model.predict(model.preprocess(picture())) as tf.Tensor).dataSync<'float32'>());
}

/** The greatest difference as a share of the greatest value. */
function difference(found: Float32Array, expected: Float32Array): number {
  const largest = Math.max(...expected.map(Math.abs));
  return Math.max(...found.map((value, index) => Math.abs(value - expected[index]))) / largest;
}

describe("another source's weights", () => {
  it.each<{ source: NameSource; network: NetworkName; options: NetworkOptions }>([
    { source: 'torchvision', network: 'googlenet', options: { variant: 'torchvision', auxiliaryHeads: true } },
    { source: 'caffe', network: 'googlenet', options: { variant: 'caffe' } },
    { source: 'cadene', network: 'inception-v2', options: { variant: 'caffe' } },
    { source: 'keras', network: 'inception-v3', options: { variant: 'keras' } },
    { source: 'facenet', network: 'inception-resnet-v1', options: { variant: 'facenet' } },
    { source: 'timm', network: 'xception', options: { variant: 'timm' } },
    { source: 'keras', network: 'xception', options: { variant: 'keras' } },
  ])('$source, $network: every tensor lands in its weight, bit for bit', async ({ source, network, options }) => {
    const model = narrow(network, options);
    const file = fileOf(source, model);
    const before = tf.memory().numTensors;
    const report = await apply(model, file);
    expect(tf.memory().numTensors).toBe(before);
    expect(weightsOf(model)).toEqual(expectedWeights(model));
    const used = [...file.keys()].sort();
    expect(report).toMatchObject({ source, network, used, unused: [], missing: [], reshaped: [], parameters: model.countParams() });
    model.dispose();
  });

  it('reads one tensor at a time, and none before all are found to fit', async () => {
    const model = narrow('xception', { variant: 'timm' });
    const counts = { reads: 0, open: 0, most: 0 };
    const watched = (tensor: StoredTensor): StoredTensor => ({
      ...tensor,
      read: async () => {
        counts.most = Math.max(counts.most, ++counts.open);
        counts.reads++;
        await Promise.resolve();
        counts.open--;
        return tensor.read();
      },
    });
    const file = new Map([...fileOf('timm', model)].map(([name, tensor]) => [name, watched(tensor)]));
    const surplus = new Map([...file, ['other.weight', storedTensor('other.weight', [1], () => new Float32Array(1))]]);
    await expectFailure(apply(model, surplus), 'WEIGHTS_MISMATCH', /\n\+ other\.weight \[1\]$/);
    expect(counts.reads).toBe(0);
    await apply(model, file);
    expect(counts).toEqual({ reads: file.size, open: 0, most: 1 });
    model.dispose();
  });

  it('changes nothing and leaves no tensor when the last value cannot be read', async () => {
    const model = narrow('xception', { variant: 'timm' });
    const own = weightsOf(model);
    const file = fileOf('timm', model);
    const damaged = (): Promise<Float32Array> => Promise.reject(new InceptionError('CORRUPT_WEIGHTS', 'memory: damaged'));
    file.set('fc.bias', { ...file.get('fc.bias')!, read: damaged });
    const before = tf.memory().numTensors;
    await expectFailure(apply(model, file), 'CORRUPT_WEIGHTS', /damaged/);
    expect(tf.memory().numTensors).toBe(before);
    expect(weightsOf(model)).toEqual(own);
    model.dispose();
  });

  it('lists what is missing, unexpected and of another shape under the names of either side, sorted', async () => {
    const model = narrow('xception', { variant: 'timm' });
    const file = fileOf('timm', model);
    file.delete('bn1.running_mean');
    file.set(
      'bn2.bias',
      storedTensor('bn2.bias', [2, 8], () => new Float32Array(16)),
    );
    file.set(
      'extra.weight',
      storedTensor('extra.weight', [5], () => new Float32Array(5)),
    );
    const error = await expectFailure(apply(model, file), 'WEIGHTS_MISMATCH', /expected the model's 236 weights, got 3 differences/);
    expect(error.message.split('\n').slice(1)).toEqual([
      '- block1_conv1_bn/moving_mean [8]',
      '+ extra.weight [5]',
      '≠ block1_conv2_bn/beta [8] in the model, [2, 8] in the file',
    ]);
    model.dispose();
  });
});

describe('batch normalisation that only one side has in full', () => {
  it("folds the file's gammas into a model without: the same logits within 1e-5", async () => {
    const [complete, without] = ['timm', 'slim'].map((variant) => narrow('inception-v4', { variant, dropout: 0 }));
    const file = fileOf('timm', complete);
    await apply(complete, file);
    const report = await apply(without, file);
    expect(report.used).toHaveLength(file.size);
    expect(report.notes[0]).toBe('The model has no gamma: those of 149 batch normalisations are multiplied into kernels and means.');
    expect(difference(logitsOf(without), logitsOf(complete))).toBeLessThan(1e-5);
    complete.dispose();
    without.dispose();
  });

  it('leaves a model without gamma as it would be where those of the file are 1', async () => {
    const model = narrow('inception-v4', { variant: 'slim' });
    const file = fileOf('timm', model);
    const ones = [...file]
      .filter(([name]) => name.endsWith('.bn.bias'))
      .map(([name, { shape }]): [string, StoredTensor] => {
        const gamma = name.replace(/bias$/, 'weight');
        return [gamma, storedTensor(gamma, shape, () => new Float32Array(shape[0]).fill(1))];
      });
    await apply(model, new Map([...file, ...ones]));
    expect(weightsOf(model)).toEqual(expectedWeights(model));
    model.dispose();
  });

  it("fills a model's gammas with 1 where the file has none", async () => {
    const model = narrow('inception-v4', { variant: 'timm' });
    const file = fileOf('timm', model);
    const gammas = model.weights.map(({ originalName }) => originalName).filter((name) => name.endsWith('/gamma'));
    for (const name of [...file.keys()]) if (name.endsWith('.bn.weight')) file.delete(name);
    const report = await apply(model, file);
    expect(report.notes[0]).toBe('The file has no gamma for 149 batch normalisations: they are 1, as where they are left out.');
    const weights = weightsOf(model);
    expect(gammas.filter((name) => weights[name].some((value) => value !== 1))).toEqual([]);
    expect(report.missing).toEqual([]);
    model.dispose();
  });

  it("takes the file's biases before a normalisation off the means of a model without: the same logits within 1e-5", async () => {
    const spec = narrowSpec('inception-v2', { variant: 'caffe' });
    const [biased, unbiased] = [spec, { ...spec, convolution: { ...spec.convolution, useBias: false } }].map((each) => inceptionNet(each));
    const file = fileOf('cadene', biased);
    await apply(biased, file);
    const report = await apply(unbiased, file);
    expect(report.notes).toContain('The model has no biases before batch normalisation: 69 are taken off the moving means.');
    expect(difference(logitsOf(unbiased), logitsOf(biased))).toBeLessThan(1e-5);
    for (const name of [...file.keys()])
      if (name.endsWith('.bias') && !name.endsWith('_bn.bias') && !name.startsWith('last')) file.delete(name);
    await apply(biased, file);
    expect(weightsOf(biased)['conv1_conv/bias'].every((value) => value === 0)).toBe(true);
    biased.dispose();
    unbiased.dispose();
  });
});
