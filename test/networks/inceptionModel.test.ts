import * as tf from '@tensorflow/tfjs';
import { googLeNet } from '../../src/networks/googLeNet.js';
import { InceptionModel } from '../../src/networks/inceptionModel.js';
import { ASKED } from '../backendUnderTest.js';
import { refusal } from '../blocks/blockModel.js';
import { difference } from '../layers/difference.js';

type Options = NonNullable<Parameters<typeof googLeNet>[0]>;
const SMALL: Options = { widthMultiplier: 0.125, classes: 3, inputShape: [32, 32, 3], stem: 'stride2', seed: 1 };
const built: tf.LayersModel[] = [];
const small = (options: Options = {}) => {
  const model = googLeNet({ ...SMALL, ...options });
  built.push(model);
  return model;
};
afterEach(() => built.splice(0).forEach((model) => model.dispose()));

describe('what tfjs sees', () => {
  it("is a LayersModel of class name 'Model', in memory and in JSON", () => {
    const model = small();
    expect(model).toBeInstanceOf(tf.LayersModel);
    expect(model).toBeInstanceOf(InceptionModel);
    expect(model.getClassName()).toBe('Model');
    expect(InceptionModel.className).toBe('Model');
    expect(model.toJSON(null, false)).toMatchObject({ class_name: 'Model', config: { name: 'googlenet' } });
  });

  it('tfjs builds the same model from its JSON: equal layers and, with equal weights, equal predictions', async () => {
    const model = small();
    const copy = await tf.models.modelFromJSON({ modelTopology: model.toJSON(null, false) as tf.io.ModelJSON['modelTopology'] });
    built.push(copy);
    expect(copy.layers.map(({ name }) => name)).toEqual(model.layers.map(({ name }) => name));
    copy.setWeights(model.getWeights());
    const input = tf.randomUniform([2, 32, 32, 3], -1, 1, 'float32', 1);
    const [ours, theirs] = [model, copy].map((each) => each.predict(input) as tf.Tensor);
    // Its batch normalization is tfjs' own layer: on cpu and wasm to the bit ours, on others another order of additions.
    expect(difference(theirs.dataSync(), ours.dataSync())).toBeLessThanOrEqual(ASKED === undefined ? 0 : 1e-6);
    tf.dispose([input, ours, theirs]);
  });

  it('with heads predicts an array in the order main, auxiliary_4a, auxiliary_4d', () => {
    const model = small({ auxiliaryHeads: true });
    const input = tf.randomUniform([2, 32, 32, 3], -1, 1, 'float32', 1);
    const outputs = model.predict(input) as tf.Tensor[];
    const heads = (['main', 'auxiliary_4a', 'auxiliary_4d'] as const).map((name) => {
      return tf.model({ inputs: model.inputs, outputs: model.heads[name] }).predict(input) as tf.Tensor;
    });
    expect(outputs.map((output) => [...output.dataSync()])).toEqual(heads.map((head) => [...head.dataSync()]));
    tf.dispose([input, outputs, heads]);
  });
});

describe('endpoints, heads and logits', () => {
  it('are tensors a model can end in: the features after inception_4a, 8×8×64', () => {
    const model = small();
    const features = tf.model({ inputs: model.inputs, outputs: model.endpoints.inception_4a });
    const output = tf.tidy(() => features.predict(tf.zeros([2, 32, 32, 3])) as tf.Tensor);
    expect(output.shape).toEqual([2, 8, 8, 64]);
    output.dispose();
  });

  it('logits are what the softmax of the heads is taken of', () => {
    const model = small({ auxiliaryHeads: true });
    const names = ['main', 'auxiliary_4a', 'auxiliary_4d'] as const;
    const both = tf.model({ inputs: model.inputs, outputs: names.flatMap((name) => [model.logits[name], model.heads[name]]) });
    const input = tf.randomUniform([2, 32, 32, 3], -1, 1, 'float32', 1);
    const values = both.predict(input) as tf.Tensor[];
    names.forEach((_, index) => {
      const softmax = tf.softmax(values[2 * index]);
      expect(difference(softmax.dataSync(), values[2 * index + 1].dataSync())).toBeLessThan(1e-6);
      softmax.dispose();
    });
    tf.dispose([input, values]);
  });

  it('are typed: a name that no GoogLeNet has does not compile', () => {
    const model = small();
    // @ts-expect-error There is no inception_4f.
    expect(model.endpoints.inception_4f).toBeUndefined();
    // @ts-expect-error The paper numbers no heads; they are named for where they hang.
    expect(model.heads.auxiliary_1).toBeUndefined();
    const general: InceptionModel = model;
    expect(general.endpoints['inception_4a']).toBe(model.endpoints.inception_4a);
  });
});

describe('labels', () => {
  it('are none until a model has learnt some, and each model has its own', () => {
    const [model, other] = [small(), small()];
    expect(model.labels).toEqual([]);
    model.labels = ['cat', 'dog', 'bird'];
    expect(other.labels).toEqual([]);
  });
});

