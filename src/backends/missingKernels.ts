import * as tf from '@tensorflow/tfjs';

/** Every operation that a training step of this library's networks may run, forward and backward. */
const TRAINING_KERNELS: readonly string[] = [
  ...['Conv2D', 'FusedConv2D', 'Conv2DBackpropInput', 'Conv2DBackpropFilter', 'BatchMatMul', '_FusedMatMul'],
  ...['DepthwiseConv2dNative', 'FusedDepthwiseConv2D', 'DepthwiseConv2dNativeBackpropInput', 'DepthwiseConv2dNativeBackpropFilter'],
  ...['MaxPool', 'MaxPoolGrad', 'AvgPool', 'AvgPoolGrad', 'LRN', 'LRNGrad'],
  ...['Relu', 'Step', 'Softmax', 'Sigmoid', 'Tanh', 'Exp', 'Log', 'Sqrt', 'Rsqrt', 'Square', 'SquaredDifference', 'Pow'],
  ...['Add', 'AddN', 'Sub', 'Multiply', 'RealDiv', 'Neg', 'Maximum', 'Minimum', 'ClipByValue', 'Floor'],
  ...['Sum', 'Mean', 'Max', 'ArgMax', 'OneHot', 'Greater', 'GreaterEqual', 'Less', 'Equal', 'Select', 'LogicalAnd'],
  ...['Concat', 'Slice', 'SplitV', 'PadV2', 'Transpose', 'Reshape', 'Tile', 'Cast', 'Identity', 'ExpandDims', 'Pack', 'Unpack', 'Reverse'],
  ...['Fill', 'ZerosLike', 'OnesLike', 'GatherV2', 'UnsortedSegmentSum'],
];

/** TensorFlow.js' name for the backends that this library calls otherwise. */
const REGISTERED_AS: Readonly<Record<string, string>> = { 'tfjs-node': 'tensorflow', 'tfjs-node-gpu': 'tensorflow' };

/**
 * The operations that a training step may need and a backend does not have, sorted. TensorFlow.js itself notices one at a time, in the
 * middle of a step, by a bare kernel name (tfjs#8474).
 *
 * @param backendName A name that `useBackend` takes, or TensorFlow.js' own (`'tensorflow'`). A backend that was never loaded lacks all.
 * @returns Kernel names; empty if the backend can train.
 *
 * @example
 * ```ts
 * await useBackend('wasm');
 * missingKernels('wasm'); // []
 * ```
 */
export function missingKernels(backendName: string): string[] {
  const registered = REGISTERED_AS[backendName] ?? backendName;
  return TRAINING_KERNELS.filter((kernel) => tf.getKernel(kernel, registered) === undefined).sort();
}
