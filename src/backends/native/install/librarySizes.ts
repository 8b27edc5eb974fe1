import { readdir, lstat } from 'node:fs/promises';
import { join } from 'node:path';

/** `libtensorflow_cc.so.2`, `tfjs_binding.node`, and what they are called on other systems. */
const LIBRARY = /\.(so[.\d]*|node|dylib|dll)$/;

/** The bytes of each shared library below a folder, by its path in it. Links are left out: what they lead to counts where it lies. */
export async function librarySizes(folder: string): Promise<Record<string, number>> {
  const sizes: Record<string, number> = {};
  for (const name of (await readdir(folder, { recursive: true })).sort()) {
    if (!LIBRARY.test(name)) continue;
    const found = await lstat(join(folder, name));
    if (found.isFile()) sizes[name] = found.size;
  }
  return sizes;
}
