import { z } from 'zod';
import { checkAgainst } from '../checkAgainst.js';
import * as field from '../spec/fields.js';
import { networkSpec, type NetworkName } from '../spec/networkSpec.js';
import type { NetworkOptions } from '../spec/options.js';
import type { InceptionModel } from './inceptionModel.js';
import { inceptionNet, type BuildOptions } from './inceptionNet.js';

const seeded = z.looseObject({ seed: field.integer.optional() }, 'an object');

/**
 * Builds a network of the library: what its public builder does.
 *
 * @param where The builder's name, for messages.
 * @throws InceptionError as {@link networkSpec} does, and `INVALID_ARGUMENT` for an unusable seed.
 */
export function publishedNetwork<Endpoint extends string, Head extends string>(
  name: NetworkName,
  options: NetworkOptions & Pick<BuildOptions, 'seed'>,
  where: string,
): InceptionModel<Endpoint, Head> {
  checkAgainst(seeded, options, where);
  const { seed, ...architecture } = options;
  return inceptionNet(networkSpec(name, architecture), { seed });
}
