import { InceptionError } from '../errors.js';
import { spellShape, type ShapeRow, type TensorShape } from './shapeRow.js';
import { traceChain, type Trace } from './traceStep.js';
import type { NetworkSpec } from './types.js';

/**
 * A network's operations at any input shape, not only its own.
 *
 * @param checkMerges See {@link Trace}.
 * @throws WindowMisfit if a window does not fit its input; MergeMisfit if branches do not fit together.
 */
export function traceNetwork(spec: NetworkSpec, inputShape: TensorShape, checkMerges: boolean): readonly ShapeRow[] {
  const trace: Trace = { rows: [], checkMerges };
  const trunk = traceChain(spec.trunk, inputShape, { path: 'trunk', place: { part: 'trunk' } }, trace);
  const names = new Set(spec.trunk.map(({ name }) => name));
  const stages = new Map(trace.rows.filter(({ name }) => names.has(name)).map(({ name, outputShape }) => [name, outputShape]));
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
