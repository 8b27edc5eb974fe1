import { auxiliaryHeadSteps } from './auxiliaryHeadSteps.js';
import { LOCAL_RESPONSE_NORMALIZATION, type GooglenetVariant } from './googlenetVariants.js';
import { convolution } from './shortSteps.js';
import type { AuxiliaryHeadSpec, PoolStep, Step } from './types.js';

/** What stands before the first module. */
export function stem(variant: GooglenetVariant): Step[] {
  const norm = (name: string): Step[] => (variant.localResponseNormalization ? [{ ...LOCAL_RESPONSE_NORMALIZATION, name }] : []);
  return [
    convolution('conv1', 64, 7, { strides: 2, padding: variant.symmetricPadding ? { zeros: 3 } : 'same' }),
    shrink('pool1', 3, variant),
    ...norm('norm1'),
    convolution('conv2_reduce', 64, 1),
    convolution('conv2', 192, 3),
    ...norm('norm2'),
    shrink('pool2', 3, variant),
  ];
}

/** A pool that halves height and width. */
export function shrink(name: string, poolSize: number, { poolPadding }: GooglenetVariant): PoolStep {
  return { op: 'maxPool', name, poolSize, strides: 2, padding: poolPadding };
}

/** One of GoogLeNet's two heads, at the module it reads. */
export function head(position: string, { headPool }: GooglenetVariant): AuxiliaryHeadSpec {
  return { name: `auxiliary_${position}`, after: `inception_${position}`, lossWeight: 0.3, steps: auxiliaryHeadSteps(headPool) };
}
