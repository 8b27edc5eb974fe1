import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';

/** A convolution or pooling as the gradient kernels see it. */
export interface ConvolutionCase {
  readonly x: [number, number, number, number];
  readonly filter: [number, number, number, number];
  readonly dy: number[];
  readonly strides: [number, number];
  readonly pad: 'same' | 'valid' | number | tf.backend_util.ExplicitPadding;
  readonly dimRoundingMode?: 'floor' | 'ceil' | 'round';
  readonly seed: number;
}

const size = fc.integer({ min: 1, max: 12 });
const channels = fc.integer({ min: 1, max: 10 });
const side = fc.constantFrom(1, 2, 3, 5, 7);
const stride = fc.integer({ min: 1, max: 3 });
const pixels = fc.integer({ min: 0, max: 3 });
const explicit = fc.tuple(pixels, pixels, pixels, pixels).map(([top, bottom, left, right]): tf.backend_util.ExplicitPadding => [
  [0, 0],
  [top, bottom],
  [left, right],
  [0, 0],
]);

/** Sizes 1–12, kernels 1–7, strides 1–3, every kind of padding and rounding; no empty outputs. */
export function convolutionCases(kind: 'full' | 'depthwise' | 'pooling'): fc.Arbitrary<ConvolutionCase> {
  return fc
    .record({
      batch: fc.integer({ min: 1, max: 3 }),
      height: size,
      width: size,
      inChannels: channels,
      outChannels: kind === 'depthwise' ? fc.integer({ min: 1, max: 3 }) : channels,
      kernel: fc.tuple(side, side),
      strides: fc.tuple(stride, stride),
      pad: fc.oneof(fc.constantFrom('same' as const, 'valid' as const), explicit, pixels),
      dimRoundingMode: fc.constantFrom('floor' as const, 'ceil' as const, 'round' as const, undefined),
      seed: fc.nat(1e6),
    })
    .map(({ batch, height, width, inChannels, outChannels, kernel, strides, pad, dimRoundingMode, seed }) => {
      // TensorFlow.js takes a number of pixels to mean a square kernel with one stride, whatever it is given.
      const square = typeof pad === 'number';
      const [filterHeight, filterWidth, strideWidth] = [kernel[0], square ? kernel[0] : kernel[1], square ? strides[0] : strides[1]];
      const x: ConvolutionCase['x'] = [batch, height, width, inChannels];
      const filter: ConvolutionCase['filter'] = [filterHeight, filterWidth, inChannels, outChannels];
      const all = { x, filter, strides: [strides[0], strideWidth] as [number, number], pad, dimRoundingMode, seed };
      return { ...all, dy: outputShape(all, kind) };
    })
    .filter(({ dy }) => dy.every((length) => length > 0));
}

function outputShape({ x, filter, strides, pad, dimRoundingMode }: Omit<ConvolutionCase, 'dy'>, kind: string): number[] {
  if (kind === 'pooling') {
    return tf.backend_util.computePool2DInfo(x, [filter[0], filter[1]], strides, 1, pad, dimRoundingMode).outShape;
  }
  return tf.backend_util.computeConv2DInfo(x, filter, strides, 1, pad, dimRoundingMode, kind === 'depthwise').outShape;
}

/** The kinds of case that a run of a property must have met, so that it has proven something. */
export const CORNERS: Readonly<Record<string, (c: ConvolutionCase) => boolean>> = {
  'a kernel smaller than its stride': ({ filter, strides }) => filter[0] < strides[0] || filter[1] < strides[1],
  'a kernel larger than its input': ({ filter, x, pad }) => pad === 'same' && filter[0] > x[1],
  'a stride of 3': ({ strides }) => strides.includes(3),
  'stride 1': ({ strides }) => strides.every((pixelsApart) => pixelsApart === 1),
  'a 1×1 kernel': ({ filter }) => filter[0] === 1 && filter[1] === 1,
  'explicit padding': ({ pad }) => typeof pad === 'object',
  'padding as a number': ({ pad }) => typeof pad === 'number' && pad > 0,
  'rounding up': ({ pad, dimRoundingMode }) => typeof pad === 'object' && dimRoundingMode === 'ceil',
  'channels that fill vectors': ({ x }) => x[3] % 4 === 0,
  'channels that fill vectors, and one output': ({ x, filter }) => x[3] % 4 === 0 && filter[3] === 1,
  'channels that do not': ({ x }) => x[3] % 4 !== 0,
  'channels that do not, and outputs that do': ({ x, filter }) => x[3] % 4 !== 0 && (x[3] * filter[3]) % 4 === 0,
};

/** Counts the corners that the cases of a property lie in. */
export function cornerCounter(): { count(c: ConvolutionCase): void; missed(): string[] } {
  const met = new Set<string>();
  return {
    count: (c) => {
      for (const [corner, holds] of Object.entries(CORNERS)) if (holds(c)) met.add(corner);
    },
    missed: () => Object.keys(CORNERS).filter((corner) => !met.has(corner)),
  };
}
