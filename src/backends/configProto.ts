/** Protocol buffers' wire type of messages and packed numbers: https://protobuf.dev/programming-guides/encoding */
const LENGTH_DELIMITED = 2;

const MEBIBYTE = 2 ** 20;

/**
 * A serialized `tensorflow.ConfigProto` that limits what TensorFlow takes of a GPU's memory. Everything else that this library sets has a
 * variable in the environment; this has none.
 *
 * @param memoryLimit Bytes.
 * @see tensorflow/core/protobuf/config.proto: `ConfigProto.gpu_options = 6`, `GPUOptions.experimental = 9`,
 * `GPUOptions.Experimental.virtual_devices = 1`, `VirtualDevices.memory_limit_mb = 1` (packed floats, in MiB).
 */
export function configProto(memoryLimit: number): Uint8Array {
  const limit = new DataView(new ArrayBuffer(4));
  limit.setFloat32(0, memoryLimit / MEBIBYTE, true);
  return Uint8Array.from(field(6, field(9, field(1, field(1, new Uint8Array(limit.buffer))))));
}

/** All lengths here stay below 128, so that one byte holds each. */
function field(number: number, bytes: Iterable<number>): number[] {
  const content = [...bytes];
  return [number * 8 + LENGTH_DELIMITED, content.length, ...content];
}
