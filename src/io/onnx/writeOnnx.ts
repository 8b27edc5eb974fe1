import { writeFileAtomically } from '../atomicFile.js';
import type { ModelWriter } from '../modelWriters.js';
import { encodeOnnx } from './onnxModel.js';

/** Writes a model as ONNX, one tensor in memory at a time. */
export const writeOnnx: ModelWriter = async (where, snapshot, { file }, { foldBatchNormalization }) => {
  await writeFileAtomically(where, file, encodeOnnx(where, snapshot, { foldBatchNormalization }).pieces());
};
