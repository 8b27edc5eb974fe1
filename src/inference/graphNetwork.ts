import * as tf from '@tensorflow/tfjs';
import { expectedGot, invalidArgument } from '../errors.js';
import { preprocessPictures, type Preprocessing } from '../networks/preprocessPictures.js';
import { rowsOf } from './classifierEngine.js';
import { checkPlainShapes, type PlainShape } from './plainShapes.js';
import { VIEWS_AT_ONCE, type PictureNetwork } from './pictureNetwork.js';
import { tensorsOf } from './tfjsEngine.js';

/** How far from 1 the sum of a picture's probabilities may lie: half precision, a thousand classes. */
const SUM_TOLERANCE = 1e-3;

/** The value of the picture that a graph is asked about. */
const GREY = 128;

/**
 * A graph model, which has no layers that could say what it ends in. So it is asked about one grey picture: an answer without negative
 * values that sums to 1 is taken for probabilities, any other for logits.
 *
 * @throws InceptionError `INVALID_ARGUMENT` unless it has one float32 input `[batch, height, width, 3]` and one output `[batch, classes]`;
 *   `CORRUPT_MODEL` if it cannot be computed.
 */
export async function graphNetwork(where: string, model: tf.GraphModel, preprocessing: Preprocessing): Promise<PictureNetwork> {
  const name = 'graph model';
  const inputs = model.inputs.map(({ shape }) => shape as PlainShape);
  if (model.inputs.length === 1 && model.inputs[0].dtype !== 'float32') {
    throw invalidArgument(`${where}.modelOrPath`, 'a model whose input is float32', model.inputs[0].dtype);
  }
  // The answer's shape is better known than what the file says of it.
  const { size } = checkPlainShapes(where, name, { inputs, outputs: [[1, 2]] });
  const [batch] = inputs[0]!;
  if (batch !== null && batch > 1) {
    throw invalidArgument(`${where}.modelOrPath`, 'a model for one picture or any number', `${batch} in a batch`);
  }
  const answer = await answerToGrey(where, model, [1, ...size, 3], preprocessing);
  const { classes } = checkPlainShapes(where, name, { inputs, outputs: answer.shapes });
  const endsIn = isDistribution(answer.values) ? 'probabilities' : 'logits';
  const atOnce = batch === 1 ? 1 : VIEWS_AT_ONCE;
  return { name, size, classes, labels: [], preprocessing, graph: model, headNames: ['main'], endsIn, atOnce };
}

async function answerToGrey(
  where: string,
  model: tf.GraphModel,
  shape: [number, number, number, number],
  preprocessing: Preprocessing,
): Promise<{ readonly shapes: readonly number[][]; readonly values: Float32Array }> {
  let outputs: tf.Tensor[] = [];
  try {
    outputs = tf.tidy(() => tensorsOf(model.predict(preprocessPictures(tf.fill(shape, GREY), preprocessing))));
    const [values] = rowsOf(await outputs[0].data<'float32'>(), 1);
    return { shapes: outputs.map((output) => output.shape), values };
  } catch (cause) {
    throw expectedGot('CORRUPT_MODEL', `${where}.modelOrPath`, 'a graph that can be computed', (cause as Error).message, '', cause);
  } finally {
    tf.dispose(outputs);
  }
}

function isDistribution(values: Float32Array): boolean {
  const sum = values.reduce((total, value) => total + value, 0);
  return Math.abs(sum - 1) <= SUM_TOLERANCE && values.every((value) => value >= 0);
}
