import * as tf from '@tensorflow/tfjs';
import type { NativeBinding, NativeTensor, OperationAttribute } from './nativeBackend.js';
import type { RecordedOperation, Recording, Source } from './recording.js';

/** Makes a value that a graph keeps from the network's weights, in the order in which they were recorded. */
export type PreparedValue = (weights: readonly tf.Tensor[]) => tf.Tensor;

/** A network's forward pass of which everything that follows from the weights alone was computed before. */
export interface FoldedRecording {
  /** Its variables are no longer the weights. */
  readonly recording: Recording;
  /** What its variables are. Each result belongs to the caller, or is one of the weights. */
  readonly values: readonly PreparedValue[];
}

/** A convolution and the batch normalization after it, which together are a convolution with other kernels, and a bias. */
interface Fold {
  readonly convolution: RecordedOperation;
  readonly kernel: PreparedValue;
  readonly bias: PreparedValue;
}

/**
 * Joins each batch normalization that uses moving statistics with the convolution before it, and writes biases as TensorFlow's graph
 * optimizer looks for them: convolution, bias and ReLU then run as one kernel.
 *
 * @param recording Of a function that changes none of its variables.
 */
export function foldNormalization(recording: Recording, binding: NativeBinding): FoldedRecording {
  const { operations } = recording;
  const kept = new KeptValues(recording);
  const uses = usesOf(recording);
  const moved = new Map<number, number>();
  const made: RecordedOperation[] = [];
  const at = (source: Source): Source => {
    if (source.kind === 'variable') return kept.weight(source.index);
    return source.kind === 'operation' ? { ...source, index: moved.get(source.index)! } : source;
  };
  const add = (operation: RecordedOperation): Source => ({ kind: 'operation', index: made.push(operation) - 1, output: 0 });
  // What nothing needs any more would still ask for the weights that it reads.
  const folds = operations.map((operation) => foldOf(recording, operation, uses));
  const gone = new Set(folds.map((fold) => fold?.convolution));
  operations.forEach((operation, index) => {
    const fold = folds[index];
    if (fold !== undefined) {
      const { convolution, kernel, bias } = fold;
      const kernels = kept.add(shapeOf(recording, convolution.inputs[1]), kernel);
      const convolved = add({ ...convolution, inputs: [at(convolution.inputs[0]), kernels] });
      const [output] = operation.outputs;
      add(biasAdd(binding, operation, [convolved, kept.add(output.shape.slice(-1), bias)]));
    } else if (gone.has(operation)) {
      return;
    } else {
      const inputs = biasedInputs(recording, operation);
      if (inputs) add(biasAdd(binding, operation, inputs.map(at)));
      else add({ ...operation, inputs: operation.inputs.map(at) });
    }
    moved.set(index, made.length - 1);
  });
  const outputs = new Map([...recording.outputs].map(([name, source]) => [name, at(source)]));
  return { recording: { ...recording, operations: made, outputs, variables: kept.tensors }, values: kept.values };
}

/** The values that the graph keeps: weights that are read as they are, each once, and what folding makes of others. */
class KeptValues {
  readonly tensors: NativeTensor[] = [];
  readonly values: PreparedValue[] = [];
  private readonly weights = new Map<number, Source>();

  constructor(private readonly recording: Recording) {}

  weight(index: number): Source {
    const known = this.weights.get(index) ?? this.keep(this.recording.variables[index], (weights) => weights[index]);
    this.weights.set(index, known);
    return known;
  }

  add(shape: readonly number[], value: PreparedValue): Source {
    return this.keep({ ...this.recording.variables[0], shape }, value);
  }

  private keep(tensor: NativeTensor, value: PreparedValue): Source {
    this.values.push(value);
    return { kind: 'variable', index: this.tensors.push(tensor) - 1 };
  }
}

/** How often each result is used. */
function usesOf({ operations, outputs }: Recording): ReadonlyMap<string, number> {
  const uses = new Map<string, number>();
  for (const source of [...operations.flatMap(({ inputs }) => inputs), ...outputs.values()]) {
    uses.set(JSON.stringify(source), (uses.get(JSON.stringify(source)) ?? 0) + 1);
  }
  return uses;
}

function foldOf(recording: Recording, operation: RecordedOperation, uses: ReadonlyMap<string, number>): Fold | undefined {
  if (operation.operation !== 'FusedBatchNormV3' || attributeOf(operation, 'is_training') !== false) return undefined;
  const [x, ...parameters] = operation.inputs;
  const convolution = x.kind === 'operation' ? recording.operations[x.index] : undefined;
  if (convolution?.operation !== 'Conv2D' || uses.get(JSON.stringify(x)) !== 1 || convolution.inputs[1].kind !== 'variable') {
    return undefined;
  }
  const [gamma, beta, mean, variance] = parameters.map((source) => valueOf(recording, source));
  const kernel = valueOf(recording, convolution.inputs[1]);
  if (!kernel || !gamma || !beta || !mean || !variance) return undefined;
  const epsilon = attributeOf(operation, 'epsilon') as number;
  const scale: PreparedValue = (weights) => tf.mul(gamma(weights), tf.rsqrt(tf.add(variance(weights), epsilon)));
  return {
    convolution,
    kernel: (weights) => tf.mul(kernel(weights), scale(weights)),
    bias: (weights) => tf.sub(beta(weights), tf.mul(mean(weights), scale(weights))),
  };
}

/** What gives a weight, or the zeros and ones that stand for one that a layer has not; undefined for anything else. */
function valueOf({ operations }: Recording, source: Source): PreparedValue | undefined {
  if (source.kind === 'variable') return (weights) => weights[source.index];
  if (source.kind !== 'operation') return undefined;
  const { operation, outputs } = operations[source.index];
  const shape = [...outputs[source.output].shape];
  if (operation === 'OnesLike') return () => tf.ones(shape);
  return operation === 'ZerosLike' ? () => tf.zeros(shape) : undefined;
}

/** A convolution's result and the bias, if a sum is of these. */
function biasedInputs(recording: Recording, { operation, inputs, outputs }: RecordedOperation): readonly Source[] | undefined {
  if (operation !== 'Add' && operation !== 'AddV2') return undefined;
  const [x, bias] = inputs;
  if (x.kind !== 'operation' || bias.kind !== 'variable') return undefined;
  const isConvolved = recording.operations[x.index].operation === 'Conv2D';
  const [length, ...rest] = shapeOf(recording, bias);
  return isConvolved && rest.length === 0 && length === outputs[0].shape.at(-1) ? inputs : undefined;
}

function biasAdd({ TF_ATTR_TYPE, TF_ATTR_STRING, TF_FLOAT }: NativeBinding, replaced: RecordedOperation, inputs: readonly Source[]) {
  const attributes: OperationAttribute[] = [
    { name: 'T', type: TF_ATTR_TYPE, value: TF_FLOAT },
    { name: 'data_format', type: TF_ATTR_STRING, value: 'NHWC' },
  ];
  return { ...replaced, operation: 'BiasAdd', attributes, inputs, outputs: replaced.outputs.slice(0, 1) };
}

function shapeOf({ variables, operations }: Recording, source: Source): readonly number[] {
  if (source.kind === 'variable') return variables[source.index].shape;
  return source.kind === 'operation' ? operations[source.index].outputs[source.output].shape : [];
}

const attributeOf = ({ attributes }: RecordedOperation, name: string): unknown =>
  attributes.find((attribute) => attribute.name === name)?.value;
