import type * as tf from '@tensorflow/tfjs';

/** The name under which tfjs-node and tfjs-node-gpu both register themselves with TensorFlow.js. */
export const NATIVE = 'tensorflow';

/** One attribute of a TensorFlow operation, as the addon takes it. */
interface OperationAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/** TensorFlow's numbers for the types of attributes and of tensors. */
type NativeConstant = 'TF_ATTR_TYPE' | 'TF_ATTR_INT' | 'TF_ATTR_FLOAT' | 'TF_ATTR_BOOL' | 'TF_ATTR_STRING' | 'TF_FLOAT';

/** The part of TensorFlow.js' native backend that the kernels of this room work with. */
export interface NativeBackend {
  readonly isUsingGpuDevice: boolean;
  readonly binding: Readonly<Record<NativeConstant, number>>;
  incRef(dataId: object): void;
  executeSingleOutput(operation: string, attributes: readonly OperationAttribute[], inputs: readonly tf.TensorInfo[]): tf.Tensor;
  executeMultipleOutputs(
    operation: string,
    attributes: readonly OperationAttribute[],
    inputs: readonly tf.TensorInfo[],
    outputs: number,
  ): tf.Tensor[];
}

/** What TensorFlow.js hands to a kernel, for the native backend. */
interface NativeKernelArguments<Inputs, Attributes> {
  readonly inputs: Inputs;
  readonly attrs: Attributes;
  readonly backend: NativeBackend;
}

/** Attributes by kind, for JavaScript has one type of number where TensorFlow has two. */
export interface AttributeValues {
  /** Names of attributes that say which type the numbers have: float32, always. */
  readonly types?: readonly string[];
  readonly integers?: Readonly<Record<string, number | readonly number[]>>;
  readonly floats?: Readonly<Record<string, number>>;
  readonly flags?: Readonly<Record<string, boolean>>;
  readonly texts?: Readonly<Record<string, string>>;
}

/** Attributes in the form that the addon takes. */
export function attributes({ binding }: NativeBackend, values: AttributeValues): OperationAttribute[] {
  const { types = [], integers = {}, floats = {}, flags = {}, texts = {} } = values;
  const all = (kind: NativeConstant, named: Readonly<Record<string, unknown>>): OperationAttribute[] =>
    Object.entries(named).map(([name, value]) => ({ name, type: binding[kind], value }));
  return [
    ...types.map((name) => ({ name, type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT })),
    ...all('TF_ATTR_INT', integers),
    ...all('TF_ATTR_FLOAT', floats),
    ...all('TF_ATTR_BOOL', flags),
    ...all('TF_ATTR_STRING', texts),
  ];
}

/** A kernel of the native backend, in the form TensorFlow.js registers. */
export function nativeKernel<Inputs, Attributes>(
  kernelName: string,
  kernelFunc: (args: NativeKernelArguments<Inputs, Attributes>) => tf.TensorInfo | tf.TensorInfo[],
): tf.KernelConfig {
  return { kernelName, backendName: NATIVE, kernelFunc: kernelFunc as unknown as tf.KernelFunc };
}

/**
 * A kernel that does better than tfjs-node's own in the cases that matter here, and hands it the others.
 *
 * @param kernelFunc Returns undefined for a case that it leaves to the original.
 */
export function overNativeKernel<Inputs, Attributes>(
  original: tf.KernelConfig,
  kernelFunc: (args: NativeKernelArguments<Inputs, Attributes>) => tf.TensorInfo | undefined,
): tf.KernelConfig {
  const better = kernelFunc as unknown as (args: Parameters<tf.KernelFunc>[0]) => tf.TensorInfo | undefined;
  return { ...original, kernelFunc: (args) => better(args) ?? original.kernelFunc(args) };
}
