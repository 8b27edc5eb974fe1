import { z } from 'zod';
import { InceptionError, expectedGot } from '../../errors.js';
import { documentChecksum, modelMetadata, type ModelMetadata } from './modelMetadata.js';
import { RECORD_KEY, RECORD_VERSION } from '../modelRecord.js';
import { readRegularFile, reasonOf } from '../regularFile.js';
import { schemaIssue } from '../schemaIssue.js';
import { shapeSize } from '../shapeSize.js';

/** The largest network of the family is described in 2 MB; fifty thousand long labels fit beside it. More is no model description. */
const MAX_DOCUMENT_BYTES = 64 * 1024 * 1024;

/** The largest network of the family holds 0.25 GB. Beyond 2 GiB a manifest is taken for a false one before any memory is asked for. */
const MAX_WEIGHT_BYTES = 2 * 1024 * 1024 * 1024;

/** Converters write 4 MB a file: 2 GiB make 512. A hundred thousand would take minutes to open before anything is noticed. */
const MAX_SHARDS = 4_096;

/** tfjs has no tensor of more dimensions. */
const MAX_RANK = 6;

/** Bytes of one value, by the type it is stored as. */
const VALUE_BYTES = { float32: 4, int32: 4, bool: 1, uint8: 1, uint16: 2, float16: 2 } as const;

const weightSpec = z.object({
  name: z.string().min(1),
  shape: z.array(z.int().nonnegative()).max(MAX_RANK),
  dtype: z.enum(['float32', 'int32', 'bool']),
  group: z.enum(['model', 'optimizer']).optional(),
  quantization: z
    .object({ dtype: z.enum(['uint8', 'uint16', 'float16']), scale: z.number().optional(), min: z.number().optional() })
    .refine(({ dtype, scale, min }) => dtype === 'float16' || (scale !== undefined && min !== undefined), 'scale and min')
    .optional(),
});

/** Path traversal ends here: a weight file lies beside the description, or in a folder that does, whoever wrote it. */
const shardPath = z
  .string()
  .min(1)
  .refine(
    (path) => !/[\\\0:]/.test(path) && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..'),
    'a plain file name, or one in a folder beside the description',
  );

const modelDocument = z.looseObject({
  format: z.enum(['layers-model', 'graph-model']).optional(),
  modelTopology: z.record(z.string(), z.unknown()),
  trainingConfig: z.record(z.string(), z.unknown()).nullish(),
  signature: z.record(z.string(), z.unknown()).nullish(),
  weightsManifest: z.array(z.object({ paths: z.array(shardPath), weights: z.array(weightSpec) })),
  userDefinedMetadata: z.record(z.string(), z.unknown()).nullish(),
});

/** Name, shape and type of one stored weight. */
export type WeightSpec = z.infer<typeof weightSpec>;

/** Which of TensorFlow.js' two kinds of model a description is of. */
export type DocumentFormat = 'layers-model' | 'graph-model';

/** The description of a tfjs-layers or a graph model, checked. */
export interface ModelDocument {
  readonly topology: Readonly<Record<string, unknown>>;
  readonly trainingConfig?: Readonly<Record<string, unknown>>;
  /** Of a graph model: which of its nodes are inputs and outputs. */
  readonly signature?: Readonly<Record<string, unknown>>;
  /** In the order in which the values lie in the weight files. */
  readonly weights: readonly WeightSpec[];
  readonly weightBytes: number;
  /** File names, in order. */
  readonly shards: readonly string[];
  readonly userDefinedMetadata?: Readonly<Record<string, unknown>>;
  /** What this package saved, where it was this package. */
  readonly metadata?: ModelMetadata;
}

/**
 * The text of a model's description.
 *
 * @throws InceptionError `NOT_FOUND` if there is none, `CORRUPT_MODEL` if it is longer than any description.
 */
export async function readDocumentText(where: string, file: string): Promise<string> {
  try {
    const bytes = await readRegularFile(file, (length) => {
      if (length <= MAX_DOCUMENT_BYTES) return;
      throw expectedGot('CORRUPT_MODEL', file, `a description of at most ${MAX_DOCUMENT_BYTES} bytes`, length);
    });
    return new TextDecoder().decode(bytes);
  } catch (cause) {
    if (cause instanceof InceptionError) throw cause;
    const message = `${where}: expected a model at ${file}, got ${reasonOf(cause)}. Check the path; it is taken from the working directory.`;
    throw new InceptionError('NOT_FOUND', message, { cause });
  }
}

/**
 * Reads a model's description, trusting nothing in it.
 *
 * @param file Its path, for messages.
 * @throws InceptionError `CORRUPT_MODEL` if it is truncated, altered or contradicts itself; `UNSUPPORTED_FORMAT` if it is of another format
 *   or newer than this package.
 */
