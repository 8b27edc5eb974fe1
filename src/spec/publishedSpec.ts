import { customizeSpec } from './customizeSpec.js';
import { checkNetworkOptions, chooseVariant, type NetworkOptions } from './options.js';
import type { NetworkSpec } from './types.js';

/** A published network: what its variants are, and the spec of one of them with its top and all its heads, at full width. */
interface Published<Variant> {
  /** The builder's name, for messages. */
  readonly where: string;
  /** The first is the default. */
  readonly variants: Readonly<Record<string, Variant>>;
  readonly spec: (variant: Variant) => Omit<NetworkSpec, 'variant' | 'source' | 'classes' | 'classifierActivation'>;
}

/**
 * A published network as the options want it.
 *
 * @throws InceptionError `INVALID_ARGUMENT` for an unknown option or an unusable value; `INPUT_TOO_SMALL` below the computed minimum.
 */
export function publishedSpec<Variant extends { readonly source: string }>(
  options: NetworkOptions,
  { where, variants, spec }: Published<Variant>,
): NetworkSpec {
  const checked = checkNetworkOptions(options, where);
  const [name, variant] = chooseVariant(variants, checked.variant, where);
  const published = { ...spec(variant), variant: name, source: variant.source, classes: 1000, classifierActivation: 'softmax' } as const;
  return customizeSpec(published, checked, where);
}
