/** Float32Array, Int32Array and their kin. */
interface TypedArrayClass<T> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): T;
}

/**
 * Bytes as numbers: a view of the same memory where they lie on a boundary of the type, else of a copy.
 *
 * @param data A whole number of values, in this machine's byte order, which is little-endian wherever TensorFlow.js has a fast backend.
 * @example
 * ```ts
 * const values = typedView(Float32Array, tensor.data);
 * ```
 */
export function typedView<T>(type: TypedArrayClass<T>, data: Uint8Array): T {
  const { buffer, byteOffset } = data.byteOffset % type.BYTES_PER_ELEMENT === 0 ? data : new Uint8Array(data);
  return new type(buffer, byteOffset, data.length / type.BYTES_PER_ELEMENT);
}
