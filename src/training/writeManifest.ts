import type { DatasetManifest } from '../data/datasetManifest.js';
import { writeFileAtomically } from '../io/atomicFile.js';

/**
 * Writes a manifest as JSON, a picture a line, whole or not at all.
 *
 * @param path Where; a file that stands there is replaced.
 * @param manifest As `datasetManifest` makes it; `imageFolder` and `inception evaluate --split` read it.
 * @throws InceptionError `WRITE_FAILED` if it cannot be written; what stood there before still stands.
 */
export async function writeManifest(path: string, { pictures, ...head }: DatasetManifest): Promise<void> {
  const lines = pictures.map((picture) => `\n    ${JSON.stringify(picture)}`);
  const fields = Object.entries(head).map(([key, value]) => `\n  ${JSON.stringify(key)}: ${JSON.stringify(value)},`);
  await writeFileAtomically('writeManifest', path, `{${fields.join('')}\n  "pictures": [${lines.join(',')}\n  ]\n}\n`);
}
