import { fromBinary } from '@bufbuild/protobuf';
import type * as tf from '@tensorflow/tfjs';
import { ModelProtoSchema, type ModelProto } from '../../../src/io/onnx/onnx-ml_pb.js';
import type { OnnxOptions } from '../../../src/io/onnx/onnxModel.js';
import { bytesOf } from './onnxRuntime.js';

/** A model's file as the schema reads it. */
export async function decoded(...model: Parameters<typeof bytesOf>): Promise<ModelProto> {
  return fromBinary(ModelProtoSchema, await bytesOf(...model));
}

/** How many operations of each type a model's file has. */
export async function operationCounts(model: tf.LayersModel, options?: OnnxOptions): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { opType } of (await decoded(model, options)).graph?.node ?? []) counts[opType] = (counts[opType] ?? 0) + 1;
  return counts;
}
