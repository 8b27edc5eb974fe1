// The Python environments of the peers, with the versions of requirements/: made once, in a folder that is kept.
import { execFileSync } from 'node:child_process';
import { access, mkdir, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where they are kept: $BENCH_PYTHON, or the user's cache. */
const KEPT = process.env.BENCH_PYTHON || join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'tfjs-inception', 'bench');

/**
 * The interpreter of an environment.
 *
 * @param name Of a file of requirements/; those of torch are 6 GB, for PyPI's PyTorch brings CUDA along.
 * @param say Is told, if this takes long.
 */
export async function interpreter(name, say) {
  const environment = join(KEPT, name);
  const python = join(environment, 'bin/python');
  const complete = join(environment, 'complete');
  const isThere = await access(complete).then(
    () => true,
    () => false,
  );
  if (isThere) return python;
  const requirements = fileURLToPath(new URL(`requirements/${name}.txt`, import.meta.url));
  say(`installing ${name} in ${environment}`);
  await mkdir(dirname(environment), { recursive: true });
  await rm(environment, { recursive: true, force: true });
  execFileSync('python3', ['-m', 'venv', environment], { stdio: ['ignore', 'ignore', 'inherit'] });
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '--requirement', requirements];
  execFileSync(python, pip, { stdio: ['ignore', 'ignore', 'inherit'] });
  await writeFile(complete, '');
  return python;
}
