import { invalidArgument } from '../errors.js';
import { googlenetSpec, type GoogLeNetOptions } from './googlenet.js';
import type { NetworkOptions } from './options.js';
import type { NetworkSpec } from './types.js';

/** Every network of the library. A later one is one more line. */
const NETWORKS: Readonly<Record<string, (options?: NetworkOptions) => NetworkSpec>> = {
  googlenet: (options) => googlenetSpec(options as GoogLeNetOptions),
};

/** The names that {@link networkSpec} knows. */
export const NETWORK_NAMES: readonly string[] = Object.keys(NETWORKS);

/**
 * A network's architecture by name, with nothing built. The options are the builder's.
 *
 * @throws InceptionError `INVALID_ARGUMENT` if there is no such network, or for an unusable option; `INPUT_TOO_SMALL` below the network's
 *   minimum input size.
 * @example
 * ```ts
 * networkSpec('googlenet', { variant: 'paper', classes: 10 }).trunk.length; // 18
 * ```
 */
export function networkSpec(name: string, options: NetworkOptions = {}): NetworkSpec {
  if (!NETWORK_NAMES.includes(name)) {
    throw invalidArgument('networkSpec', `one of ${NETWORK_NAMES.map((known) => `'${known}'`).join(', ')}`, name);
  }
  return NETWORKS[name](options);
}
