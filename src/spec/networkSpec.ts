import { invalidArgument } from '../errors.js';
import { googlenetSpec } from './googlenet.js';
import { GOOGLENET_VARIANTS } from './googlenetVariants.js';
import { INCEPTION_RESNET_V1_VARIANTS, inceptionResnetV1Spec } from './inceptionResnetV1.js';
import { INCEPTION_RESNET_V2_VARIANTS, inceptionResnetV2Spec } from './inceptionResnetV2.js';
import { inceptionV2Spec } from './inceptionV2.js';
import { INCEPTION_V2_VARIANTS } from './inceptionV2Variants.js';
import { INCEPTION_V3_VARIANTS, inceptionV3Spec } from './inceptionV3.js';
import { INCEPTION_V4_VARIANTS, inceptionV4Spec } from './inceptionV4.js';
import { nearestNames } from './nearestNames.js';
import type { NetworkOptions } from './options.js';
import type { NetworkSpec } from './types.js';
import { XCEPTION_VARIANTS, xceptionSpec } from './xception.js';

/** The names of the library's networks, in the order of their papers. */
export type NetworkName =
  'googlenet' | 'inception-v2' | 'inception-v3' | 'inception-v4' | 'inception-resnet-v1' | 'inception-resnet-v2' | 'xception';

interface Network {
  readonly spec: (options?: never) => NetworkSpec;
  readonly variants: object;
  /** Whether the paper or slim has auxiliary heads. */
  readonly heads: boolean;
}

/** Every network of the library. A later one is one more line. */
const NETWORKS: Readonly<Record<NetworkName, Network>> = {
  googlenet: { spec: googlenetSpec, variants: GOOGLENET_VARIANTS, heads: true },
  'inception-v2': { spec: inceptionV2Spec, variants: INCEPTION_V2_VARIANTS, heads: false },
  'inception-v3': { spec: inceptionV3Spec, variants: INCEPTION_V3_VARIANTS, heads: true },
  'inception-v4': { spec: inceptionV4Spec, variants: INCEPTION_V4_VARIANTS, heads: true },
  'inception-resnet-v1': { spec: inceptionResnetV1Spec, variants: INCEPTION_RESNET_V1_VARIANTS, heads: false },
  'inception-resnet-v2': { spec: inceptionResnetV2Spec, variants: INCEPTION_RESNET_V2_VARIANTS, heads: true },
  xception: { spec: xceptionSpec, variants: XCEPTION_VARIANTS, heads: false },
};

/** The names that {@link networkSpec} knows. */
export const NETWORK_NAMES = Object.keys(NETWORKS) as readonly NetworkName[];

/**
 * The variants of a network, the default first.
 *
 * @throws InceptionError `INVALID_ARGUMENT` if there is no such network.
 * @example
 * ```ts
 * variantsOf('inception-v4'); // ['timm', 'slim']
 * ```
 */
export function variantsOf(name: NetworkName): readonly string[] {
  return Object.keys(NETWORKS[knownName(name, 'variantsOf')].variants);
}

/**
 * Whether a network can be asked for auxiliary heads; false for a name that is none's.
 *
 * @example
 * ```ts
 * networkSpec(name, { auxiliaryHeads: hasAuxiliaryHeads(name) }).auxiliaryHeads.length; // inception-v3: 1, xception: 0
 * ```
 */
export function hasAuxiliaryHeads(name: string): boolean {
  return NETWORK_NAMES.some((known) => known === name && NETWORKS[known].heads);
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
  // The builder checks them, its variant's name too.
  return NETWORKS[knownName(name, 'networkSpec')].spec(options as never);
}

function knownName(name: string, where: string): NetworkName {
  const known = NETWORK_NAMES.find((each) => each === name);
  if (known !== undefined) return known;
  const nearest = typeof name === 'string' ? `Did you mean '${nearestNames(name, NETWORK_NAMES)[0]}'?` : '';
  throw invalidArgument(where, `one of ${NETWORK_NAMES.map((each) => `'${each}'`).join(', ')}`, name, nearest);
}
