import * as tf from '@tensorflow/tfjs';
import { googLeNet } from '../../src/networks/googLeNet.js';
import { buildNetwork } from '../../src/networks/inceptionNet.js';
import { networkSpec } from '../../src/spec/networkSpec.js';
import { ASKED, backendUnderTest, useBackendUnderTest } from '../backendUnderTest.js';
import { difference } from '../layers/difference.js';
import { weightValues } from './modelFacts.js';

type Options = NonNullable<Parameters<typeof googLeNet>[0]>;
const SMALL: Options = { widthMultiplier: 0.125, classes: 3, inputShape: [32, 32, 3], stem: 'stride2' };
const weightsOf = (options: Options): Record<string, Float32Array> => {
  const model = googLeNet({ ...SMALL, ...options });
  const values = weightValues(model);
  model.dispose();
  return values;
};
const kernelsOf = (options: Options): [string, Float32Array][] =>
  Object.entries(weightsOf(options)).filter(([name]) => name.endsWith('/kernel'));

/** In the order of the tests: the backend is chosen in the last. */
describe('initial weights before any backend has been chosen', () => {
  it.each(['batchnorm', 'paper', 'slim'] as const)('%s: the same seed gives the same bits', (variant) => {
    expect(weightsOf({ variant, seed: 7 })).toEqual(weightsOf({ variant, seed: 7 }));
  });

  it('another seed changes every kernel, and so does no seed', () => {
    const kernels = [7, 8, undefined, undefined].map((seed) => kernelsOf({ seed }));
    kernels[0].forEach(([name, first], index) => {
      const others = kernels.slice(1).map((list) => list[index]);
      expect(others.map(([other]) => other)).toEqual([name, name, name]);
      expect(new Set([first, ...others.map(([, values]) => values)].map((values) => values.join())).size).toBe(4);
    });
    expect(kernels[0]).toHaveLength(58);
  });

  it('depend on the seed and the name of their layer, not on what else the network holds', () => {
    const [plain, headed] = [weightsOf({ seed: 7 }), weightsOf({ seed: 7, auxiliaryHeads: true })];
    expect(Object.keys(headed).length).toBeGreaterThan(Object.keys(plain).length);
    expect(headed).toMatchObject(plain);
    expect(weightsOf({ seed: 7, includeTop: false, classes: undefined })).toEqual(
      Object.fromEntries(Object.entries(plain).filter(([name]) => !name.startsWith('main'))),
    );
  });

  it('layers of one shape have different weights', () => {
    const byShape = kernelsOf({ seed: 7 }).map(([, values]) => values.join());
    expect(new Set(byShape).size).toBe(58);
  });

  // Printed by two processes on Node.js 20; a new tfjs or a new way to seed would change them, and every "same seed" with them.
  it.each<{ variant: Options['variant']; name: string; first: number[] }>([
    { variant: 'batchnorm', name: 'conv1_conv', first: [0.09962288290262222, -0.17847304046154022, -0.016471819952130318] },
    { variant: 'batchnorm', name: 'inception_4c_5x5_conv', first: [-0.03755570575594902, 0.04777628183364868, -0.07536204159259796] },
    { variant: 'batchnorm', name: 'main_logits', first: [0.12767712771892548, -0.1127735897898674, -0.12255765497684479] },
    { variant: 'slim', name: 'conv1_conv', first: [0.004204350523650646, -0.007532036397606134, -0.004697998054325581] },
    { variant: 'slim', name: 'main_logits', first: [0.0071603767573833466, -0.006324558053165674, -0.0013497292529791594] },
  ])('in any process $name of $variant begins, with seed 7, with $first', ({ variant, name, first }) => {
    expect([...weightsOf({ variant, seed: 7 })[`${name}/kernel`].slice(0, 3)]).toEqual(first);
  });

  it('kernels that will be overwritten are zero, the other 57 as ever, and the saved configuration is the same', () => {
    const { seed, ...architecture } = { ...SMALL, seed: 7 };
    const model = buildNetwork(networkSpec('googlenet', architecture), { seed, isOverwritten: (layer) => layer === 'conv1_conv' });
    const { 'conv1_conv/kernel': zeros, ...others } = weightValues(model);
    expect(zeros).toEqual(new Float32Array(3 * 3 * 3 * 8));
    const drawn = googLeNet({ ...SMALL, seed });
    expect(weightValues(drawn)).toMatchObject(others);
    expect(Object.keys(others).filter((name) => name.endsWith('/kernel'))).toHaveLength(57);
    expect(model.toJSON()).toEqual(drawn.toJSON());
    for (const network of [model, drawn]) network.dispose();
  });

  it('kernels of 3a stay within Glorot’s bound √(6 / (fan in + fan out)), and reach 97 % of it', () => {
    const kernel = weightsOf({ seed: 7, widthMultiplier: 1, finalModule: 'inception_3a' })['inception_3a_3x3_conv/kernel'];
    const bound = Math.sqrt(6 / (9 * 96 + 9 * 128));
    const largest = kernel.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    expect(largest).toBeLessThanOrEqual(bound);
    expect(largest).toBeGreaterThan(0.97 * bound);
  });

  it(`a network built on cpu predicts the same to 1e-5 after useBackend moved it to ${backendUnderTest()}, as does one built there`, async () => {
    const options: Options = { ...SMALL, seed: 7, auxiliaryHeads: true };
    // A run that asks for a backend has started it before this file.
    if (ASKED !== undefined) await tf.setBackend('cpu');
    expect(tf.getBackend()).toBe('cpu');
    const model = googLeNet(options);
    const pixels = tf.randomUniform([2, 32, 32, 3], -1, 1, 'float32', 1).arraySync() as number[][][][];
    const predict = (network: tf.LayersModel): Float32Array[] =>
      (network.predict(tf.tensor4d(pixels)) as tf.Tensor[]).map((output) => output.dataSync<'float32'>());
    const before = predict(model);
    const onCpu = weightValues(model);

    expect((await useBackendUnderTest()).name).toBe(backendUnderTest());
    expect(tf.getBackend()).not.toBe('cpu');
    const after = predict(model);
    before.forEach((output, head) => expect(difference(after[head], output)).toBeLessThan(1e-5));

    const rebuilt = googLeNet(options);
    expect(weightValues(rebuilt)).toEqual(onCpu);
    predict(rebuilt).forEach((output, head) => expect(difference(output, before[head])).toBeLessThan(1e-5));
    model.dispose();
    rebuilt.dispose();
  });
});
