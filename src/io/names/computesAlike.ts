import { networkSpec } from '../../spec/networkSpec.js';
import type { NetworkSpec } from '../../spec/types.js';
import { validateSpec } from '../../spec/validateSpec.js';
import type { NameTable } from './nameTable.js';

/** What of a step says how many or how trained, not how computed. */
const WITHOUT_EFFECT = new Set(['filters', 'units', 'rate']);

/**
 * Whether a network of a spec computes what a source's does: windows, strides, padding, order and epsilon of its trunk, whatever its width.
 */
export function computesAlike(spec: NetworkSpec, { network, variant }: NameTable): boolean {
  return computation(spec) === computation(networkSpec(network, { variant }));
}

function computation(spec: NetworkSpec): string {
  // Validated, a spec's fields are in one order, whoever wrote it.
  const { trunk, convolution } = validateSpec(spec);
  const { order, batchNormalization } = convolution;
  const described = [trunk, order, order === 'conv-relu' ? 0 : batchNormalization.epsilon];
  return JSON.stringify(described, (key, value: unknown) => (WITHOUT_EFFECT.has(key) ? undefined : value));
}
