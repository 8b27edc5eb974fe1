import { activeRecorder, type InPlaceOperation } from './recorder.js';

/**
 * Updates variables operation by operation. Where a graph is being recorded, that has one operation of TensorFlow's in their place, which
 * comes to the same.
 *
 * @param operation Only called where a graph is being recorded; undefined where there is no such operation.
 */
export function updateInPlace(operation: () => InPlaceOperation | undefined, eager: () => void): void {
  const recorder = activeRecorder();
  const known = recorder && operation();
  if (known) recorder.update(known, eager);
  else eager();
}
