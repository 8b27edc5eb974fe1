import { readFile } from 'node:fs/promises';
import { expectedGot, invalidArgument } from '../errors.js';
import { IMAGENET_LABELS } from '../networks/imagenetLabels.js';

/** Reads `--labels`: `imagenet`, or a file of class names, one a line. */
export async function readLabels(name: string): Promise<readonly string[]> {
  if (name === 'imagenet') return IMAGENET_LABELS;
  const text = await readFile(name, 'utf8').catch((cause: unknown) => {
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw expectedGot('NOT_FOUND', '--labels', 'imagenet, or a file of class names', `${name} (${reason})`, 'Check the path.', cause);
  });
  const labels = text.replace(/^\uFEFF/, '').trimEnd().split(/\r?\n/).map((line) => line.trim()); // prettier-ignore
  const empty = labels.indexOf('');
  if (empty >= 0) throw invalidArgument('--labels', 'a class name on every line', `none on line ${empty + 1} of ${name}`);
  return labels;
}
