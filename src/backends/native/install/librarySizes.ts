import type { FileBelow } from './filesBelow.js';

/** `libtensorflow_cc.so.2`, `tfjs_binding.node`, and what they are called on other systems. */
const LIBRARY = /\.(so[.\d]*|node|dylib|dll)$/;

/** The bytes of each shared library among files, by its path. What a link leads to counts where it lies. */
export function librarySizes(files: readonly FileBelow[]): Record<string, number> {
  return Object.fromEntries(files.filter(({ path }) => LIBRARY.test(path)).map(({ path, bytes }) => [path, bytes]));
}
