import { batchNormalization, convolution, type LayerNames } from './layerNames.js';

/** Keras' name of the n-th layer that was made of its class. */
export const autoName = (stem: string, index: number): string => (index === 0 ? stem : `${stem}_${index}`);

/**
 * Units whose convolution and batch normalisation Keras has named by counting, in the order in which both it and we make them.
 *
 * @param ours Our units' names.
 */
export function autoNumberedUnits(ours: readonly string[]): LayerNames[] {
  return ours.flatMap((name, index) => [
    convolution(`${name}_conv`, autoName('conv2d', index)),
    batchNormalization(`${name}_bn`, autoName('batch_normalization', index)),
  ]);
}
