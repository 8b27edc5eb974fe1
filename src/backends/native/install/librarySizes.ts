import { filesBelow } from './filesBelow.js';

/** `libtensorflow_cc.so.2`, `tfjs_binding.node`, and what they are called on other systems. */
const LIBRARY = /\.(so[.\d]*|node|dylib|dll)$/;

/** The bytes of each shared library below a folder, by its path in it. What a link leads to counts where it lies. */
export async function librarySizes(folder: string): Promise<Record<string, number>> {
  const libraries = (await filesBelow(folder)).filter(({ path }) => LIBRARY.test(path));
  return Object.fromEntries(libraries.map(({ path, bytes }) => [path, bytes]));
}
