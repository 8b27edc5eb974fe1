import * as tf from '@tensorflow/tfjs';
import { runDecodeTask, type DecodeTask } from '../data/decodeTask.js';
import type { PicturePool } from '../data/picturePool.js';
import { evaluationPicture } from '../data/preparePicture.js';
import type { Picture } from '../data/resample.js';
import { writeViews, type ViewPlan } from '../data/writeViews.js';
import { InceptionError, expectedGot, invalidArgument } from '../errors.js';
import type { ImageSource } from './classifier.js';
import type { Pixels } from './classifierEngine.js';

/** The network's input in pixels, and the share of a picture's centre that it sees. */
export interface InputGeometry {
  readonly size: readonly [height: number, width: number];
  readonly cropFraction: number;
}

const isFile = (image: ImageSource): image is string | Uint8Array => typeof image === 'string' || image instanceof Uint8Array;

/**
 * A picture's RGB values, 0–255, at the network's input size, laid out `[height, width, 3]`.
 *
 * @param where How an error names the picture where it has no path.
 * @param pool The threads that decode files, or none to decode them in this one.
 */
export async function readImage(where: string, image: ImageSource, geometry: InputGeometry, pool?: PicturePool): Promise<Pixels> {
  if (isFile(image)) return decodeFile(where, { kind: 'decode', image, plan: geometry }, pool);
  const { values, width, height } = await tensorValues(where, image);
  const [inputHeight, inputWidth] = geometry.size;
  if (height === inputHeight && width === inputWidth) return values;
  return evaluationPicture(rounded({ values, width, height }), geometry).pixels;
}

/**
 * The views of a picture, each at the network's input size: RGB bytes, `[views, height, width, 3]`.
 *
 * @param where How an error names the picture where it has no path.
 * @param pool The threads that decode files, or none to decode them in this one.
 */
export async function readViews(where: string, image: ImageSource, plan: ViewPlan, pool?: PicturePool): Promise<Uint8Array> {
  if (isFile(image)) return decodeFile(where, { kind: 'decode', image, plan }, pool);
  const picture = rounded(await tensorValues(where, image));
  const output = new Uint8Array(plan.views.length * plan.size[0] * plan.size[1] * 3);
  writeViews(picture, plan, output);
  return output;
}

async function decodeFile(where: string, task: DecodeTask, pool: PicturePool | undefined): Promise<Uint8Array> {
  try {
    return await (pool ? pool.run(task) : runDecodeTask(task));
  } catch (error) {
    // Bytes have no name of their own that an error could give.
    if (!(error instanceof InceptionError) || typeof task.image === 'string') throw error;
    throw new InceptionError(error.code, `${where}: ${error.message}`, { cause: error });
  }
}

/** The pixels of a tensor, `[height, width, 3]`, 0–255, not rounded. */
interface TensorValues {
  readonly values: Float32Array;
  readonly width: number;
  readonly height: number;
}

const rounded = ({ values, width, height }: TensorValues): Picture => ({ pixels: Uint8Array.from(values, Math.round), width, height });

/** @throws InceptionError `INVALID_ARGUMENT` if it is no tensor, or its shape or range is not a picture's. */
async function tensorValues(where: string, image: tf.Tensor3D): Promise<TensorValues> {
  if (!(image instanceof tf.Tensor)) throw invalidArgument(where, 'a path, the bytes of a picture file or a tensor', image);
  const [height, width, channels] = image.shape;
  if (image.rank !== 3 || channels !== 3 || height === 0 || width === 0) {
    throw invalidArgument(where, 'a tensor of shape [height, width, 3]', `[${image.shape.join(', ')}]`, 'Pass one RGB picture at a time.');
  }
  const values = Float32Array.from(await image.data<'float32' | 'int32'>());
  checkRange(where, values);
  return { values, width, height };
}

/** @throws InceptionError `INVALID_ARGUMENT` for values outside 0–255, and for fractions of which none exceeds 1: those were scaled already. */
function checkRange(where: string, values: Float32Array): void {
  let largest = 0;
  let hasFraction = false;
  for (const value of values) {
    if (!(value >= 0 && value <= 255)) throw invalidArgument(where, 'values from 0 to 255', value, 'The model scales them itself.');
    if (value > largest) largest = value;
    hasFraction ||= !Number.isInteger(value);
  }
  if (hasFraction && largest <= 1) {
    throw expectedGot('INVALID_ARGUMENT', where, 'values from 0 to 255', `fractions up to ${largest}`, 'Multiply them by 255.');
  }
}
