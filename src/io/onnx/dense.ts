import { ownActivation } from './activations.js';
import { permuted, reshaped } from './constant.js';
import { optional, pointwise } from './convolutions.js';
import type { EmittedLayer, Emitter, Value } from './emittedLayer.js';

/** A product with a `[inputs, units]` kernel over the last axis; over feature maps that is a 1×1 convolution. */
export const dense: Emitter = (layer, [x]) => {
  const shape = x.shape.with(-1, layer.required('kernel').dims[1]);
  return ownActivation(layer, { name: product(layer, x), shape });
};

function product(layer: EmittedLayer, { name, shape }: Value): string {
  const [kernel, bias] = [layer.required('kernel'), optional(layer.weights('bias'))];
  const [inputs, units] = kernel.dims;
  switch (shape.length) {
    case 1:
      return layer.add('Gemm', [name, kernel, ...bias]);
    case 3:
      return layer.add('Conv', [name, reshaped(permuted(kernel, [1, 0]), [units, inputs, 1, 1]), ...bias], pointwise);
    default:
      return bias.reduce((sum, shift) => layer.add('Add', [sum, shift], {}, 'sum'), layer.add('MatMul', [name, kernel]));
  }
}
