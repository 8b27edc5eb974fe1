import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';

/** Of a model of scripts/golden/writeKerasModels.py: what went in, and what came out of Keras. */
export interface Expected {
  readonly inputShape: number[];
  readonly input: number[];
  readonly outputs: readonly { readonly shape: number[]; readonly values: number[] }[];
}

export const golden = (name: string): string => join(__dirname, 'golden', name);

export const { tolerance, models } = JSON.parse(readFileSync(golden('expected.json'), 'utf8')) as {
  readonly tolerance: number;
  readonly models: Readonly<Record<string, Expected>>;
};

/** max|a−b| / max|b| of each output against Keras'. */
export function differences(model: tf.LayersModel, { input, inputShape, outputs }: Expected): number[] {
  return tf.tidy(() => {
    const ours = [model.predict(tf.tensor(input, inputShape))].flat();
    return outputs.map(({ shape, values }, index) => {
      expect(ours[index].shape).toEqual(shape);
      const theirs = tf.tensor(values, shape);
      return tf.div(tf.max(tf.abs(tf.sub(ours[index], theirs))), tf.max(tf.abs(theirs))).dataSync()[0];
    });
  });
}
