import * as tf from '@tensorflow/tfjs';
import { decodeImage } from '../data/decodeImage.js';
import { evaluationPicture } from '../data/preparePicture.js';
import { InceptionError, expectedGot, invalidArgument } from '../errors.js';
import type { ImageSource } from './classifier.js';

/** The network's input in pixels, and the share of a picture's centre that it sees. */
export interface InputGeometry {
  readonly size: readonly [height: number, width: number];
  readonly cropFraction: number;
}

/**
 * A picture's RGB values, 0–255, at the network's input size, laid out `[height, width, 3]`.
 *
 * @param where How an error names the picture where it has no path.
 */
export async function readImage(where: string, image: ImageSource, geometry: InputGeometry): Promise<Uint8Array | Float32Array> {
  if (typeof image === 'string' || image instanceof Uint8Array) return readFileImage(where, image, geometry);
  if (!(image instanceof tf.Tensor)) throw invalidArgument(where, 'a path, the bytes of a picture file or a tensor', image);
  const [height, width, channels] = image.shape;
  if (image.rank !== 3 || channels !== 3 || height === 0 || width === 0) {
    throw invalidArgument(where, 'a tensor of shape [height, width, 3]', `[${image.shape.join(', ')}]`, 'Pass one RGB picture at a time.');
  }
  const values = Float32Array.from(await image.data<'float32' | 'int32'>());
  checkRange(where, values);
  const [inputHeight, inputWidth] = geometry.size;
  if (height === inputHeight && width === inputWidth) return values;
  return evaluationPicture({ pixels: Uint8Array.from(values, Math.round), width, height }, geometry).pixels;
}

async function readFileImage(where: string, image: string | Uint8Array, geometry: InputGeometry): Promise<Uint8Array> {
  try {
    return (await decodeImage(image, geometry)).pixels;
  } catch (error) {
    if (error instanceof InceptionError && typeof image !== 'string') {
      throw new InceptionError(error.code, `${where}: ${error.message}`, { cause: error });
    }
    throw error;
  }
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
