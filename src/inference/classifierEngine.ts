import type { EngineReport } from './classifier.js';

/** A picture as a network's input takes it, `[height, width, 3]`, RGB 0–255: bytes, or the values of a caller's tensor. */
export type Pixels = Uint8Array | Float32Array;

/** Computes what a network says of pictures; how it does so is its own. */
export interface ClassifierEngine extends EngineReport {
  /**
   * @param pictures Of the network's input size, not yet preprocessed.
   * @returns For each head one row for each picture, one value a class, as the network ends: probabilities or logits.
   */
  run(pictures: readonly Pixels[]): Promise<Float32Array[][]>;
  /** Frees what the engine made. A run under way ends first. */
  dispose(): void;
}

/** Pictures one after the other in memory of one type, `[pictures, height, width, 3]`. */
export function packed<Values extends Pixels>(pictures: readonly Pixels[], Values: new (length: number) => Values): Values {
  const values = new Values(pictures.length * pictures[0].length);
  pictures.forEach((picture, index) => values.set(picture, index * picture.length));
  return values;
}

/** The values of one head, `[pictures, classes]`, as a row for each picture. */
export function rowsOf(values: Float32Array, pictures: number): Float32Array[] {
  const classes = values.length / pictures;
  return Array.from({ length: pictures }, (_, row) => values.subarray(row * classes, (row + 1) * classes));
}
