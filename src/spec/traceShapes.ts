import { InceptionError } from '../errors.js';
import { minimumInputSize, nearestSizes } from './inputSizes.js';
import { spellShape, type ShapeRow } from './shapeRow.js';
import { MergeMisfit, WindowMisfit } from './stepOutput.js';
import { traceNetwork } from './traceNetwork.js';
import { requireSpec } from './requireSpec.js';
import type { NetworkSpec } from './types.js';

/**
 * Every operation of a network with the shapes that enter and leave it, before anything is built.
 *
 * A module's row, its merge, follows the rows of its branches; a head's rows end with its classifier. Order: trunk, top, auxiliary heads.
 *
 * @throws InceptionError `INPUT_TOO_SMALL` if a window does not fit its input, or branches fit together only at larger ones, with the size
 *   that would do; `INVALID_ARGUMENT` if branches cannot be merged, a step meets a shape it cannot take, or a head hangs on a step that is
 *   not there.
 * @example
 * ```ts
 * const rows = traceShapes(networkSpec('googlenet'));
 * rows.find(({ name }) => name === 'inception_3a')?.outputShape; // [28, 28, 256]
 * ```
 */
export function traceShapes(spec: NetworkSpec): readonly ShapeRow[] {
  requireSpec(spec, 'traceShapes');
  try {
    return traceNetwork(spec, spec.inputShape, true);
  } catch (error) {
    if (error instanceof WindowMisfit) throw tooSmall(spec, error);
    if (error instanceof MergeMisfit) throw misfit(spec, error);
    throw error;
  }
}

function tooSmall(spec: NetworkSpec, { step, window, input }: WindowMisfit): InceptionError {
  const message = `${step}: expected a map that its ${window} window fits, got ${spellShape(input)}.`;
  return new InceptionError('INPUT_TOO_SMALL', `${message} ${needed(spec, minimumInputSize(spec))}`);
}

function needed({ name, inputShape }: NetworkSpec, least: number): string {
  return `${name} needs an inputShape of at least ${least}×${least}, and has ${spellShape(inputShape.slice(0, 2))}.`;
}

/** Where paddings differ, as in ports from Caffe, branches of one network fit together at some sizes and not at others. */
function misfit(spec: NetworkSpec, { step, what, shapes }: MergeMisfit): InceptionError {
  const message = `${step}: expected branches of equal ${what}, got ${shapes.map(spellShape).join(', ')}.`;
  const least = minimumInputSize(spec);
  if (Math.min(spec.inputShape[0], spec.inputShape[1]) < least) {
    return new InceptionError('INPUT_TOO_SMALL', `${message} ${needed(spec, least)}`);
  }
  const sizes = nearestSizes(spec);
  const asTheyAre = sizes.length === 0 ? '' : ` As they are, they fit together at an input of ${sizes.join(' and ')}.`;
  const same = what.includes('channels') ? 'strides, padding and filters' : 'strides and padding';
  return new InceptionError('INVALID_ARGUMENT', `${message} Give the branches the same ${same}.${asTheyAre}`);
}
