import * as tf from '@tensorflow/tfjs';
import { logitsGraph } from '../../src/evaluation/logitsGraph.js';
import type { InceptionModel } from '../../src/networks/inceptionModel.js';
import { softmaxCrossEntropy } from '../../src/training/losses.js';
import { trainableParameters } from '../../src/training/trainableParameters.js';
import { useBackendUnderTest } from '../backendUnderTest.js';
import { EVERY_VARIANT, narrowNetwork } from './everyNetwork.js';
import { unfilled } from './publishedBuilders.js';

beforeAll(async () => void (await useBackendUnderTest()));

const BATCH = 8;

/** The largest gradient of each parameter, by name, of the summed losses of all heads. */
function largestGradients(model: InceptionModel): Record<string, number> {
  const graph = logitsGraph(model);
  const parameters = trainableParameters(model);
  return tf.tidy(() => {
    const images = tf.randomUniform<tf.Rank.R4>([BATCH, ...model.spec.inputShape], -1, 1, 'float32', 5);
    const labels = tf.tensor1d(
      Array.from({ length: BATCH }, (_, index) => index % 3),
      'int32',
    );
    const targets = { values: tf.cast<tf.Tensor2D>(tf.oneHot(labels, 3) as tf.Tensor2D, 'float32') };
    const loss = (): tf.Scalar => tf.addN<tf.Scalar>(graph.run(images, true).map((logits) => softmaxCrossEntropy(targets, logits)));
    const variables = parameters.map(({ variable }) => variable);
    const { grads } = tf.variableGrads(loss, variables);
    return Object.fromEntries(parameters.map(({ name, variable }) => [name, tf.max(tf.abs(grads[variable.name])).dataSync()[0]]));
  });
}

/**
 * Biases whose sum with what they are added to goes, through nothing but convolutions without padding and averages, into a batch
 * normalisation: it takes away with the mean what they add.
 */
function idleBiases(model: InceptionModel): string[] {
  const names = new Set(model.layers.map(({ name }) => name));
  const convolutions = model.weights.flatMap(({ originalName }) => {
    const [, operation] = /^(.*)_conv\/bias$/.exec(originalName) ?? [];
    return operation !== undefined && names.has(`${operation}_bn`) ? [originalName] : [];
  });
  return [...convolutions, ...(LAST_SHORTCUTS[`${model.spec.name} ${model.spec.variant}`] ?? [])];
}

/** No ReLU follows the last residual block: `conv_7b` and facenet's embedding, both without bias, take its sum to a batch normalisation. */
const LAST_SHORTCUTS: Readonly<Record<string, readonly string[]>> = {
  'inception-resnet-v1 facenet': ['block8_6_projection_conv/bias'],
  'inception-resnet-v2 keras': ['block8_10_projection_conv/bias'],
  'inception-resnet-v2 slim': ['block8_10_projection_conv/bias'],
  'inception-resnet-v2 timm': ['block8_10_projection_conv/bias'],
};

describe(`every parameter gets a gradient from ${BATCH} random pictures, by name, heads included`, () => {
  it.each(EVERY_VARIANT)('$name $variant', (network) => {
    const model = narrowNetwork(network);
    const largest = largestGradients(model);
    const idle = idleBiases(model);
    const without = Object.entries(largest).filter(([name, value]) => !(value > 1e-5) && !idle.includes(name));
    expect(without).toEqual([]);
    expect(Object.values(largest).every(Number.isFinite)).toBe(true);
    expect(Object.keys(largest)).toHaveLength(model.trainableWeights.length);
    const rounding = idle.filter((name) => largest[name] > 1e-3 * largest[name.replace('/bias', '/kernel')]);
    expect(rounding).toEqual([]);
    model.dispose();
  });

  it("but biases that batch normalisation takes away, below a thousandth of their kernels': the Caffe port's 69, and one in four networks", () => {
    const counts = EVERY_VARIANT.map((network): [string, number] => {
      const model = unfilled(network.name, { variant: network.variant, widthMultiplier: 0.02 });
      const { length } = idleBiases(model);
      model.dispose();
      return [`${network.name} ${network.variant}`, length];
    });
    expect(counts.filter(([, count]) => count > 0)).toEqual([
      ['inception-v2 caffe', 69],
      ['inception-resnet-v1 facenet', 1],
      ['inception-resnet-v2 keras', 1],
      ['inception-resnet-v2 slim', 1],
      ['inception-resnet-v2 timm', 1],
    ]);
  });
});
