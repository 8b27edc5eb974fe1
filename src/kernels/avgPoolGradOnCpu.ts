import { util, type KernelConfig, type KernelFunc, type TensorInfo } from '@tensorflow/tfjs';
import { forEachWindow, poolGeometry, type PoolAttributes } from './poolGeometry.js';

/** The part of TensorFlow.js' cpu backend that the kernel works with. */
interface CpuBackend {
  readonly data: { get(dataId: object): { readonly values: Float32Array } };
  makeTensorInfo(shape: number[], dtype: 'float32', values: Float32Array): TensorInfo;
}

interface Arguments {
  readonly inputs: Readonly<Record<'dy' | 'input', TensorInfo>>;
  readonly attrs: PoolAttributes;
  readonly backend: CpuBackend;
}

/**
 * The gradient of average pooling: each window's `dy`, divided among the pixels that were averaged. TensorFlow.js' own kernel divides by
 * the size of the whole window, although its forward pass does not count padding.
 */
function avgPoolGradient({ inputs: { dy, input }, attrs, backend }: Arguments): TensorInfo {
  const g = poolGeometry(input, dy, attrs);
  const gradients = backend.data.get(dy.dataId).values;
  const dx = new Float32Array(util.sizeFromShape(input.shape));
  for (let channel = 0; channel < g.inChannels; channel++) {
    forEachWindow(g, channel, (pixels, position) => {
      for (const pixel of pixels) dx[pixel] += gradients[position] / pixels.length;
    });
  }
  return backend.makeTensorInfo([...input.shape], 'float32', dx);
}

export const avgPoolGradOnCpu: KernelConfig = {
  kernelName: 'AvgPoolGrad',
  backendName: 'cpu',
  kernelFunc: avgPoolGradient as unknown as KernelFunc,
};
