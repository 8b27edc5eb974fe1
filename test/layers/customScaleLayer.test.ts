import * as tf from '@tensorflow/tfjs';
import { CustomScaleLayer } from '../../src/layers/customScaleLayer.js';
import { registerLayers } from '../../src/layers/register.js';

describe('CustomScaleLayer', () => {
  it('adds 0.5 × [10, 20] to [1, 2] as [6, 12]', () => {
    const layer = new CustomScaleLayer({ name: 'block', scale: 0.5 });
    const inputs = [tf.tensor2d([1, 2], [1, 2]), tf.tensor2d([10, 20], [1, 2])];
    const before = tf.memory().numTensors;
    const output = layer.call(inputs);
    expect(Array.from(output.dataSync())).toEqual([6, 12]);
    expect(tf.memory().numTensors).toBe(before + 1);
    tf.dispose([...inputs, output]);
  });

  it('refuses a scale that is no number', () => {
    expect(() => new CustomScaleLayer({ name: 'block', scale: 'x' })).toThrow(
      "CustomScaleLayer('block').scale: expected a finite number, got 'x'.",
    );
  });

  it('is saved with its scale under its own name', () => {
    registerLayers();
    expect(new CustomScaleLayer({ name: 'block', scale: 0.17 }).getConfig()).toMatchObject({ name: 'block', scale: 0.17 });
    expect(tf.serialization.SerializationMap.getMap().classNameMap).toHaveProperty('CustomScaleLayer');
  });
});
