import * as tf from '@tensorflow/tfjs';
import { observeLayers } from '../../src/compile/layerScope.js';
import { useBackendUnderTest } from '../backendUnderTest.js';

beforeAll(async () => void (await useBackendUnderTest()));

describe('observeLayers', () => {
  it('names the layer that is computing, the inner one of two, also after one has thrown', () => {
    const inner = tf.layers.dense({ name: 'inner', units: 2 });
    const outer = tf.layers.dense({ name: 'outer', units: 2 });
    const seen: (string | undefined)[] = [];
    inner.call = () => {
      seen.push(scope.current);
      throw new Error('no');
    };
    outer.call = () => {
      seen.push(scope.current);
      expect(() => inner.call([], {})).toThrow('no');
      seen.push(scope.current);
      return [];
    };
    const scope = observeLayers([inner, outer]);
    outer.call([], {});
    seen.push(scope.current);
    expect(seen).toEqual(['outer', 'inner', 'outer', undefined]);
    scope.close();
  });

  it('leaves layers as they were once it is closed, those with a call of their own too', () => {
    const [plain, special] = ['plain', 'special'].map((name) => tf.layers.dense({ name, units: 2 }));
    const call = (): tf.Tensor[] => [];
    special.call = call;
    observeLayers([plain, special]).close();
    expect(Object.hasOwn(plain, 'call')).toBe(false);
    expect(Object.getOwnPropertyDescriptor(special, 'call')?.value).toBe(call);
  });
});
