import * as tf from '@tensorflow/tfjs';
import { expectedGot, invalidArgument } from '../errors.js';
import { InceptionModel } from '../networks/inceptionModel.js';
import { imagesTensor, type PictureBytes } from './imagesTensor.js';
import { logitsGraph } from './logitsGraph.js';
import { logSoftmax } from './metrics.js';

/** Natural log-probabilities by head, main first: one row per picture, in it one value a class. */
export type LogProbabilities = Readonly<Record<string, readonly Float64Array[]>>;

/** How a picture becomes a model's input. */
export type Preprocess = (images: tf.Tensor4D) => tf.Tensor4D;

/** A model's classifiers, ready to judge pictures. */
export interface Scorer {
  readonly name: string;
  /** Main first. */
  readonly heads: readonly string[];
  /** What every head says of every picture. @throws InceptionError `CORRUPT_WEIGHTS` if an answer is not finite. */
  score(pictures: PictureBytes): Promise<LogProbabilities>;
}

/** Float32's smallest normal number: a probability that has underflowed costs 87.3 nats instead of infinitely many. */
const SMALLEST_PROBABILITY = 2 ** -126;

interface Classifiers {
  readonly heads: readonly string[];
  readonly forward: (images: tf.Tensor4D) => tf.Tensor2D[];
  readonly logProbabilities: (row: Float32Array) => Float64Array;
}

/** The natural logarithm of a probability, of one that has underflowed to 0 too. */
export const logOf = (probability: number): number => Math.log(Math.max(probability, SMALLEST_PROBABILITY));

function classifiersOf(model: tf.LayersModel, preprocess: Preprocess | undefined): Classifiers {
  if (model instanceof InceptionModel) {
    const graph = logitsGraph(model as InceptionModel);
    const prepare = preprocess ?? ((images) => model.preprocess(images));
    return { heads: graph.heads, forward: (images) => graph.run(prepare(images), false), logProbabilities: logSoftmax };
  }
  if (model.outputs.length !== 1 || model.outputs[0].shape.length !== 2) {
    throw invalidArgument('evaluate.model', 'an InceptionModel, or one output of shape [batch, classes]', model.outputNames);
  }
  const prepare = preprocess ?? ((images) => images);
  return {
    heads: ['main'],
    forward: (images) => [model.call([prepare(images)], { training: false })].flat() as tf.Tensor2D[],
    logProbabilities: (row) => Float64Array.from(row, logOf),
  };
}

/** A broken network has no accuracy: every comparison with NaN is false, and would count as some answer. */
function assertFinite(where: string, values: Float32Array): void {
  const broken = values.find((value) => !Number.isFinite(value));
  if (broken === undefined) return;
  const advice = 'Its weights or moving statistics are not finite: training diverged, or they do not belong to it.';
  throw expectedGot('CORRUPT_WEIGHTS', where, 'finite answers', broken, advice);
}

/**
 * Makes a model's classifiers ready. It shares the model's layers and owns nothing that needs disposal.
 *
 * @param preprocess Default: an InceptionModel's own; for any other model the values as they are.
 * @throws InceptionError `INVALID_ARGUMENT` if it is neither an InceptionModel with a classifier nor a model of one output.
 */
export function scorerOf(model: tf.LayersModel, preprocess?: Preprocess): Scorer {
  const { heads, forward, logProbabilities } = classifiersOf(model, preprocess);
  return {
    name: model.name,
    heads,
    async score(pictures) {
      const outputs = tf.tidy(() => forward(imagesTensor(pictures)));
      try {
        const byHead: Record<string, Float64Array[]> = {};
        for (const [index, head] of heads.entries()) {
          const values = (await outputs[index].data()) as Float32Array;
          assertFinite(`${model.name}: ${head}`, values);
          const [count, classes] = outputs[index].shape;
          byHead[head] = Array.from({ length: count }, (_, row) => logProbabilities(values.subarray(row * classes, (row + 1) * classes)));
        }
        return byHead;
      } finally {
        tf.dispose(outputs);
      }
    },
  };
}
