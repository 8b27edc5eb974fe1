import { engine, StridedSlice, type KernelConfig, type NamedAttrMap, type Tensor, type TensorInfo } from '@tensorflow/tfjs';
import { overNativeKernel } from './nativeBackend.js';

type Inputs = Readonly<Record<'x' | 'dy', TensorInfo>>;

interface Attributes {
  readonly strides: number | readonly [number, number];
  readonly pad: unknown;
  readonly filterShape: readonly [number, number, number, number];
}

/** The most channels that one block of oneDNN's holds: 16 with AVX-512, fewer without. */
const BLOCK = 16;

/**
 * The gradient of a 1×1 convolution's filter from every stride-th pixel alone, and so without strides. Of a strided one over fewer
 * channels than a block oneDNN writes beyond the end of its workspace, and damages the heap: it gathers the same pixels there, channel
 * beside channel, but lets each thread begin as if they lay a whole block apart.
 *
 * @see https://github.com/uxlfoundation/oneDNN/issues/6035
 */
export const conv2DBackpropFilterOnNative = (original: KernelConfig): KernelConfig =>
  overNativeKernel<Inputs, Attributes>(original, ({ inputs: { x, dy }, attrs, backend }) => {
    const [filterHeight, filterWidth, channels] = attrs.filterShape;
    const [down, right] = typeof attrs.strides === 'number' ? [attrs.strides, attrs.strides] : attrs.strides;
    const isOverrun = filterHeight * filterWidth === 1 && down * right > 1 && channels < BLOCK;
    // Pixels all around, in numbers, would shift what is taken. 'same' adds none to a 1×1 filter.
    if (!isOverrun || typeof attrs.pad !== 'string' || backend.isUsingGpuDevice) return undefined;
    const slice = { begin: [0, 0, 0, 0], end: x.shape, strides: [1, down, right, 1], ...NO_MASKS };
    const taken = engine().runKernel<Tensor>(StridedSlice, { x: x as Tensor }, slice);
    try {
      return original.kernelFunc({
        inputs: { x: taken, dy },
        attrs: { ...attrs, strides: 1 } as unknown as NamedAttrMap,
        backend,
      }) as TensorInfo;
    } finally {
      taken.dispose();
    }
  });

/** What every slice says of the axes that it leaves whole, drops or adds: none. */
const NO_MASKS = { beginMask: 0, endMask: 0, ellipsisMask: 0, newAxisMask: 0, shrinkAxisMask: 0 };
