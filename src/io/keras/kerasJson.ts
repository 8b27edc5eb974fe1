import { expectedGot } from '../../errors.js';

/** An object of a file's JSON, its fields still to be looked at. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The place in a file's configuration that is being read, for messages. */
export type Place = string;

/** @throws InceptionError `CORRUPT_MODEL` */
export function asObject(at: Place, value: unknown): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw expectedGot('CORRUPT_MODEL', at, 'an object', value);
}

/** @throws InceptionError `CORRUPT_MODEL` */
export function asList(at: Place, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw expectedGot('CORRUPT_MODEL', at, 'a list', value);
}

/** @throws InceptionError `CORRUPT_MODEL` */
export function asText(at: Place, value: unknown): string {
  if (typeof value === 'string') return value;
  throw expectedGot('CORRUPT_MODEL', at, 'a text', value);
}

/** @throws InceptionError `CORRUPT_MODEL` */
export function asIndex(at: Place, value: unknown): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  throw expectedGot('CORRUPT_MODEL', at, 'an index', value);
}

/** @throws InceptionError `CORRUPT_MODEL` */
export function parseJson(at: Place, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw expectedGot('CORRUPT_MODEL', at, 'JSON', (cause as Error).message, '', cause);
  }
}
