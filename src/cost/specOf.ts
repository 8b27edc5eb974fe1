import type { NetworkSpec } from '../spec/types.js';
import { validateSpec } from '../spec/validateSpec.js';

/** A spec, or anything that carries one, such as an InceptionModel. */
export type SpecOrModel = NetworkSpec | { readonly spec: NetworkSpec };

/**
 * The spec of either, checked.
 *
 * @throws InceptionError `INVALID_ARGUMENT` if the spec is not valid; `INPUT_TOO_SMALL` if a window does not fit.
 */
export function specOf(specOrModel: SpecOrModel): NetworkSpec {
  const carried = typeof specOrModel === 'object' && specOrModel !== null && 'spec' in specOrModel;
  return validateSpec(carried ? specOrModel.spec : specOrModel);
}
