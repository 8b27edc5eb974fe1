import * as tf from '@tensorflow/tfjs';
import { expectedGot, invalidArgument } from '../errors.js';
import { InceptionModel } from '../networks/inceptionModel.js';
import { imagesTensor, type PictureBytes } from './imagesTensor.js';
import { logSoftmax } from './metrics.js';
import { holdForwardPass, type ForwardPassHold } from './sharedForwardPass.js';

/** Natural log-probabilities by head, main first: one row per picture, in it one value a class. */
export type LogProbabilities = Readonly<Record<string, readonly Float64Array[]>>;

/** How a picture becomes a model's input. */
export type Preprocess = (images: tf.Tensor4D) => tf.Tensor4D;

/** Which engine computes a model: on native backends one graph where it pays, or operation by operation. */
export type ForwardEngine = 'auto' | 'eager';

/** How a model is asked. */
export interface ScorerSettings {
  /** Default: an InceptionModel's own; for any other model the values as they are. */
  readonly preprocess?: Preprocess;
  readonly engine: ForwardEngine;
  /** How many pictures there are at once, mostly. */
  readonly atOnce: number;
  /** How often there will be so many. */
  readonly times: number;
}

/** A model's classifiers, ready to judge pictures. */
export interface Scorer {
  readonly name: string;
  /** Main first. */
  readonly heads: readonly string[];
  /** What every head says of every picture. @throws InceptionError `CORRUPT_WEIGHTS` if an answer is not finite. */
  score(pictures: PictureBytes): Promise<LogProbabilities>;
  /** Frees what was made to compute fast; the model stays as it is. */
  dispose(): void;
}

/** Float32's smallest normal number: a probability that has underflowed costs 87.3 nats instead of infinitely many. */
const SMALLEST_PROBABILITY = 2 ** -126;

/** A graph costs what it saves in about so many batches: the two runs from which it is recorded come on top, for their answers are lost. */
const BATCHES_TO_PAY_OFF = 16;

/** The same where the graph stays for the next evaluation: of a training, which has many. */
const BATCHES_TO_PAY_OFF_IF_KEPT = 2;

interface Classifiers {
  readonly heads: readonly string[];
  readonly prepare: Preprocess;
  readonly logProbabilities: (row: Float32Array) => Float64Array;
}

/** The natural logarithm of a probability, of one that has underflowed to 0 too. */
export const logOf = (probability: number): number => Math.log(Math.max(probability, SMALLEST_PROBABILITY));

function classifiersOf(model: tf.LayersModel, preprocess: Preprocess | undefined): Classifiers {
  if (model instanceof InceptionModel) {
    const { logits } = model as InceptionModel;
    const prepare = preprocess ?? ((images) => model.preprocess(images));
    return { heads: Object.keys(logits), prepare, logProbabilities: logSoftmax };
  }
  if (model.outputs.length !== 1 || model.outputs[0].shape.length !== 2) {
    throw invalidArgument('evaluate.model', 'an InceptionModel, or one output of shape [batch, classes]', model.outputNames);
  }
  const prepare = preprocess ?? ((images) => images);
  return { heads: ['main'], prepare, logProbabilities: (row) => Float64Array.from(row, logOf) };
}

/** A broken network has no accuracy: every comparison with NaN is false, and would count as some answer. */
function assertFinite(where: string, values: Float32Array): void {
  const broken = values.find((value) => !Number.isFinite(value));
  if (broken === undefined) return;
  const advice = 'Its weights or moving statistics are not finite: training diverged, or they do not belong to it.';
  throw expectedGot('CORRUPT_WEIGHTS', where, 'finite answers', broken, advice);
}

/** Whether a graph pays: that hangs on the task, and on whether others hold the graphs, but not on what ran before. */
function isGraphWorthIt({ isShared }: ForwardPassHold, { engine, times }: ScorerSettings): boolean {
  return engine === 'auto' && times >= (isShared ? BATCHES_TO_PAY_OFF_IF_KEPT : BATCHES_TO_PAY_OFF);
}

/**
 * Makes a model's classifiers ready. It shares the model's layers.
 *
 * @throws InceptionError `INVALID_ARGUMENT` if it is neither an InceptionModel with a classifier nor a model of one output.
 */
export function scorerOf(model: tf.LayersModel, settings: ScorerSettings): Scorer {
  const { heads, prepare, logProbabilities } = classifiersOf(model, settings.preprocess);
  const hold = holdForwardPass(model);
  const isGraph = isGraphWorthIt(hold, settings);
  const forward = (pictures: PictureBytes): tf.Tensor[] =>
    tf.tidy(() => {
      const input = prepare(imagesTensor(pictures));
      return isGraph && pictures.shape[0] === settings.atOnce ? hold.pass.runAsGraph(input) : hold.pass.runEagerly(input);
    });
  return {
    name: model.name,
    heads,
    async score(pictures) {
      const outputs = forward(pictures);
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
    dispose: () => hold.release(),
  };
}
