/** What a wheel says of one of its files. */
export interface RecordedFile {
  /** In URL-safe base 64, without padding. */
  readonly sha256: string;
  readonly bytes: number;
}

/**
 * The files that a wheel's RECORD lists with their SHA-256, by name. Quoted names, those with a comma, are left out: none is needed.
 *
 * @see The recording of installed projects, PEP 376 and PEP 427
 */
export function parseRecord(text: string): Map<string, RecordedFile> {
  const lines = [...text.matchAll(/^([^",\r\n]+),sha256=([\w-]+),(\d+)\r?$/gm)];
  return new Map(lines.map(([, name, sha256, bytes]) => [name, { sha256, bytes: Number(bytes) }]));
}
