// What the checks of this folder share: the built package and the Python that has the other tools, as their command line names them.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const [python, dist = join(here, '..', '..', 'dist')] = process.argv.slice(2);

/** A file of the built package. */
export const built = (file) => createRequire(import.meta.url)(resolve(dist, file));

/** What a script of this folder prints, parsed. */
export function runPython(script, ...args) {
  const output = execFileSync(python, [join(here, script), ...args], { encoding: 'utf8', maxBuffer: 2 ** 28 });
  return JSON.parse(output.slice(output.indexOf('{')));
}
