import { fromBinary, type DescMessage, type MessageShape } from '@bufbuild/protobuf';
import { BinaryReader } from '@bufbuild/protobuf/wire';
import { expectedGot } from '../../errors.js';
import { DAMAGED } from '../randomAccessFile.js';

/**
 * A protobuf message, of a file that is not trusted.
 *
 * @param maxFields How many fields it may have: an empty one takes two bytes in the file and a hundred in memory.
 * @throws InceptionError `CORRUPT_WEIGHTS`.
 */
export function decodeMessage<Schema extends DescMessage>(
  where: string,
  schema: Schema,
  bytes: Uint8Array,
  maxFields: number,
): MessageShape<Schema> {
  try {
    if (isWithin(bytes, maxFields)) return fromBinary(schema, bytes, { readUnknownFields: false });
  } catch (cause) {
    throw expectedGot('CORRUPT_WEIGHTS', where, `a ${schema.name} in protobuf's encoding`, (cause as Error).message, DAMAGED, cause);
  }
  throw expectedGot('CORRUPT_WEIGHTS', where, `a ${schema.name} of at most ${maxFields} fields`, 'more', DAMAGED);
}

function isWithin(bytes: Uint8Array, maxFields: number): boolean {
  const reader = new BinaryReader(bytes);
  for (let count = 0; reader.pos < reader.len; count++) {
    if (count === maxFields) return false;
    const [field, wireType] = reader.tag();
    reader.skip(wireType, field);
  }
  return true;
}
