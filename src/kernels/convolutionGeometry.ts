import * as tf from '@tensorflow/tfjs';

type Shape4D = [number, number, number, number];
type Pair = [number, number] | number;

/** The attributes that TensorFlow.js gives to the gradient kernels of both kinds of convolution. */
export interface ConvolutionAttributes {
  readonly strides: Pair;
  readonly pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
  readonly dataFormat?: 'NHWC' | 'NCHW';
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
  readonly dilations?: Pair;
}

/** Where each output position of a convolution or pooling looks into its input; NHWC, in pixels. */
export interface WindowGeometry {
  readonly batchSize: number;
  readonly inHeight: number;
  readonly inWidth: number;
  readonly inChannels: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly outChannels: number;
  readonly filterHeight: number;
  readonly filterWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly padTop: number;
  readonly padLeft: number;
}

/**
 * The geometry of a convolution whose gradient is asked for. The output size is that of `dy`: TensorFlow.js does not pass the forward
 * call's rounding mode on to the gradient, so its own computation may be off by one there.
 *
 * @throws Error for NCHW and for dilations, which TensorFlow.js' gradients refuse as well.
 */
export function convolutionGeometry(
  kernelName: string,
  inputShape: number[],
  filterShape: number[],
  dyShape: number[],
  attrs: ConvolutionAttributes,
): WindowGeometry {
  const { strides, pad, dataFormat = 'NHWC', dimRoundingMode, dilations = 1 } = attrs;
  if (dataFormat !== 'NHWC') throw new Error(`${kernelName} on wasm: expected dataFormat 'NHWC', got '${dataFormat}'.`);
  if ([dilations].flat().some((rate) => rate !== 1)) {
    throw new Error(`${kernelName} on wasm: expected dilations of 1, got ${String(dilations)}.`);
  }
  const info = tf.backend_util.computeConv2DInfo(inputShape as Shape4D, filterShape as Shape4D, strides, 1, pad, dimRoundingMode);
  return { ...info, ...outputOf(dyShape), padTop: info.padInfo.top, padLeft: info.padInfo.left };
}

function outputOf([, outHeight, outWidth, outChannels]: number[]): { outHeight: number; outWidth: number; outChannels: number } {
  return { outHeight: outHeight, outWidth: outWidth, outChannels: outChannels };
}

/**
 * Visits every pair of an input pixel and an output position that sees it, tap by tap.
 *
 * @param visit Gets the pixel's index among all input pixels, the position's among all output positions, and the tap's in the filter.
 */
export function forEachTap(g: WindowGeometry, visit: (pixel: number, position: number, tap: number) => void): void {
  for (let line = 0; line < g.batchSize * g.outHeight; line++) {
    const picture = Math.floor(line / g.outHeight) * g.inHeight;
    const top = (line % g.outHeight) * g.strideHeight - g.padTop;
    for (let column = 0; column < g.outWidth; column++) {
      const left = column * g.strideWidth - g.padLeft;
      for (let row = Math.max(0, -top); row < Math.min(g.filterHeight, g.inHeight - top); row++) {
        for (let tap = Math.max(0, -left); tap < Math.min(g.filterWidth, g.inWidth - left); tap++) {
          visit((picture + top + row) * g.inWidth + left + tap, line * g.outWidth + column, row * g.filterWidth + tap);
        }
      }
    }
  }
}
