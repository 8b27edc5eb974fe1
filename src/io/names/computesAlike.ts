import { networkSpec } from '../../spec/networkSpec.js';
import type { NetworkSpec } from '../../spec/types.js';
import type { NameTable } from './nameTable.js';

/** What of a step says how many or how trained, not how computed. */
const WITHOUT_EFFECT = new Set(['filters', 'units', 'rate']);

/**
 * Whether a network of a spec computes what a source's does: windows, strides, padding, order and epsilon of its trunk, whatever its width.
 */
export function computesAlike(spec: NetworkSpec, { network, variant }: NameTable): boolean {
  return computation(spec) === computation(networkSpec(network, { variant }));
}

function computation({ trunk, convolution }: NetworkSpec): string {
  const { order, batchNormalization } = convolution;
  const described = [trunk, order, order === 'conv-relu' ? 0 : batchNormalization.epsilon];
  return JSON.stringify(described, (key, value: unknown) => (WITHOUT_EFFECT.has(key) ? undefined : value));
}
