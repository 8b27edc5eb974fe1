import * as tf from '@tensorflow/tfjs';
import { inceptionNet } from '../../../src/networks/inceptionNet.js';
import type { InceptionModel } from '../../../src/networks/inceptionModel.js';
import { networkSpec } from '../../../src/spec/networkSpec.js';
import type { NetworkSpec } from '../../../src/spec/types.js';
import { numbers } from './formula.js';
import type { Golden, GoldenOutput, ParityCase } from './golden.js';

/** Our network of a case, at full width. */
export function specOfCase({ network, variant, size, heads }: ParityCase): NetworkSpec {
  return networkSpec(network, { variant, inputShape: [size, size, 3], auxiliaryHeads: heads !== undefined });
}

/** A network with each of its weights filled by the formula. */
export function filledNetwork(spec: NetworkSpec): InceptionModel {
  const model = inceptionNet(spec);
  for (const weight of model.weights) {
    const shape = weight.shape as number[];
    const values = tf.tensor(numbers(weight.originalName, shape), shape);
    weight.write(values);
    values.dispose();
  }
  return model;
}

/** What our network makes of a golden file's picture: as many values as the file has, by the file's names. */
export function outputsFor(model: InceptionModel, { picture, outputs }: Golden): Record<string, Float32Array> {
  return tf.tidy(() => {
    const cut = tf.model({ inputs: model.inputs, outputs: outputs.map(({ name }) => tensorOf(model, name)) });
    const image = tf.tensor4d(picture.data, [1, ...picture.shape] as [number, number, number, number], 'int32');
    const found = cut.predict(model.preprocess(image)) as tf.Tensor[];
    return Object.fromEntries(outputs.map((output, index) => [output.name, kept(found[index], output)]));
  });
}

/** `main_logits` is a head's classifier before its softmax, any other name a stage. */
function tensorOf({ logits, endpoints }: InceptionModel, name: string): tf.SymbolicTensor {
  return name.endsWith('_logits') ? logits[name.slice(0, -'_logits'.length)] : endpoints[name];
}

function kept(values: tf.Tensor, { shape, everyNthChannel }: GoldenOutput): Float32Array {
  const rank = values.rank;
  const [begin, end] = [values.shape.map(() => 0), values.shape];
  const strides = values.shape.map((_, axis) => (axis === rank - 1 ? everyNthChannel : 1));
  const taken = tf.stridedSlice(values, begin, end, strides);
  if (taken.shape.slice(1).join() !== shape.join()) throw new Error(`a map of ${taken.shape.join('×')}, expected ${shape.join('×')}`);
  return taken.dataSync<'float32'>();
}
