import type * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { expectedGot } from '../errors.js';
import { schemaIssue } from './schemaIssue.js';

/** Under this key a file keeps what this package has to say of a model: in Keras' files, ONNX, safetensors and tfjs' `userDefinedMetadata` alike. */
export const RECORD_KEY = 'tfjs-inception';

/** The layout of {@link ModelRecord}; a reader refuses a newer one. */
export const RECORD_VERSION = 1;

const plainJson = z.record(z.string(), z.unknown());

/** The fields that every format keeps beside topology and weights. */
export const modelRecord = z.object({
  version: z.literal(RECORD_VERSION),
  /** The class names by index; empty if the model has learnt none. */
  labels: z.array(z.string()),
  /** How 0–255 RGB values become the model's input, for readers that do not know the spec. */
  preprocessing: plainJson.optional(),
  /** The architecture; absent where the model was not built from one. */
  spec: plainJson.optional(),
  /** How the model was trained, as the caller of `saveModel` recorded it. */
  training: plainJson.optional(),
  /** The layers, as `model.toJSON` gives them, in formats that have no place of their own for them. */
  topology: plainJson.optional(),
});

/** See {@link modelRecord}. */
export type ModelRecord = z.infer<typeof modelRecord>;

/** The record that a model was loaded with. Plain TensorFlow.js may have loaded it, unchecked. */
export function recordOf(model: tf.LayersModel): Partial<ModelRecord> | undefined {
  const metadata = model.getUserDefinedMetadata() as Partial<Record<typeof RECORD_KEY, Partial<ModelRecord>>> | undefined;
  return metadata?.[RECORD_KEY];
}

/** A record as the one JSON text that Keras' files, ONNX and safetensors keep under {@link RECORD_KEY}. */
export function encodeRecord(record: ModelRecord): string {
  return JSON.stringify(record);
}

/**
 * Reads what {@link encodeRecord} wrote, trusting nothing in it.
 *
 * @param where File and place, for messages.
 * @throws InceptionError `CORRUPT_MODEL` if it is no such record; `UNSUPPORTED_FORMAT` if it is newer than this package.
 */
export function decodeRecord(where: string, text: string): ModelRecord {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw expectedGot('CORRUPT_MODEL', where, 'JSON', (cause as Error).message, '', cause);
  }
  const version = (json as { version?: unknown } | null)?.version;
  if (typeof version === 'number' && version > RECORD_VERSION) {
    throw expectedGot('UNSUPPORTED_FORMAT', `${where}.version`, `at most ${RECORD_VERSION}`, version, 'Update tfjs-inception.');
  }
  const parsed = modelRecord.safeParse(json);
  if (parsed.success) return parsed.data;
  const { at, expected, actual } = schemaIssue(json, parsed.error);
  throw expectedGot('CORRUPT_MODEL', at ? `${where}.${at}` : where, expected, actual, '', parsed.error);
}
