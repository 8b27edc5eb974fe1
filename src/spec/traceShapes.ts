import { InceptionError, invalidArgument } from '../errors.js';
import { spellShape, type ShapeRow, type TensorShape } from './shapeRow.js';
import { traceChain, WindowMisfit, type Trace } from './traceStep.js';
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

function traceNetwork(spec: NetworkSpec, inputShape: TensorShape, checkMerges: boolean): readonly ShapeRow[] {
  const trace: Trace = { rows: [], checkMerges };
  const trunk = traceChain(spec.trunk, inputShape, { path: 'trunk', place: { part: 'trunk' } }, trace);
  const stages = new Map(trace.rows.filter(({ path }) => /^trunk\[\d+\]$/.test(path)).map(({ name, outputShape }) => [name, outputShape]));
  const features = traceChain(spec.top, trunk, { path: 'top', place: { part: 'top' } }, trace);
  if (spec.classes > 0) trace.rows.push(classifier('main', 'top', features, spec.classes));
  spec.auxiliaryHeads.forEach(({ name, after, steps }, index) => {
    const start = stages.get(after);
    if (start === undefined) {
      const message = `auxiliaryHeads[${index}].after: expected one of ${[...stages.keys()].join(', ')}, got '${after}'.`;
      throw new InceptionError('INVALID_ARGUMENT', message);
    }
    const end = traceChain(steps, start, { prefix: name, path: `auxiliaryHeads[${index}].steps`, place: { part: name } }, trace);
    trace.rows.push(classifier(name, name, end, spec.classes));
  });
  return trace.rows;
}

/** A head's last layer. Its weights are the layer `<head>_logits`'s. */
function classifier(head: string, part: string, features: TensorShape, classes: number): ShapeRow {
  const name = `${head}_logits`;
  if (features.length !== 1) {
    const message = `${name}: expected a vector to classify, got ${spellShape(features)}. End the steps before it with a global pool or a flatten.`;
    throw new InceptionError('INVALID_ARGUMENT', message);
  }
  return { name, op: 'classifier', path: 'classes', part, inputShape: features, outputShape: [classes] };
}
