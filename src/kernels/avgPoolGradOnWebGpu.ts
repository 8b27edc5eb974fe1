import { getKernel, type KernelConfig, type KernelFunc, type TensorInfo } from '@tensorflow/tfjs';
import { poolGeometry, type PoolAttributes, type PoolGeometry } from './poolGeometry.js';

/** The part of TensorFlow.js' WebGPU backend that the kernel works with. */
interface WebGpuBackend {
  makeTensorInfo(shape: number[], dtype: 'float32', values: Float32Array): TensorInfo;
  disposeData(dataId: object): void;
}

interface Arguments {
  readonly inputs: Readonly<Record<'dy' | 'input', TensorInfo>>;
  readonly attrs: PoolAttributes;
  readonly backend: WebGpuBackend;
}

/**
 * The gradient of average pooling: each window's `dy`, divided among the pixels that were averaged. TensorFlow.js' own kernel divides by
 * the size of the whole window, although its forward pass does not count padding: `dy` is enlarged beforehand by as much as it divides too
 * far.
 */
export function avgPoolGradOnWebGpu(original: KernelConfig): KernelConfig {
  const divideByWindow = original.kernelFunc as unknown as (args: Arguments) => TensorInfo;
  const multiply = getKernel('Multiply', original.backendName).kernelFunc as unknown as (args: object) => TensorInfo;
  const kernelFunc = ({ inputs: { dy, input }, attrs, backend }: Arguments): TensorInfo => {
    const g = poolGeometry(input, dy, attrs);
    const factors = backend.makeTensorInfo([1, g.outHeight, g.outWidth, 1], 'float32', windowFactors(g));
    const enlarged = multiply({ inputs: { a: dy, b: factors }, backend });
    const dx = divideByWindow({ inputs: { dy: enlarged, input }, attrs: { ...attrs, pad: padding(g) }, backend });
    for (const { dataId } of [factors, enlarged]) backend.disposeData(dataId);
    return dx;
  };
  return { ...original, kernelFunc: kernelFunc as unknown as KernelFunc };
}

/** Of every window: its size, divided by the number of its pixels that are not padding. */
function windowFactors(g: PoolGeometry): Float32Array {
  const rows = pixelsSeen(g.outHeight, g.strideHeight, g.filterHeight, g.padInfo.top, g.inHeight);
  const columns = pixelsSeen(g.outWidth, g.strideWidth, g.filterWidth, g.padInfo.left, g.inWidth);
  const size = g.filterHeight * g.filterWidth;
  return Float32Array.from(rows.flatMap((height) => columns.map((width) => (height * width === 0 ? 0 : size / (height * width)))));
}

/** How many pixels of a line each of the windows along it sees. */
function pixelsSeen(windows: number, stride: number, filter: number, before: number, pixels: number): number[] {
  return Array.from({ length: windows }, (_, window) => {
    const first = window * stride - before;
    return Math.max(0, Math.min(pixels, first + filter) - Math.max(0, first));
  });
}

/** The padding that gives as many windows as `dy` has, whatever the rounding was. */
function padding(g: PoolGeometry): PoolAttributes['pad'] {
  const { top, left } = g.padInfo;
  const bottom = (g.outHeight - 1) * g.strideHeight + g.filterHeight - g.inHeight - top;
  const right = (g.outWidth - 1) * g.strideWidth + g.filterWidth - g.inWidth - left;
  return [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
}