export function parseModelDocument(file: string, text: string, format: DocumentFormat = 'layers-model'): ModelDocument {
  const json = parseJson(file, text);
  checkFormat(file, json, format);
  const parsed = modelDocument.safeParse(json);
  if (!parsed.success) throw invalidDocument(file, json, parsed.error);
  const metadata = parseMetadata(file, json as Readonly<Record<string, unknown>>);
  const { modelTopology, trainingConfig, signature, weightsManifest, userDefinedMetadata } = parsed.data;
  const weights = weightsManifest.flatMap((group) => group.weights);
  const document: ModelDocument = {
    topology: modelTopology,
    trainingConfig: trainingConfig ?? undefined,
    signature: signature ?? undefined,
    weights,
    weightBytes: weights.reduce((sum, weight) => sum + weightBytes(weight), 0),
    shards: weightsManifest.flatMap((group) => group.paths),
    userDefinedMetadata: userDefinedMetadata ?? undefined,
    metadata,
  };
  checkConsistency(file, document);
  return document;
}

/** The weight files that a description of any state names: plain file names only, none where it cannot be read. */
export function namedShards(text: string): readonly string[] {
  try {
    const parsed = modelDocument.pick({ weightsManifest: true }).safeParse(JSON.parse(text));
    return parsed.success ? parsed.data.weightsManifest.flatMap((group) => group.paths) : [];
  } catch {
    return [];
  }
}

/** How many bytes a weight takes in its file. */
export function weightBytes({ shape, dtype, quantization }: WeightSpec): number {
  return shapeSize(shape) * VALUE_BYTES[quantization?.dtype ?? dtype];
}

function parseJson(file: string, text: string): unknown {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    const actual = `${text.length} characters that are none (${(cause as Error).message})`;
    throw new InceptionError('CORRUPT_MODEL', `${file}: expected JSON, got ${actual}. ${RESTORE}`, { cause });
  }
  return json;
}

/** A file that says nothing is a layers model: those of the first versions of tfjs say nothing. */
function checkFormat(file: string, json: unknown, wanted: DocumentFormat): void {
  const { format = 'layers-model' } = (json ?? {}) as { format?: unknown };
  if (format === wanted || (format !== 'layers-model' && format !== 'graph-model')) return;
  const advice =
    format === 'graph-model'
      ? 'A graph model loads for classification only: createClassifier takes its path and the option preprocessing.'
      : '';
  throw expectedGot('UNSUPPORTED_FORMAT', `${file} at format`, `'${wanted}'`, format, advice);
}

/** What to do about any damaged file of a model. */
export const RESTORE = 'Take the model from where it was saved once more.';

function invalidDocument(file: string, json: unknown, error: z.ZodError): InceptionError {
  const { at, expected, actual } = schemaIssue(json, error);
  return expectedGot('CORRUPT_MODEL', at ? `${file} at ${at}` : file, expected, actual, RESTORE, error);
}

function parseMetadata(file: string, json: Readonly<Record<string, unknown>>): ModelMetadata | undefined {
  const userDefined = json.userDefinedMetadata as Readonly<Record<string, unknown>> | null | undefined;
  const own = userDefined?.[RECORD_KEY] as { version?: unknown } | undefined;
  if (own === undefined) return undefined;
  if (typeof own?.version === 'number' && own.version > RECORD_VERSION) {
    const at = `${file} at userDefinedMetadata.${RECORD_KEY}.version`;
    throw expectedGot('UNSUPPORTED_FORMAT', at, `at most ${RECORD_VERSION}`, own.version, 'Update tfjs-inception.');
  }
  const parsed = z.object({ userDefinedMetadata: z.object({ [RECORD_KEY]: modelMetadata }) }).safeParse(json);
  if (!parsed.success) throw invalidDocument(file, json, parsed.error);
  const metadata = parsed.data.userDefinedMetadata[RECORD_KEY];
  const actual = documentChecksum(json);
  if (actual !== metadata.checksum) {
    const advice = `It was altered since it was saved. ${RESTORE}`;
    throw expectedGot('CORRUPT_MODEL', file, `the checksum ${metadata.checksum}`, actual, advice);
  }
  return metadata;
}

function checkConsistency(file: string, document: ModelDocument): void {
  const { weights, weightBytes: total, shards, metadata } = document;
  const names = new Set<string>();
  for (const { name } of weights) {
    if (names.has(name)) throw expectedGot('CORRUPT_MODEL', `${file} at weightsManifest`, 'every weight once', name, RESTORE);
    names.add(name);
  }
  if (!(total <= MAX_WEIGHT_BYTES)) {
    throw expectedGot('CORRUPT_MODEL', `${file} at weightsManifest`, `at most ${MAX_WEIGHT_BYTES} bytes of weights`, total);
  }
  if (shards.length > MAX_SHARDS) {
    throw expectedGot('CORRUPT_MODEL', `${file} at weightsManifest`, `at most ${MAX_SHARDS} weight files`, shards.length);
  }
  if (!metadata) return;
  const unrecorded = shards.filter((name) => !Object.hasOwn(metadata.shards, name));
  if (unrecorded.length > 0) {
    throw expectedGot('CORRUPT_MODEL', file, 'a checksum for every weight file', `none for ${unrecorded.join(', ')}`, RESTORE);
  }
  const recorded = shards.reduce((sum, name) => sum + metadata.shards[name].bytes, 0);
  if (recorded !== total) {
    throw expectedGot(
      'CORRUPT_MODEL',
      `${file} at weightsManifest`,
      `shapes of ${recorded} bytes, as its weight files hold`,
      total,
      RESTORE,
    );
  }
}
