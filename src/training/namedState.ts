import * as tf from '@tensorflow/tfjs';
import { InceptionError } from '../errors.js';

/** Variables that outlive a step, by name. */
export type NamedState = Readonly<Record<string, tf.Variable>>;

/** A copy that does not change when training goes on. The caller disposes of it. */
export function copyState(state: NamedState): Record<string, tf.Tensor> {
  return Object.fromEntries(Object.entries(state).map(([name, variable]) => [name, tf.keep(tf.clone(variable))]));
}

/**
 * Gives variables the values that {@link copyState} took, bit for bit.
 *
 * @throws InceptionError `WEIGHTS_MISMATCH`, having changed nothing, if names or shapes differ; the message lists all.
 */
export function assignState(state: NamedState, values: Readonly<Record<string, tf.Tensor>>): void {
  const differences = stateDifferences(state, values);
  if (differences.length > 0) {
    throw new InceptionError(
      'WEIGHTS_MISMATCH',
      `The optimizer's state does not fit the model (- missing, + unexpected, ≠ shape):\n${differences.join('\n')}`,
    );
  }
  for (const [name, variable] of Object.entries(state)) variable.assign(values[name]);
}

function stateDifferences(expected: NamedState, actual: Readonly<Record<string, tf.Tensor>>): string[] {
  return [...new Set([...Object.keys(expected), ...Object.keys(actual)])].sort().flatMap((name) => {
    if (!(name in actual)) return [`- ${name}`];
    if (!(name in expected)) return [`+ ${name}`];
    if (tf.util.arraysEqual(expected[name].shape, actual[name].shape)) return [];
    return [`≠ ${name}: [${expected[name].shape.join(', ')}] here, [${actual[name].shape.join(', ')}] given`];
  });
}
