import { invalidArgument } from '../errors.js';
import type { NetworkSpec } from './types.js';

/**
 * Refuses what is plainly no spec, a model for example; `validateSpec` checks every field.
 *
 * @param where The function it was given to.
 * @throws InceptionError `INVALID_ARGUMENT`
 */
export function requireSpec(spec: unknown, where: string): asserts spec is NetworkSpec {
  const isSpec = typeof spec === 'object' && spec !== null && 'trunk' in spec && 'inputShape' in spec;
  if (!isSpec) throw invalidArgument(where, 'a spec', spec, 'networkSpec(name) makes one; a model carries its own as model.spec.');
}
