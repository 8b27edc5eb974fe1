import * as tf from '@tensorflow/tfjs';
import { ensureBackend } from '../../../src/backends/ensureBackend.js';
import { applyWeights, type ApplyOptions } from '../../../src/io/weights/applyWeights.js';
import type { Normalization } from '../../../src/io/weights/inputRange.js';
import { matchNames } from '../../../src/io/names/recognizeNetwork.js';
import type { InceptionModel } from '../../../src/networks/inceptionModel.js';
import { inceptionNet } from '../../../src/networks/inceptionNet.js';
import { networkSpec } from '../../../src/spec/networkSpec.js';
import type { NetworkSpec, Preprocessing } from '../../../src/spec/types.js';
import { numbers } from '../../networks/parity/formula.js';
import { expectFailure } from '../failure.js';
import { fileOf, weightFile, weightsOf } from '../names/weightFiles.js';

beforeAll(() => ensureBackend());

const SIDE = 96;

const NARROW = { widthMultiplier: 0.05, classes: 3, inputShape: [SIDE, SIDE, 3], classifierActivation: 'linear' } as const;

/** ImageNet's, as torchvision's `Normalize` takes it. */
const IMAGENET: Normalization = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };

const picture = numbers('picture/bias', [SIDE * SIDE * 3]).map((value) => 127.5 + 600 * value);

/** Logits from an input that is made without the model's own preprocessing. */
function logits(model: InceptionModel, toInput: (pictures: tf.Tensor4D) => tf.Tensor): Float32Array {
  return tf.tidy(() => (model.predict(toInput(tf.tensor4d(picture, [1, SIDE, SIDE, 3]))) as tf.Tensor).dataSync<'float32'>());
}

const normalized = (pictures: tf.Tensor4D): tf.Tensor => tf.div(tf.sub(tf.div(pictures, 255), IMAGENET.mean), IMAGENET.std);

/** Sets the file's weights in two models: one is then fed what the weights want, the other what it makes of pictures itself. */
async function loadBoth(
  spec: NetworkSpec,
  preprocessing: Preprocessing,
  options: ApplyOptions,
): Promise<{ fed: InceptionModel; adapted: InceptionModel; notes: readonly string[] }> {
  const [fed, adapted] = [spec, { ...spec, preprocessing }].map((each) => inceptionNet(each));
  const file = weightFile(fileOf(spec.name === 'googlenet' ? 'caffe' : 'timm', fed));
  const matched = matchNames(file.tensors);
  await applyWeights('loadWeights', fed, file, { matched });
  const { notes } = await applyWeights('loadWeights', adapted, file, { matched, ...options });
  return { fed, adapted, notes };
}

function difference(found: Float32Array, expected: Float32Array): number {
  return Math.max(...found.map((value, index) => Math.abs(value - expected[index]))) / Math.max(...expected.map(Math.abs));
}

/** The adapted model makes of pictures what the other makes of the input that the weights want. */
function expectSameLogits(adapted: InceptionModel, fed: InceptionModel, wanted: (pictures: tf.Tensor4D) => tf.Tensor): void {
  const [found, expected] = [logits(adapted, (pictures) => adapted.preprocess(pictures)), logits(fed, wanted)];
  expect(difference(found, expected)).toBeLessThan(1e-5);
  fed.dispose();
  adapted.dispose();
}

const V4 = networkSpec('inception-v4', { ...NARROW, variant: 'timm' });

it("turns Caffe's BGR kernel round for a model that takes RGB less the same means: the same logits within 1e-5", async () => {
  const spec = networkSpec('googlenet', { ...NARROW, variant: 'caffe' });
  const { fed, adapted, notes } = await loadBoth(spec, { channelOrder: 'rgb', scale: 1, offset: [-123, -117, -104] }, {});
  expect(notes[0]).toBe(
    'The weights want b·1 − 104, g·1 − 117, r·1 − 123 of 0–255; the model makes r·1 − 123, g·1 − 117, b·1 − 104. ' +
      'The first convolution was changed to take that instead: exactly the same outputs.',
  );
  expectSameLogits(adapted, fed, (pictures) => fed.preprocess(pictures));
});

