import type { InceptionModel } from '../../src/networks/inceptionModel.js';
import { inceptionNet } from '../../src/networks/inceptionNet.js';
import { hasAuxiliaryHeads, NETWORK_NAMES, networkSpec, variantsOf, type NetworkName } from '../../src/spec/networkSpec.js';
import type { NetworkOptions } from '../../src/spec/options.js';

/** A network of the library, and one of its variants. */
export interface PublishedNetwork {
  readonly name: NetworkName;
  readonly variant: string;
}

/** Every variant of every network. */
export const EVERY_VARIANT: readonly PublishedNetwork[] = NETWORK_NAMES.flatMap((name) =>
  variantsOf(name).map((variant) => ({ name, variant })),
);

/** Every network in its first variant. */
export const EVERY_NETWORK: readonly PublishedNetwork[] = NETWORK_NAMES.map((name) => ({ name, variant: variantsOf(name)[0] }));

/** An eighth as wide, whole, of three classes, with its auxiliary heads: 32 pixels are enough where the stem is stride2. */
export function narrowNetwork({ name, variant }: PublishedNetwork, options: NetworkOptions = {}, seed = 1): InceptionModel {
  const narrow = { classes: 3, widthMultiplier: 0.125, stem: 'stride2', inputShape: [32, 32, 3], dropout: 0, momentum: 0.9 } as const;
  return inceptionNet(networkSpec(name, { ...narrow, variant, auxiliaryHeads: hasAuxiliaryHeads(name), ...options }), { seed });
}
