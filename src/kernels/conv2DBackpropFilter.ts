import type { TensorInfo } from '@tensorflow/tfjs';
import { convolutionGeometry, type ConvolutionAttributes, type WindowGeometry } from './convolutionGeometry.js';
import { floats, reshaped, runWasmKernel, wasmKernel, type WasmBackend } from './wasmBackend.js';

interface Inputs {
  readonly x: TensorInfo;
  readonly dy: TensorInfo;
}

interface Attributes extends ConvolutionAttributes {
  readonly filterShape: [number, number, number, number];
}

/** The gradient of a convolution by its filter: the transposed patches of `x`, times `dy`, as one product per picture. */
export const conv2DBackpropFilter = wasmKernel<Inputs, Attributes>('Conv2DBackpropFilter', ({ inputs, attrs, backend }) => {
  const { x, dy } = inputs;
  const geometry = convolutionGeometry('Conv2DBackpropFilter', x.shape, attrs.filterShape, dy.shape, attrs);
  const { batchSize, outHeight, outWidth, outChannels } = geometry;
  const rows = geometry.filterHeight * geometry.filterWidth * geometry.inChannels;
  const positions = batchSize * outHeight * outWidth;
  const patches = transposedPatches(backend, x, geometry, rows, positions);
  const product = runWasmKernel(
    backend,
    'BatchMatMul',
    { a: reshaped(patches, [1, rows, positions]), b: reshaped(dy, [1, positions, outChannels]) },
    { transposeA: false, transposeB: false },
  );
  backend.disposeData(patches.dataId);
  return reshaped(product, [...attrs.filterShape]);
});

/** `[filterHeight · filterWidth · inChannels, batch · outHeight · outWidth]`: row by row what each weight saw. */
function transposedPatches(backend: WasmBackend, x: TensorInfo, g: WindowGeometry, rows: number, positions: number): TensorInfo {
  const out = backend.makeOutput([rows, positions], 'float32');
  const to = floats(backend, out);
  const from = floats(backend, x);
  to.fill(0);
  const { inHeight, inWidth, inChannels, outHeight, outWidth } = g;
  for (let tapRow = 0, row = 0; tapRow < g.filterHeight; tapRow++) {
    for (let tapColumn = 0; tapColumn < g.filterWidth; tapColumn++, row += inChannels) {
      for (let line = 0; line < g.batchSize * outHeight; line++) {
        const y = (line % outHeight) * g.strideHeight + tapRow - g.padTop;
        if (y < 0 || y >= inHeight) continue;
        const source = (Math.floor(line / outHeight) * inHeight + y) * inWidth;
        for (let column = 0; column < outWidth; column++) {
          const xx = column * g.strideWidth + tapColumn - g.padLeft;
          if (xx < 0 || xx >= inWidth) continue;
          const start = (source + xx) * inChannels;
          let target = row * positions + line * outWidth + column;
          for (let channel = 0; channel < inChannels; channel++, target += positions) to[target] = from[start + channel]!;
        }
      }
    }
  }
  return out;
}
