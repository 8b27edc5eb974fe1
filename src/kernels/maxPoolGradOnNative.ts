import { backend_util, type KernelConfig, type TensorInfo } from '@tensorflow/tfjs';
import { attributes, overNativeKernel, type AttributeValues, type NativeBackend } from './nativeBackend.js';
import type { PoolAttributes } from './poolGeometry.js';
import { ONE_DNN_LABEL, throughOneDnn } from './throughOneDnn.js';

type Inputs = Readonly<Record<'dy' | 'input' | 'output', TensorInfo>>;

/**
 * The gradient of max pooling through oneDNN: pooling once more, which finds where each window's largest pixel lies, and spreading the
 * gradient by that. TensorFlow's own eager kernel takes 7 to 60 times as long on a CPU, and gives the same values: the first of equal
 * pixels gets the gradient.
 */
export const maxPoolGradOnNative = (original: KernelConfig): KernelConfig =>
  overNativeKernel<Inputs, PoolAttributes>(original, ({ inputs, attrs, backend }) => {
    const pooling = poolingOf(inputs.input, attrs);
    if (pooling === undefined || inputs.dy.dtype !== 'float32') return undefined;
    return throughOneDnn(backend, () => spread(backend, pooling, inputs));
  });

function spread(backend: NativeBackend, pooling: AttributeValues, { dy, input, output }: Inputs): TensorInfo {
  const operation = attributes(backend, pooling);
  const [pooled, places] = backend.executeMultipleOutputs('_MklNativeMaxPool', operation, [input], 2);
  pooled.dispose();
  try {
    return backend.executeSingleOutput('_MklNativeMaxPoolGrad', operation, [input, output, dy, places]);
  } finally {
    places.dispose();
  }
}

/** TensorFlow's attributes; undefined for padding that TensorFlow does not know. */
function poolingOf({ shape }: TensorInfo, { filterSize, strides, pad, dimRoundingMode }: PoolAttributes): AttributeValues | undefined {
  const info = backend_util.computePool2DInfo(shape as [number, number, number, number], filterSize, strides, 1, pad, dimRoundingMode);
  const { filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = info;
  if (padInfo.type !== 'SAME' && padInfo.type !== 'VALID') return undefined;
  return {
    types: ['T'],
    integers: { ksize: [1, filterHeight, filterWidth, 1], strides: [1, strideHeight, strideWidth, 1] },
    texts: { padding: padInfo.type, data_format: 'NHWC', ...ONE_DNN_LABEL },
  };
}
