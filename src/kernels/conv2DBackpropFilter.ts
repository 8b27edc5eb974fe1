import type { TensorInfo } from '@tensorflow/tfjs';
import { convolutionGeometry, type ConvolutionAttributes } from './convolutionGeometry.js';
import { outputTiles } from './outputTiles.js';
import { paddedPictures } from './paddedPictures.js';
import { transposedProduct } from './transposedProduct.js';
import { addressOf, wasmKernel } from './wasmBackend.js';

interface Inputs {
  readonly x: TensorInfo;
  readonly dy: TensorInfo;
}

interface Attributes extends ConvolutionAttributes {
  readonly filterShape: [number, number, number, number];
}

/**
 * The gradient of a convolution by its filter. For each row of the filter it is a product: what the row's taps saw, transposed, times
 * `dy`. What they saw are runs of `filterWidth · inChannels` neighboring numbers of `x`, so that no patches are ever written out.
 */
export const conv2DBackpropFilter = wasmKernel<Inputs, Attributes>('Conv2DBackpropFilter', ({ inputs, attrs, backend }) => {
  const { x, dy } = inputs;
  const g = convolutionGeometry('Conv2DBackpropFilter', x.shape, attrs.filterShape, dy.shape, attrs);
  const pictures = paddedPictures(backend, x, g);
  const product = transposedProduct(backend, {
    groups: g.filterHeight,
    rows: g.filterWidth * g.inChannels,
    columns: g.outChannels,
    outShape: [...attrs.filterShape],
  });
  const [positionBytes, dyAt] = [4 * g.outChannels, addressOf(backend, dy)];
  const lineBytes = g.outWidth * positionBytes;
  for (const { positions, parts } of outputTiles(g, product.depth)) {
    for (const { picture, line, lines, column, columns, before } of parts) {
      const from = dyAt + (picture * g.outHeight + line) * lineBytes + column * positionBytes;
      product.packRight(before, { from, lines, lineBytes, pixels: columns, pixelBytes: positionBytes });
    }
    for (let tapRow = 0; tapRow < g.filterHeight; tapRow++) {
      for (const { picture, line, lines, column, columns, before } of parts) {
        const from = pictures.addressOf(picture, line * g.strideHeight + tapRow, column * g.strideWidth);
        const pixelBytes = 4 * g.strideWidth * g.inChannels;
        product.packLeft(before, { from, lines, lineBytes: g.strideHeight * pictures.lineBytes, pixels: columns, pixelBytes });
      }
      product.accumulate(tapRow, positions);
    }
  }
  pictures.dispose();
  return product.finish();
});