describe('preprocess', () => {
  const pixels = [0, 51, 102, 153, 204, 255, 10, 20, 30, 255, 255, 255];
  const run = (options: Options, images: tf.Tensor4D): number[] => {
    const output = small(options).preprocess(images);
    expect(output.dtype).toBe('float32');
    expect(output.shape).toEqual(images.shape);
    const values = [...output.dataSync()];
    tf.dispose([images, output]);
    return values;
  };

  it.each([
    { variant: 'batchnorm', of: (r: number, g: number, b: number) => [r / 127.5 - 1, g / 127.5 - 1, b / 127.5 - 1] },
    { variant: 'torchvision', of: (r: number, g: number, b: number) => [r / 127.5 - 1, g / 127.5 - 1, b / 127.5 - 1] },
    { variant: 'slim', of: (r: number, g: number, b: number) => [r / 127.5 - 1, g / 127.5 - 1, b / 127.5 - 1] },
    { variant: 'paper', of: (r: number, g: number, b: number) => [r - 123, g - 117, b - 104] },
    { variant: 'caffe', of: (r: number, g: number, b: number) => [b - 104, g - 117, r - 123] },
  ] as const)('$variant: red, green and blue of 0–255 as its spec says', ({ variant, of }) => {
    const expected = [0, 3, 6, 9].flatMap((start) => of(pixels[start], pixels[start + 1], pixels[start + 2]));
    for (const dtype of ['int32', 'float32'] as const) {
      const actual = run({ variant, inputShape: [32, 32, 3] }, tf.tensor4d(pixels, [1, 2, 2, 3], dtype));
      expect(difference(actual, expected)).toBeLessThan(1e-6);
    }
  });

  it("grey pictures lose the mean of the three offsets: Caffe's 344 / 3", () => {
    const actual = run({ variant: 'caffe', inputShape: [32, 32, 1] }, tf.tensor4d([0, 255], [1, 1, 2, 1], 'int32'));
    expect(difference(actual, [-344 / 3, 255 - 344 / 3])).toBeLessThan(1e-6);
  });

  it('returns one tensor and keeps no other, the second time too', () => {
    for (const variant of ['batchnorm', 'caffe'] as const) {
      const model = small({ variant });
      const images = tf.tensor4d(pixels, [1, 2, 2, 3], 'int32');
      model.preprocess(images).dispose();
      const before = tf.memory().numTensors;
      const output = model.preprocess(images);
      expect(tf.memory().numTensors).toBe(before + 1);
      tf.dispose([images, output]);
    }
  });

  it.each([
    { shape: [1, 2, 2, 1], shown: '[ 1, 2, 2, 1 ]' },
    { shape: [2, 2, 3], shown: '[ 2, 2, 3 ]' },
  ])('images of shape $shape are refused: one channel would spread over three', ({ shape, shown }) => {
    const model = small();
    const images = tf.zeros<tf.Rank.R4>(shape as [number, number, number, number]);
    expect(refusal(() => model.preprocess(images))).toEqual({
      code: 'INVALID_ARGUMENT',
      message: `googlenet.preprocess: expected images of shape [batch, height, width, 3], got ${shown}.`,
      tensors: 0,
    });
    images.dispose();
  });

  it('tells the same as preprocessing, which is the spec’s', () => {
    const model = small({ variant: 'caffe' });
    expect(model.preprocessing).toBe(model.spec.preprocessing);
    expect(model.preprocessing).toEqual({ channelOrder: 'bgr', scale: 1, offset: [-104, -117, -123] });
  });
});

describe('memory', () => {
  it.each([false, true])('a network (heads %s) that is built and disposed of leaves no tensor', (auxiliaryHeads) => {
    const before = tf.memory().numTensors;
    const model = googLeNet({ ...SMALL, auxiliaryHeads });
    expect(tf.memory().numTensors).toBe(before + model.weights.length);
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('predicting twice leaves what it returns and nothing else, for every variant', () => {
    for (const variant of ['batchnorm', 'paper', 'caffe', 'torchvision', 'slim'] as const) {
      const model = small({ variant, auxiliaryHeads: true, inputShape: [48, 48, 3] });
      const input = tf.zeros([1, 48, 48, 3]);
      tf.dispose(model.predict(input));
      const before = tf.memory().numTensors;
      tf.dispose(model.predict(input));
      expect(tf.memory().numTensors).toBe(before);
      input.dispose();
    }
  });

  it('a training call, too', () => {
    const model = small({ auxiliaryHeads: true });
    const input = tf.zeros([2, 32, 32, 3]);
    const run = (): void => tf.dispose(tf.tidy(() => model.apply(input, { training: true }) as tf.Tensor[]));
    run();
    const before = tf.memory().numTensors;
    run();
    expect(tf.memory().numTensors).toBe(before);
    input.dispose();
  });
});
