import { networkSpec, type NetworkName } from '../spec/networkSpec.js';
import type { NetworkOptions } from '../spec/options.js';
import type { NetworkSpec } from '../spec/types.js';
import type { InceptionModel } from './inceptionModel.js';
import type { BuildOptions } from './inceptionNet.js';
import { publishedNetwork } from './publishedNetwork.js';

/** A network of the library as plans and recipes name it: plain JSON. */
export interface NamedNetwork extends Omit<NetworkOptions, 'name'> {
  /** @default 'googlenet' */
  readonly architecture?: NetworkName;
}

/**
 * What the name and the options mean, with nothing built.
 *
 * @throws InceptionError as `networkSpec` does.
 */
export function namedSpec({ architecture = 'googlenet', ...options }: NamedNetwork): NetworkSpec {
  return networkSpec(architecture, options);
}

/**
 * Builds a network by name.
 *
 * @throws InceptionError as `networkSpec` does, and `INVALID_ARGUMENT` for an unusable seed.
 */
export function namedNetwork(network: NamedNetwork, options: Pick<BuildOptions, 'seed'> = {}): InceptionModel {
  const { architecture = 'googlenet', ...own } = network;
  return publishedNetwork(architecture, { ...own, ...options }, 'namedNetwork');
}