it.each<{ what: string; preprocessing: Preprocessing; options: ApplyOptions }>([
  { what: '0 to 1 for −1 to 1', preprocessing: { channelOrder: 'rgb', scale: 1 / 255, offset: [0, 0, 0] }, options: {} },
  { what: 'BGR less means for −1 to 1', preprocessing: { channelOrder: 'bgr', scale: 1, offset: [-104, -117, -123] }, options: {} },
  { what: "−1 to 1 for ImageNet's mean and deviation", preprocessing: V4.preprocessing, options: { normalization: IMAGENET } },
])('takes $what where the first convolution has no zeros round it: the same logits within 1e-5', async ({ preprocessing, options }) => {
  const { fed, adapted } = await loadBoth(V4, preprocessing, options);
  const wanted = options.normalization ? normalized : (pictures: tf.Tensor4D): tf.Tensor => fed.preprocess(pictures);
  expectSameLogits(adapted, fed, wanted);
});

it('puts what a shift adds into the biases of a network without normalisation: the same logits within 1e-5', async () => {
  const spec: NetworkSpec = { ...V4, convolution: { ...V4.convolution, order: 'conv-relu', useBias: true } };
  const [fed, adapted] = [inceptionNet(spec, { seed: 1 }), inceptionNet(spec)];
  const tensors = Object.entries(weightsOf(fed)).map(([name, values]) => {
    const shape = fed.weights.find(({ originalName }) => originalName === name)!.shape as number[];
    return [name, { name, shape, dtype: 'float32', read: async () => Promise.resolve(Float32Array.from(values)) }] as const;
  });
  await applyWeights('loadWeights', adapted, weightFile(new Map(tensors)), { normalization: IMAGENET });
  expectSameLogits(adapted, fed, normalized);
});

describe('where zeros stand round the picture', () => {
  const spec = networkSpec('googlenet', { ...NARROW, variant: 'caffe' });

  it('leaves the weights alone and says which preprocessing makes them exact', async () => {
    const { fed, adapted, notes } = await loadBoth(spec, { channelOrder: 'rgb', scale: 1 / 127.5, offset: [-1, -1, -1] }, {});
    expect(notes[0]).toMatch(
      /the model makes r·0\.00784314 − 1.*preprocessing: { channelOrder: 'bgr', scale: 1, offset: \[-104, -117, -123\] } }\)\.$/,
    );
    expect(weightsOf(adapted)).toEqual(weightsOf(fed));
    fed.dispose();
    adapted.dispose();
  });

  it('refuses a normalization that cannot be taken exactly, and takes it with the preprocessing that it names', async () => {
    const [model, advised] = [
      spec,
      { ...spec, preprocessing: { channelOrder: 'rgb', scale: 1, offset: [-123.675, -116.28, -103.53] } as const },
    ].map((each) => inceptionNet(each));
    const file = weightFile(fileOf('caffe', model));
    const options = { matched: matchNames(file.tensors), normalization: IMAGENET };
    const own = weightsOf(model);
    const message = /^loadWeights\.normalization: expected one that googlenet can take exactly.*offset: \[-123\.675, -116\.28, -103\.53\]/;
    await expectFailure(applyWeights('loadWeights', model, file, options), 'INVALID_ARGUMENT', message);
    expect(weightsOf(model)).toEqual(own);
    await applyWeights('loadWeights', advised, file, options);
    await applyWeights('loadWeights', model, file, { matched: options.matched });
    expectSameLogits(advised, model, normalized);
  });
});

it.each([
  { mean: [0.5], std: [1, 1, 1] },
  { mean: [0, 0, 0], std: [1, 0, 1] },
  { mean: [0, NaN, 0], std: [1, 1, 1] },
])('refuses $mean and $std for a normalization', async (normalization) => {
  const model = inceptionNet(V4);
  const file = weightFile(fileOf('timm', model));
  const options = { matched: matchNames(file.tensors), normalization: normalization as unknown as Normalization };
  await expectFailure(applyWeights('loadWeights', model, file, options), 'INVALID_ARGUMENT', /expected mean and std, three numbers each/);
  model.dispose();
});
