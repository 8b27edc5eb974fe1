import type { RecordedConstant, RecordedOperation, Recording, Source } from '../../src/compile/recording.js';

/** TensorFlow's numbers of its types. */
export const FLOAT = 1;
export const INT32 = 3;
export const BOOL = 10;

/** The addon's numbers that a graph's definition needs. */
export const BINDING = {
  ...{ TF_ATTR_STRING: 0, TF_ATTR_INT: 1, TF_ATTR_FLOAT: 2, TF_ATTR_BOOL: 3, TF_ATTR_TYPE: 4 },
  ...{ TF_BOOL: BOOL, TF_FLOAT: FLOAT, TF_RESOURCE: 20 },
};

export const input = (name: string): Source => ({ kind: 'input', name });
export const constant = (index: number): Source => ({ kind: 'constant', index });
export const variable = (index: number, after?: number): Source => ({ kind: 'variable', index, ...(after !== undefined && { after }) });
export const result = (index: number): Source => ({ kind: 'operation', index, output: 0 });

export const scalar = (value: number): RecordedConstant => ({ shape: [], dtype: FLOAT, values: Float32Array.of(value), reader: 0 });

/** An operation on float32 scalars. */
export const operation = (name: string, inputs: readonly Source[], changes: Partial<RecordedOperation> = {}): RecordedOperation => ({
  operation: name,
  attributes: [{ name: 'T', type: BINDING.TF_ATTR_TYPE, value: FLOAT }],
  inputs,
  outputs: [{ id: 0, shape: [], dtype: FLOAT }],
  ...changes,
});

/** A recording of a function of the scalars x and y and of two variables, which are scalars. */
export const recording = (parts: Partial<Recording>): Recording => ({
  inputs: ['x', 'y'].map((name, id) => ({ name, id, shape: [], dtype: FLOAT })),
  variables: [2, 3].map((id) => ({ id, shape: [], dtype: FLOAT })),
  constants: [],
  operations: [],
  outputs: new Map(),
  assignments: new Map(),
  ...parts,
});
