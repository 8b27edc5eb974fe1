import type { MessageInitShape } from '@bufbuild/protobuf';
import type { NativeBinding, OperationAttribute } from './nativeBackend.js';
import { NotRecordable } from './recording.js';
import type { AttrValueSchema } from './tensorflow_pb.js';

/** The value of an attribute, as graphs are written. */
export type AttributeValue = MessageInitShape<typeof AttrValueSchema>;

/**
 * An attribute of a recorded operation, as graphs are written.
 *
 * @throws NotRecordable for a kind of value that no operation of tfjs-node's kernels has.
 */
export function attributeValue(binding: NativeBinding, operation: string, { name, type: kind, value }: OperationAttribute): AttributeValue {
  if (Array.isArray(value)) {
    if (kind === binding.TF_ATTR_INT) return { value: { case: 'list', value: { i: value.map((one) => BigInt(one as number)) } } };
    if (kind === binding.TF_ATTR_FLOAT) return { value: { case: 'list', value: { f: value as number[] } } };
  } else {
    if (kind === binding.TF_ATTR_INT) return integer(value as number);
    if (kind === binding.TF_ATTR_FLOAT) return { value: { case: 'f', value: value as number } };
    if (kind === binding.TF_ATTR_TYPE) return type(value as number);
    if (kind === binding.TF_ATTR_BOOL) return { value: { case: 'b', value: value as boolean } };
    if (kind === binding.TF_ATTR_STRING) return text(String(value));
  }
  throw new NotRecordable(`the attribute ${name} of ${operation} has no form in a graph`);
}

/** TensorFlow's number for a type. */
export const type = (value: number): AttributeValue => ({ value: { case: 'type', value } });
export const integer = (value: number): AttributeValue => ({ value: { case: 'i', value: BigInt(value) } });
export const text = (value: string): AttributeValue => ({ value: { case: 's', value: Buffer.from(value) } });
export const shapeAttribute = (shape: readonly number[]): AttributeValue => ({ value: { case: 'shape', value: shapeOf(shape) } });

/** The shape of a tensor, as graphs are written. */
export const shapeOf = (shape: readonly number[]) => ({ dim: shape.map((size) => ({ size: BigInt(size) })) });
