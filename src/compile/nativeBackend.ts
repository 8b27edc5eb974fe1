import * as tf from '@tensorflow/tfjs';

/** The name under which tfjs-node and tfjs-node-gpu both register themselves with TensorFlow.js. */
const NATIVE = 'tensorflow';

/** A tensor of TensorFlow's, as the addon knows it. */
export interface NativeTensor {
  /** Never given to another tensor, not even after this one is deleted. */
  readonly id: number;
  readonly shape: readonly number[];
  /** TensorFlow's number for the type. */
  readonly dtype: number;
}

/** One attribute of an operation; `type` says how `value` is to be written. */
export interface OperationAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/** The typed arrays that the addon takes and gives. */
export type NativeValues = Float32Array | Int32Array | Uint8Array | BigInt64Array;

/** The part of tfjs-node's addon that recording and running graphs needs. */
export interface NativeBinding {
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_BOOL: number;
  readonly TF_FLOAT: number;
  createTensor(shape: readonly number[], dtype: number, values: NativeValues): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): NativeValues;
  executeOp(operation: string, attributes: readonly OperationAttribute[], inputs: readonly number[], outputs: number): NativeTensor[];
  loadSavedModel(folder: string, tags: string): number;
  runSavedModel(session: number, inputs: readonly number[], inputNames: string, outputNames: string): NativeTensor[];
  deleteSavedModel(session: number): void;
}

/** Where the backend keeps a tensor; `id` is none while the values wait in JavaScript. */
export interface TensorEntry {
  readonly shape: readonly number[];
  readonly dtype: number;
  readonly id: number;
  readonly values: unknown;
  refCount: number;
}

/** The part of TensorFlow.js' native backend that recording and running graphs needs. */
export interface NativeBackend {
  binding: NativeBinding;
  readonly tensorMap: {
    has(dataId: object): boolean;
    get(dataId: object): TensorEntry;
    set(dataId: object, entry: TensorEntry): void;
  };
  /** A tensor of TensorFlow.js for one of the addon's. */
  createOutputTensor(tensor: NativeTensor): tf.Tensor;
  /** Uploads what still waits in JavaScript. */
  getInputTensorIds(tensors: readonly tf.TensorInfo[]): number[];
}

/** The native backend, where it is the active one. */
export function activeNativeBackend(): NativeBackend | undefined {
  return tf.getBackend() === NATIVE ? (tf.backend() as unknown as NativeBackend) : undefined;
}

/** Whether the active backend can run graphs. */
export const hasGraphs = (): boolean => activeNativeBackend() !== undefined;
