import { mkdir, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';

/** The library that opens all of CUDA's: the loader looks in its RUNPATH, and in nobody else's. */
const OPENS_CUDA = 'tensorflow/libtensorflow_framework.so.2';

const RUNPATH_START = '$ORIGIN/../nvidia/';

/**
 * Makes every CUDA library findable. The RUNPATH of TensorFlow 2.21.0's library lacks cuSOLVER's folder, and TensorFlow leaves out every GPU if
 * one library is missing: such folders' libraries are linked into one that it names.
 *
 * @param folder That of `tensorflow/` and `nvidia/`.
 */
export async function linkOffRunpath(folder: string): Promise<void> {
  const named = namedParts(await readFile(join(folder, OPENS_CUDA), 'latin1'));
  const parts = await readdir(join(folder, 'nvidia'));
  const target = named.find((part) => parts.includes(part));
  if (target === undefined) return;
  for (const part of parts.filter((candidate) => !named.includes(candidate))) {
    const libraries = await readdir(join(folder, 'nvidia', part, 'lib')).catch(() => []);
    for (const library of libraries) await link(join(folder, 'nvidia'), { part, target, library });
  }
}

/** The parts of `nvidia/` that a library's RUNPATH names, read from its text. */
function namedParts(text: string): string[] {
  const start = text.indexOf(RUNPATH_START);
  const runpath = start < 0 ? '' : text.slice(start, text.indexOf('\0', start));
  return [...runpath.matchAll(/\$ORIGIN\/\.\.\/nvidia\/(\w+)\/lib/g)].map(([, part]) => part);
}

/** A relative link at the same depth: what the library itself looks for beside its `$ORIGIN` is found from there, too. */
async function link(nvidia: string, { part, target, library }: { part: string; target: string; library: string }): Promise<void> {
  const place = join(nvidia, target, 'lib', library);
  await mkdir(join(nvidia, target, 'lib'), { recursive: true });
  await rm(place, { force: true });
  await symlink(join('..', '..', part, 'lib', library), place);
}
