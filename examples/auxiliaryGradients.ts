// Auxiliary heads strengthen the early layers' gradients: measured in the first step of a small GoogLeNet, main loss alone against all three.
// All three weigh 1.6 together, so that a ratio above 1.6 says that the heads, being nearer, also reach these layers more strongly than the
// main classifier does. Without batch normalization (the paper's network) they do; with it the ratio stays about 1.4.
import { googLeNet, tf, useBackend, type GoogLeNetOptions, type InceptionModel } from 'tfjs-inception';

/** The first layers, the module under the first head, and one above both heads, which they cannot reach. */
const PARTS = ['conv1', 'conv2', 'inception_3a', 'inception_4a', 'inception_5b'] as const;
const SIDE = 32;
const CLASSES = 4;
const BATCH = 16;

export async function auxiliaryGradients(
  { variant = 'paper', seeds = [1, 2, 3, 4, 5] }: { variant?: GoogLeNetOptions['variant']; seeds?: number[] } = {},
  print: (line: string) => void = console.log,
) {
  await useBackend();
  const ratios = seeds.map((seed) => {
    const model = googLeNet({
      variant,
      seed,
      auxiliaryHeads: true,
      classes: CLASSES,
      widthMultiplier: 0.25,
      inputShape: [SIDE, SIDE, 3],
      stem: 'stride2',
    });
    const main = gradientNorms(model, [1, 0, 0], seed);
    const withHeads = gradientNorms(model, [1, 0.3, 0.3], seed);
    model.dispose();
    const ratio = Object.fromEntries(PARTS.map((part) => [part, withHeads[part] / main[part]]));
    print(`seed ${seed}: ${PARTS.map((part) => `${part} ×${ratio[part].toFixed(2)}`).join(', ')}`);
    return ratio;
  });
  const means = Object.fromEntries(PARTS.map((part) => [part, ratios.reduce((sum, ratio) => sum + ratio[part], 0) / ratios.length]));
  print(`mean of ${seeds.length}: ${PARTS.map((part) => `${part} ×${means[part].toFixed(2)}`).join(', ')}`);
  return { ratios, means };
}

/** The length of the gradient of each part's kernels, for one loss weight a head; dropout is left out. */
function gradientNorms(model: InceptionModel, headWeights: readonly number[], seed: number): Record<string, number> {
  return tf.tidy(() => {
    const pictures = tf.randomUniform<tf.Rank.R4>([BATCH, SIDE, SIDE, 3], 0, 255, 'float32', seed);
    const input = model.preprocess(pictures);
    const targets = tf.oneHot(tf.range(0, BATCH, 1, 'int32').mod(CLASSES).toInt(), CLASSES);
    const graph = tf.model({ inputs: model.inputs, outputs: Object.values(model.logits) });
    const loss = (): tf.Scalar => {
      const losses = (graph.apply(input) as tf.Tensor2D[]).map((logits, head) =>
        tf.mul<tf.Scalar>(tf.losses.softmaxCrossEntropy(targets, logits), headWeights[head]),
      );
      return tf.addN(losses);
    };
    const kernels = model.trainableWeights.filter(({ originalName }) => originalName.endsWith('kernel'));
    const { grads } = tf.variableGrads(loss, kernels.map((kernel) => kernel.read() as tf.Variable)); // prettier-ignore
    const norms = PARTS.map((part) => {
      const own = kernels.filter(({ originalName }) => originalName.startsWith(`${part}_`));
      const squares = own.map((kernel) => tf.sum(tf.square(grads[(kernel.read() as tf.Variable).name])));
      return [part, Math.sqrt(tf.addN(squares).dataSync()[0])];
    });
    return Object.fromEntries(norms) as Record<string, number>;
  });
}
