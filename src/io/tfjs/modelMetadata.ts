import { createHash } from 'node:crypto';
import { z } from 'zod';
import { RECORD_KEY, modelRecord } from '../modelRecord.js';

const SHA256 = /^[0-9a-f]{64}$/;

/** What this package saves beside topology and weights in a tfjs-layers folder. */
export const modelMetadata = modelRecord.extend({
  /** Of every weight file, by its name. */
  shards: z.record(z.string(), z.object({ bytes: z.int().nonnegative(), sha256: z.string().regex(SHA256) })),
  /** SHA-256 of the whole description with this field empty, so that an altered description is noticed like an altered weight file. */
  checksum: z.string().regex(SHA256),
});

/** See {@link modelMetadata}. */
export type ModelMetadata = z.infer<typeof modelMetadata>;

/** A model's description with `userDefinedMetadata`, as parsed from or to be written to JSON. */
export interface DescribedModel {
  readonly userDefinedMetadata?: Readonly<Record<string, unknown>>;
}

/** The same description with its own checksum set to `checksum`. */
export function withChecksum<D extends DescribedModel>(document: D, checksum: string): D {
  const metadata = document.userDefinedMetadata ?? {};
  const own = metadata[RECORD_KEY] as Readonly<Record<string, unknown>>;
  return { ...document, userDefinedMetadata: { ...metadata, [RECORD_KEY]: { ...own, checksum } } };
}

/** SHA-256 of a description's values, whatever its white space. */
export function documentChecksum(document: DescribedModel): string {
  return sha256(JSON.stringify(withChecksum(document, '')));
}

/** SHA-256 in lower-case hexadecimal, of one piece or of several one after the other. */
export function sha256(...data: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of data) hash.update(part);
  return hash.digest('hex');
}
