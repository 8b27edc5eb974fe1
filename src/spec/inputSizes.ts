import { invalidArgument } from '../errors.js';
import { requireSpec } from './requireSpec.js';
import { spellShape, type TensorShape } from './shapeRow.js';
import { MergeMisfit, WindowMisfit } from './stepOutput.js';
import { traceNetwork } from './traceNetwork.js';
import type { NetworkSpec } from './types.js';

// No picture is larger; a window that does not fit even here stands behind a pool of fixed output size.
const LARGEST_PROBE = 65_536;

/** How far to look for a size at which branches fit together: they do so at every 32nd where a network halves its map five times. */
const REACH = 64;

/**
 * The side, in pixels, of the smallest square picture that the network takes, found by tracing: every window fits its map, and branches fit
 * together.
 *
 * @throws InceptionError `INVALID_ARGUMENT` if a step meets a shape that it cannot take at any size.
 * @example
 * ```ts
 * minimumInputSize(networkSpec('googlenet', { auxiliaryHeads: true })); // 65
 * ```
 */
export function minimumInputSize(spec: NetworkSpec): number {
  requireSpec(spec, 'minimumInputSize');
  const least = leastForWindows(spec);
  const sizes = Array.from({ length: REACH }, (_, index) => least + index);
  // Branches that fit together nowhere are the spec's fault, which traceShapes tells.
  return sizes.find((side) => takes(spec, [side, side])) ?? least;
}

/** The nearest sizes below and above the network's own at which its branches fit together, as texts; none if there is none above. */
export function nearestSizes(spec: NetworkSpec): string[] {
  const [height, width] = spec.inputShape;
  const distances = Array.from({ length: REACH }, (_, index) => index + 1);
  const [below, above] = [-1, 1].map((direction) =>
    distances.map((by) => [height + direction * by, width + direction * by]).find((size) => takes(spec, size)),
  );
  // Maps of a single pixel fit whatever the strides are.
  return above === undefined ? [] : [...(below ? [below] : []), above].map(spellShape);
}

function takes(spec: NetworkSpec, [height, width]: TensorShape): boolean {
  return Math.min(height, width) > 0 && fits(spec, [height, width], true);
}

function fits(spec: NetworkSpec, [height, width]: TensorShape, checkMerges: boolean): boolean {
  try {
    traceNetwork(spec, [height, width, spec.inputShape[2]], checkMerges);
    return true;
  } catch (error) {
    if (error instanceof WindowMisfit || error instanceof MergeMisfit) return false;
    throw error;
  }
}

/** Found by halving: a window that fits a map fits all larger ones. */
function leastForWindows(spec: NetworkSpec): number {
  let enough = 1;
  while (!fits(spec, [enough, enough], false)) {
    if (enough > LARGEST_PROBE) {
      const advice = 'A pool to a fixed size before it leaves too little.';
      throw invalidArgument(spec.name, 'windows that fit at some input size', `none up to ${enough}×${enough}`, advice);
    }
    enough *= 2;
  }
  let tooSmall = Math.floor(enough / 2);
  while (enough - tooSmall > 1) {
    const middle = Math.floor((tooSmall + enough) / 2);
    if (fits(spec, [middle, middle], false)) enough = middle;
    else tooSmall = middle;
  }
  return enough;
}
