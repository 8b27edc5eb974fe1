import * as tf from '@tensorflow/tfjs';
import type { ModelRecord } from '../../../src/io/modelRecord.js';
import { takeSnapshot } from '../../../src/io/modelSnapshot.js';
import { onnxModel, type OnnxOptions } from '../../../src/io/onnx/onnxModel.js';
import { difference } from '../../layers/difference.js';
import statistics from './statistics.json';

/** The part of onnxruntime-node that the tests use. */
interface OnnxRuntime {
  readonly InferenceSession: { create(bytes: Uint8Array, options?: object): Promise<Session> };
  readonly Tensor: new (type: 'float32' | 'uint8', data: Float32Array | Uint8Array, dims: readonly number[]) => OnnxTensor;
}

interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(feeds: Record<string, OnnxTensor>): Promise<Record<string, OnnxTensor>>;
  release(): Promise<void>;
}

interface OnnxTensor {
  readonly dims: readonly number[];
  readonly data: Float32Array | Uint8Array;
}

let loaded: OnnxRuntime | undefined;
try {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an optional dependency
  loaded = require('onnxruntime-node') as OnnxRuntime;
} catch (error) {
  console.warn(
    `Not run here: what ONNX Runtime makes of our files, for want of onnxruntime-node (${(error as Error).message.split('\n')[0]})`,
  );
}

/** `describe`, or where onnxruntime-node is missing a skip, whose reason was printed. */
export const describeWithRuntime = loaded ? describe : describe.skip;

/** What comes out of a file, by name, in the file's order. */
export async function runOnnx(
  bytes: Uint8Array,
  feeds: Readonly<Record<string, tf.Tensor | Uint8Array>>,
  shape?: number[],
): Promise<Map<string, OnnxTensor>> {
  const { InferenceSession, Tensor } = loaded as OnnxRuntime;
  const session = await InferenceSession.create(bytes);
  try {
    const inputs = Object.entries(feeds).map(([name, value]) => [
      name,
      value instanceof Uint8Array
        ? new Tensor('uint8', value, shape ?? [])
        : new Tensor('float32', Float32Array.from(value.dataSync()), value.shape),
    ]);
    expect(Object.keys(feeds)).toEqual([...session.inputNames]);
    const found = await session.run(Object.fromEntries(inputs) as Record<string, OnnxTensor>);
    return new Map(session.outputNames.map((name) => [name, found[name]]));
  } finally {
    await session.release();
  }
}

/** A model's bytes; its weights stay the model's. */
export async function bytesOf(
  model: tf.LayersModel,
  options?: OnnxOptions,
  record: ModelRecord = { version: 1, labels: [] },
): Promise<Uint8Array> {
  const snapshot = takeSnapshot('test', model, record);
  try {
    return await onnxModel(snapshot, options);
  } finally {
    tf.dispose(snapshot.weights.map(({ tensor }) => tensor));
  }
}

/** Random values for each of a model's inputs. */
export function randomInputs(model: tf.LayersModel, batch: number): tf.Tensor[] {
  return model.inputs.map(({ shape }, index) => tf.randomUniform([batch, ...(shape.slice(1) as number[])], -1, 1, 'float32', index + 7));
}

/** Largest difference, over all outputs, between ONNX Runtime on the model's file and the model itself, over the same random inputs. */
export async function differenceFromOurs(model: tf.LayersModel, options?: OnnxOptions, batch = 2): Promise<number> {
  const bytes = await bytesOf(model, options);
  const inputs = randomInputs(model, batch);
  const ours = [model.predict(inputs.length === 1 ? inputs[0] : inputs)].flat();
  const names = inputs.length === 1 ? ['input'] : model.inputNames;
  const theirs = await runOnnx(bytes, Object.fromEntries(names.map((name, index) => [name, inputs[index]])));
  expect([...theirs.values()].map(({ dims }) => [...dims])).toEqual(ours.map(({ shape }) => shape));
  const differences = [...theirs.values()].map(({ data }, index) => difference(data as Float32Array, ours[index].dataSync()));
  tf.dispose([...inputs, ...ours]);
  return Math.max(...differences);
}

/** Kernels as they were drawn, all else random: initial statistics would hide what they do. */
export function randomizeStatistics(model: tf.LayersModel): void {
  model.weights.forEach((weight, index) => {
    const range = (statistics as Record<string, number[]>)[weight.originalName.split('/').at(-1) as string];
    if (range) tf.tidy(() => void weight.write(tf.randomUniform(weight.shape as number[], range[0], range[1], 'float32', index + 1)));
  });
}
