import { inceptionResNetV1 } from '../../src/networks/inceptionResNetV1.js';
import { inceptionResNetV2 } from '../../src/networks/inceptionResNetV2.js';
import { inceptionV2 } from '../../src/networks/inceptionV2.js';
import { inceptionV3 } from '../../src/networks/inceptionV3.js';
import { inceptionV4 } from '../../src/networks/inceptionV4.js';
import type { InceptionModel } from '../../src/networks/inceptionModel.js';
import { buildNetwork, type BuildOptions } from '../../src/networks/inceptionNet.js';
import { xception } from '../../src/networks/xception.js';
import { networkSpec, type NetworkName } from '../../src/spec/networkSpec.js';
import type { NetworkOptions } from '../../src/spec/options.js';

/** A network of the library beside GoogLeNet, with what sets it apart for tests. */
export interface PublishedBuilder {
  readonly network: NetworkName;
  /** The builder's name, which begins its messages. */
  readonly where: string;
  build(options?: NetworkOptions & Pick<BuildOptions, 'seed'>): InceptionModel;
  /** The auxiliary head, if it has one, and the stage that it reads. */
  readonly head?: { readonly name: string; readonly after: string; readonly next: string };
  /** The last stage of the trunk, and a module halfway. */
  readonly last: string;
  readonly halfway: string;
  /** A size at which stem `'stride2'` leaves every head something to see. */
  readonly small: number;
}

export const PUBLISHED_BUILDERS: readonly PublishedBuilder[] = [
  {
    ...{ network: 'inception-v2', where: 'inceptionV2', build: inceptionV2 },
    ...{ last: 'inception_5b', halfway: 'inception_3c', small: 32 },
  },
  {
    ...{ network: 'inception-v3', where: 'inceptionV3', build: inceptionV3, last: 'mixed_7c', halfway: 'mixed_6b', small: 37 },
    head: { name: 'auxiliary_6e', after: 'mixed_6e', next: 'mixed_7a' },
  },
  {
    ...{ network: 'inception-v4', where: 'inceptionV4', build: inceptionV4, last: 'mixed_7d', halfway: 'mixed_6b', small: 39 },
    head: { name: 'auxiliary_6h', after: 'mixed_6h', next: 'mixed_7a' },
  },
  {
    ...{ network: 'inception-resnet-v1', where: 'inceptionResNetV1', build: inceptionResNetV1 },
    ...{ last: 'block8_6', halfway: 'mixed_6a', small: 37 },
  },
  {
    ...{ network: 'inception-resnet-v2', where: 'inceptionResNetV2', build: inceptionResNetV2 },
    ...{ last: 'conv_7b', halfway: 'mixed_6a', small: 37 },
    head: { name: 'auxiliary_block17_20', after: 'block17_20', next: 'mixed_7a' },
  },
  {
    ...{ network: 'xception', where: 'xception', build: xception, last: 'block14_sepconv2', halfway: 'block5', small: 32 },
  },
];

/** Eight filters or a few more a convolution, three classes, small pictures, all heads there are. */
export function narrow({ head, small }: PublishedBuilder): NetworkOptions & { readonly seed: number } {
  const size = { inputShape: [small, small, 3], stem: 'stride2' } as const;
  return { ...size, widthMultiplier: 0.02, classes: 3, auxiliaryHeads: head !== undefined, seed: 1 };
}

/** A network at full width in a fraction of a second: its kernels are zeros. */
export function unfilled(network: NetworkName, options: NetworkOptions = {}): InceptionModel {
  return buildNetwork(networkSpec(network, options), { isOverwritten: () => true });
}
