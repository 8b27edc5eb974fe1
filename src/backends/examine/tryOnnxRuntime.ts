import { createRequire } from 'node:module';

/** Protocol buffers by hand: a field is its number and kind, then a length and bytes, or a number. */
const bytes = (field: number, ...parts: readonly (string | Uint8Array)[]): Uint8Array => {
  const content = Buffer.concat(parts.map((part) => Buffer.from(part as string)));
  const length = content.length < 128 ? [content.length] : [(content.length & 127) | 128, content.length >> 7];
  return Buffer.concat([Buffer.from([(field << 3) | 2, ...length]), content]);
};
const number = (field: number, value: number): Uint8Array => Buffer.from([field << 3, value]);

const FLOAT = 1;
const SHAPE = [1, 1, 3, 3];
const KERNEL = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9);

/** What a convolution of 3 × 3 ones with the kernel gives. */
const ANSWER = 45;

const value = (field: number, name: string, shape: readonly number[]): Uint8Array => {
  const sizes = shape.map((size) => bytes(1, number(1, size)));
  return bytes(field, bytes(1, name), bytes(2, bytes(1, number(1, FLOAT), bytes(2, ...sizes))));
};

/** An ONNX model of that one convolution. */
const CONVOLUTION = Buffer.concat([
  number(1, 8),
  bytes(
    7,
    bytes(1, bytes(1, 'x'), bytes(1, 'w'), bytes(2, 'y'), bytes(4, 'Conv')),
    bytes(2, 'convolution'),
    bytes(5, ...SHAPE.map((size) => number(1, size)), number(2, FLOAT), bytes(8, 'w'), bytes(9, Buffer.from(KERNEL.buffer))),
    value(11, 'x', SHAPE),
    value(12, 'y', [1, 1, 1, 1]),
  ),
  bytes(8, number(2, 13)),
]);

/** What is used of the package, which need not be installed where this is compiled. */
interface Runtime {
  readonly env?: { readonly versions?: { readonly node?: string } };
  readonly InferenceSession: { create(model: Uint8Array, options: object): Promise<Session> };
  readonly Tensor: new (type: 'float32', values: Float32Array, shape: readonly number[]) => object;
}

interface Session {
  run(inputs: { x: object }): Promise<{ y: { data: ArrayLike<unknown> } }>;
}

/**
 * Loads ONNX Runtime, addon and all, into this process, and runs a convolution on it.
 *
 * @param main Its main file, or its folder.
 * @returns The version that it says of itself, if it does.
 * @throws Error if it does not load, or computes something else.
 */
export async function tryOnnxRuntime(main: string): Promise<string | undefined> {
  // It reports the machine to its makers unless told not to before it starts.
  process.env.ORT_DISABLE_TELEMETRY ??= '1';
  const { env, InferenceSession, Tensor } = createRequire(__filename)(main) as Runtime;
  const session = await InferenceSession.create(new Uint8Array(CONVOLUTION), { executionProviders: ['cpu'] });
  const { y } = await session.run({ x: new Tensor('float32', new Float32Array(9).fill(1), SHAPE) });
  if (y.data[0] !== ANSWER) throw new Error(`it computes wrongly: expected ${ANSWER} of a convolution, got ${String(y.data[0])}`);
  return env?.versions?.node;
}
