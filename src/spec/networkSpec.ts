import { invalidArgument } from '../errors.js';
import { googlenetSpec } from './googlenet.js';
import { GOOGLENET_VARIANTS } from './googlenetVariants.js';
import { INCEPTION_RESNET_V1_VARIANTS, inceptionResnetV1Spec } from './inceptionResnetV1.js';
import { INCEPTION_RESNET_V2_VARIANTS, inceptionResnetV2Spec } from './inceptionResnetV2.js';
import { inceptionV2Spec } from './inceptionV2.js';
import { INCEPTION_V2_VARIANTS } from './inceptionV2Variants.js';
import { INCEPTION_V3_VARIANTS, inceptionV3Spec } from './inceptionV3.js';
import { INCEPTION_V4_VARIANTS, inceptionV4Spec } from './inceptionV4.js';
import type { NetworkOptions } from './options.js';
import type { NetworkSpec } from './types.js';
import { XCEPTION_VARIANTS, xceptionSpec } from './xception.js';

/** The names of the library's networks, in the order of their papers. */
export type NetworkName =
  'googlenet' | 'inception-v2' | 'inception-v3' | 'inception-v4' | 'inception-resnet-v1' | 'inception-resnet-v2' | 'xception';

interface Network {
  readonly spec: (options?: never) => NetworkSpec;
  readonly variants: object;
}

/** Every network of the library. A later one is one more line. */
const NETWORKS: Readonly<Record<NetworkName, Network>> = {
  googlenet: { spec: googlenetSpec, variants: GOOGLENET_VARIANTS },
  'inception-v2': { spec: inceptionV2Spec, variants: INCEPTION_V2_VARIANTS },
  'inception-v3': { spec: inceptionV3Spec, variants: INCEPTION_V3_VARIANTS },
  'inception-v4': { spec: inceptionV4Spec, variants: INCEPTION_V4_VARIANTS },
  'inception-resnet-v1': { spec: inceptionResnetV1Spec, variants: INCEPTION_RESNET_V1_VARIANTS },
  'inception-resnet-v2': { spec: inceptionResnetV2Spec, variants: INCEPTION_RESNET_V2_VARIANTS },
  xception: { spec: xceptionSpec, variants: XCEPTION_VARIANTS },
};

/** The names that {@link networkSpec} knows. */
export const NETWORK_NAMES = Object.keys(NETWORKS) as readonly NetworkName[];

/** The variants of a network, the default first. */
export function variantsOf(name: NetworkName): readonly string[] {
  return Object.keys(NETWORKS[name].variants);
}

/**
 * A network's architecture by name, with nothing built. The options are the builder's.
 *
 * @param name One of {@link NETWORK_NAMES}.
 * @throws InceptionError `INVALID_ARGUMENT` if there is no such network, or for an unusable option; `INPUT_TOO_SMALL` below the network's
 *   minimum input size.
 * @example
 * ```ts
 * networkSpec('googlenet', { variant: 'paper', classes: 10 }).trunk.length; // 18
 * ```
 */
export function networkSpec(name: string, options: NetworkOptions = {}): NetworkSpec {
  if (!isNetworkName(name)) {
    throw invalidArgument('networkSpec', `one of ${NETWORK_NAMES.map((known) => `'${known}'`).join(', ')}`, name);
  }
  // The builder checks them, its variant's name too.
  return NETWORKS[name].spec(options as never);
}

function isNetworkName(name: string): name is NetworkName {
  return (NETWORK_NAMES as readonly string[]).includes(name);
}
