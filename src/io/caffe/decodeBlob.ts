import { expectedGot } from '../../errors.js';
import { DAMAGED } from '../randomAccessFile.js';
import { shapeSize } from '../shapeSize.js';
import { BlobProtoSchema, BlobShapeSchema, type BlobProto } from './caffe_pb.js';
import { decodeMessage } from './decodeMessage.js';

/** What a blob holds, in row-major order. */
export interface Blob {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'float64';
  readonly values: readonly number[];
}

/** Caffe's own limit. */
const MAX_AXES = 32;

/** A size takes at most so many bytes. */
const MAX_SIZE_BYTES = 10;

/**
 * A blob of a `.caffemodel` file.
 *
 * @param where File and blob, for messages.
 * @throws InceptionError `CORRUPT_WEIGHTS` if it is damaged, or holds more or fewer numbers than its shape says.
 */
export function decodeBlob(where: string, bytes: Uint8Array): Blob {
  // Numbers that are not packed are a field each, of five bytes or more: they take no more memory than the packed ones.
  const blob = decodeMessage(where, BlobProtoSchema, bytes, Infinity);
  const shape = shapeOf(where, blob);
  const values = blob.doubleData.length > 0 ? blob.doubleData : blob.data;
  const count = shapeSize(shape);
  if (values.length !== count)
    throw expectedGot('CORRUPT_WEIGHTS', where, `${count} numbers for [${shape.join(', ')}]`, values.length, DAMAGED);
  return { shape, dtype: values === blob.data ? 'float32' : 'float64', values };
}

/** Files before 2015 have a size for each of four axes, later ones a list. */
function shapeOf(where: string, { num, channels, height, width, shape }: BlobProto): number[] {
  const legacy = [num, channels, height, width];
  const sizes = legacy.some((size) => size !== 0) ? legacy : listedShape(where, shape);
  if (sizes.every((size) => Number.isSafeInteger(size) && size >= 0)) return sizes;
  throw expectedGot('CORRUPT_WEIGHTS', where, 'sizes of zero or more', sizes, DAMAGED);
}

function listedShape(where: string, encoded: Uint8Array): number[] {
  const maxBytes = MAX_AXES * (MAX_SIZE_BYTES + 1);
  if (encoded.length > maxBytes)
    throw expectedGot('CORRUPT_WEIGHTS', where, `a shape of at most ${maxBytes} bytes`, encoded.length, DAMAGED);
  return decodeMessage(where, BlobShapeSchema, encoded, MAX_AXES).dim.map(Number);
}
