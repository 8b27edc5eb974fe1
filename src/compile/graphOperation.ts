import type { RecordedOperation } from './recording.js';

/** How the names of oneDNN's operations begin that TensorFlow itself puts in place of its own, in graphs. */
const ONE_DNN = /^_MklNative/;

/** How many inputs TensorFlow's own operation takes; oneDNN's takes what its forward operation left for it as well. */
const INPUTS: Readonly<Record<string, number>> = { MaxPool: 1, MaxPoolGrad: 3 };

/** An operation as a graph is to have it: kernels that ask for oneDNN's operations by name leave that to TensorFlow there. */
export function graphOperation(recorded: RecordedOperation): RecordedOperation {
  if (!ONE_DNN.test(recorded.operation)) return recorded;
  const operation = recorded.operation.replace(ONE_DNN, '');
  const attributes = recorded.attributes.filter(({ name }) => name !== '_kernel');
  return { ...recorded, operation, attributes, inputs: recorded.inputs.slice(0, INPUTS[operation]) };
}
