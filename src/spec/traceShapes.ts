import { InceptionError, invalidArgument } from '../errors.js';
import { spellShape, type ShapeRow } from './shapeRow.js';
import { WindowMisfit } from './stepOutput.js';
import { traceNetwork } from './traceNetwork.js';
import type { NetworkSpec } from './types.js';

// No picture is larger; a window that does not fit even here stands behind a pool of fixed output size.
const LARGEST_PROBE = 65_536;

/**
 * Every operation of a network with the shapes that enter and leave it, before anything is built.
 *
 * A module's row, its merge, follows the rows of its branches; a head's rows end with its classifier. Order: trunk, top, auxiliary heads.
 *
 * @throws InceptionError `INPUT_TOO_SMALL` if a window does not fit its input, with the size that would do; `INVALID_ARGUMENT` if branches
 *   cannot be merged, a step meets a shape it cannot take, or a head hangs on a step that is not there.
 * @example
 * ```ts
 * const rows = traceShapes(networkSpec('googlenet'));
 * rows.find(({ name }) => name === 'inception_3a')?.outputShape; // [28, 28, 256]
 * ```
 */
export function traceShapes(spec: NetworkSpec): readonly ShapeRow[] {
  try {
    return traceNetwork(spec, spec.inputShape, true);
  } catch (error) {
    if (!(error instanceof WindowMisfit)) throw error;
    const least = minimumInputSize(spec);
    const message =
      `${error.step}: expected a map that its ${error.window} window fits, got ${spellShape(error.input)}. ` +
      `${spec.name} needs an inputShape of at least ${least}×${least}, and has ${spellShape(spec.inputShape.slice(0, 2))}.`;
    throw new InceptionError('INPUT_TOO_SMALL', message);
  }
}

/**
 * The side, in pixels, of the smallest square picture that every window of the network fits, found by tracing.
 *
 * @throws InceptionError `INVALID_ARGUMENT` if a step meets a shape it cannot take at any size.
 * @example
 * ```ts
 * minimumInputSize(networkSpec('googlenet', { auxiliaryHeads: true })); // 65
 * ```
 */
export function minimumInputSize(spec: NetworkSpec): number {
  const fits = (side: number): boolean => {
    try {
      traceNetwork(spec, [side, side, spec.inputShape[2]], false);
      return true;
    } catch (error) {
      if (error instanceof WindowMisfit) return false;
      throw error;
    }
  };
  let enough = 1;
  while (!fits(enough)) {
    if (enough > LARGEST_PROBE) {
      const advice = 'A pool to a fixed size before it leaves too little.';
      throw invalidArgument(spec.name, 'windows that fit at some input size', `none up to ${enough}×${enough}`, advice);
    }
    enough *= 2;
  }
  let tooSmall = Math.floor(enough / 2);
  while (enough - tooSmall > 1) {
    const middle = Math.floor((tooSmall + enough) / 2);
    if (fits(middle)) enough = middle;
    else tooSmall = middle;
  }
  return enough;
}
