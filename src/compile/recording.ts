import type { NativeTensor, NativeValues, OperationAttribute } from './nativeBackend.js';

/** Where a value of a recording comes from. */
export type Source =
  | { readonly kind: 'input'; readonly name: string }
  /** `after`: the index of the operation that updated it in place; absent for its value at the beginning. */
  | { readonly kind: 'variable'; readonly index: number; readonly after?: number }
  | { readonly kind: 'constant'; readonly index: number }
  | { readonly kind: 'operation'; readonly index: number; readonly output: number };

/** A tensor that JavaScript wrote while the recording ran. */
export interface RecordedConstant {
  readonly shape: readonly number[];
  /** TensorFlow's number for the type. */
  readonly dtype: number;
  readonly values: NativeValues;
  /** The operation that read it first. */
  readonly reader: number;
}

/** One of TensorFlow's operations. */
export interface RecordedOperation {
  readonly operation: string;
  readonly attributes: readonly OperationAttribute[];
  readonly inputs: readonly Source[];
  readonly outputs: readonly NativeTensor[];
  /** The layer that computed it, or that computed what it works on: those of the backward pass. */
  readonly layer?: string;
  /** Variables that it updates in place, by index; their handles come before its inputs. */
  readonly updates?: readonly number[];
}

/** All that a function of tensors and variables had TensorFlow do. */
export interface Recording {
  readonly inputs: readonly (NativeTensor & { readonly name: string })[];
  readonly variables: readonly NativeTensor[];
  readonly constants: readonly RecordedConstant[];
  readonly operations: readonly RecordedOperation[];
  /** By name. */
  readonly outputs: ReadonlyMap<string, Source>;
  /** The new values of variables, by index, that no operation has updated in place. */
  readonly assignments: ReadonlyMap<number, Source>;
  /** A scalar; unless it is true, the variables stay as they are. */
  readonly condition?: Source;
}

/** Why what was recorded cannot stand for the function: it would do something else another time. */
export class NotRecordable extends Error {}

/** An operation, as messages name it. */
export const nameOf = ({ operation, layer }: RecordedOperation): string =>
  layer === undefined ? operation : `${operation} of layer ${layer}`;
