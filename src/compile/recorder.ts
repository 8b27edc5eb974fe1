import * as tf from '@tensorflow/tfjs';
import { graphOperation } from './graphOperation.js';
import { LentTensor } from './lentTensor.js';
import type { NativeBackend, NativeBinding, NativeTensor, OperationAttribute } from './nativeBackend.js';
import { nameOf, NotRecordable, type RecordedConstant, type RecordedOperation, type Recording, type Source } from './recording.js';

/** One of TensorFlow's operations that updates variables in place. */
export interface InPlaceOperation {
  /** Its name, such as `ResourceApplyMomentum`. */
  readonly operation: string;
  readonly flags?: Readonly<Record<string, boolean>>;
  /** In the operation's order; it takes them before all else. */
  readonly variables: readonly tf.Variable[];
  /** What it takes after the variables. */
  readonly inputs: readonly tf.Tensor[];
}

/** What is known from the start. */
export interface RecorderSubject {
  readonly inputs: Readonly<Record<string, tf.Tensor>>;
  readonly variables: readonly tf.Variable[];
  /** The layer that is computing, for messages. */
  readonly layer: () => string | undefined;
}

/** What the function that was recorded gave, and on what condition its changes of variables hold. */
export interface RecordedResult {
  /** With a condition, none of them follows from a variable's new value, for there may be none. */
  readonly outputs: Readonly<Record<string, tf.Tensor>>;
  readonly condition?: tf.Tensor;
}

let active: Recorder | undefined;

/** The recording that is under way, if one is. */
export const activeRecorder = (): Recorder | undefined => active;

function whileActive<T>(recorder: Recorder, body: () => T): T {
  const outer = active;
  active = recorder;
  try {
    return body();
  } finally {
    active = outer;
  }
}

/** Takes down what TensorFlow.js has the addon do. */
export class Recorder {
  private readonly sources = new Map<number, Source>();
  private readonly constants: RecordedConstant[] = [];
  private readonly uploads = new Map<number, Omit<RecordedConstant, 'reader'>>();
  private readonly operations: RecordedOperation[] = [];
  /** The results of operations that an in-place update stands for. */
  private readonly unrecorded = new Set<number>();
  private readonly inputs: (NativeTensor & { readonly name: string })[];
  private readonly variables: NativeTensor[];
  /** Variables that the function is not to change, and what they held. */
  private readonly others: readonly { readonly variable: tf.Variable; readonly dataId: object }[];
  /** The addon itself, without this recorder between. */
  private readonly binding: NativeBinding;
  private isPaused = false;
  private problem: NotRecordable | undefined;

  constructor(
    private readonly backend: NativeBackend,
    private readonly subject: RecorderSubject,
  ) {
    this.binding = backend.binding;
    this.inputs = Object.entries(subject.inputs).map(([name, tensor]) => ({ name, ...this.describe(tensor) }));
    this.inputs.forEach(({ id, name }) => this.sources.set(id, { kind: 'input', name }));
    this.variables = subject.variables.map((variable, index) => {
      if (this.sources.has(backend.getInputTensorIds([variable])[0])) this.separate(variable);
      const described = this.describe(variable);
      this.sources.set(described.id, { kind: 'variable', index });
      return described;
    });
    this.others = otherVariables(subject.variables).map((variable) => ({ variable, dataId: variable.dataId }));
  }

  /**
   * Runs a function, which computes as ever, and takes down what it does.
   *
   * @throws What the function throws. That it cannot be recorded is said by {@link finish}.
   */
  run<T>(body: () => T): T {
    const { backend, binding } = this;
    const over: Partial<NativeBinding> = {
      executeOp: (operation, attributes, inputs, outputs) => {
        const results = binding.executeOp(operation, attributes, inputs, outputs);
        this.add(operation, attributes, inputs, results);
        return results;
      },
      createTensor: (shape, dtype, values) => {
        const id = binding.createTensor(shape, dtype, values);
        // A copy, for JavaScript may write other values into the same array.
        this.uploads.set(id, { shape, dtype, values: values.slice() });
        return id;
      },
      tensorDataSync: (id) => {
        this.noteRead(id);
        return binding.tensorDataSync(id);
      },
    };
    const properties = Object.entries(over).map(([name, value]) => [name, { value }]);
    backend.binding = Object.create(binding, Object.fromEntries(properties) as PropertyDescriptorMap) as NativeBinding;
    try {
      return whileActive(this, body);
    } finally {
      backend.binding = binding;
    }
  }

  /** Runs what updates variables operation by operation; in the recording one operation stands for it, where it can. */
  update({ operation, flags = {}, variables, inputs }: InPlaceOperation, eager: () => void): void {
    if (!variables.every((variable) => this.isUntouched(variable))) return eager();
    const { backend, binding } = this;
    const updates = variables.map((variable) => this.subject.variables.indexOf(variable));
    const sources = backend.getInputTensorIds(inputs).map((id) => this.sourceOf(id));
    this.isPaused = true;
    try {
      eager();
    } finally {
      this.isPaused = false;
    }
    const attributes = [
      { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
      ...Object.entries(flags).map(([name, value]) => ({ name, type: binding.TF_ATTR_BOOL, value })),
    ];
    const index = this.operations.push({ operation, attributes, inputs: sources, outputs: [], updates }) - 1;
    updates.forEach((variable, place) => {
      const [id] = backend.getInputTensorIds([variables[place]]);
      this.unrecorded.delete(id);
      this.sources.set(id, { kind: 'variable', index: variable, after: index });
    });
  }

  /** @throws NotRecordable if another run of the same function would have to do something else. */
  finish({ outputs, condition }: RecordedResult): Recording {
    const source = (tensor: tf.Tensor): Source => this.sourceOf(this.backend.getInputTensorIds([tensor])[0]);
    const named = new Map(Object.entries(outputs).map(([name, tensor]) => [name, source(tensor)]));
    const assignments = new Map<number, Source>();
    this.subject.variables.forEach((variable, index) => {
      const value = source(variable);
      if (value.kind !== 'variable' || value.index !== index) assignments.set(index, value);
    });
    const end = condition && source(condition);
    const changed = this.others.find(({ variable, dataId }) => !variable.isDisposed && variable.dataId !== dataId);
    if (changed) this.note(`it changes the variable ${changed.variable.name}, which is no weight of the model`);
    if (this.problem) throw this.problem;
    const { inputs, variables, constants, operations } = this;
    return { inputs, variables, constants, operations, outputs: named, assignments, ...(end && { condition: end }) };
  }

  /** Whether a variable still has its value of the beginning: what is assigned to it goes to the session only after all operations. */
  private isUntouched(variable: tf.Variable): boolean {
    const [id] = this.backend.getInputTensorIds([variable]);
    return this.variables[this.subject.variables.indexOf(variable)]?.id === id;
  }

  /** Gives a variable a tensor of its own, where another variable or an input has the same one. */
  private separate(variable: tf.Variable): void {
    const own = this.backend.createOutputTensor(this.binding.executeOp('Identity', [], this.backend.getInputTensorIds([variable]), 1)[0]);
    variable.assign(own);
    own.dispose();
  }

  private describe(tensor: tf.Tensor): NativeTensor {
    const [id] = this.backend.getInputTensorIds([tensor]);
    const { shape, dtype } = this.describeId(id);
    return { id, shape, dtype };
  }

  private describeId(id: number): NativeTensor {
    const { binding } = this;
    const [same] = binding.executeOp('Identity', [], [id], 1);
    binding.deleteTensor(same.id);
    return same;
  }

  private add(
    operation: string,
    attributes: readonly OperationAttribute[],
    ids: readonly number[],
    results: readonly NativeTensor[],
  ): void {
    if (this.isPaused) return results.forEach(({ id }) => void this.unrecorded.add(id));
    const inputs = ids.map((id) => this.sourceOf(id));
    const layer = this.subject.layer() ?? inputs.map((source) => this.layerOf(source)).find((name) => name !== undefined);
    const index =
      this.operations.push({
        ...graphOperation({ operation, attributes, inputs, outputs: results }),
        ...(layer !== undefined && { layer }),
      }) - 1;
    results.forEach(({ id }, output) => this.sources.set(id, { kind: 'operation', index, output }));
  }

  private layerOf(source: Source): string | undefined {
    return source.kind === 'operation' ? this.operations[source.index].layer : undefined;
  }

  private sourceOf(id: number): Source {
    const known = this.sources.get(id);
    if (known) return known;
    const other = this.others.find(({ variable }) => this.idOf(variable) === id)?.variable;
    if (other) this.note(`${this.subject.layer() ?? 'it'} reads the variable ${other.name}, which is no weight of the model`);
    if (this.unrecorded.has(id)) this.note('a value from within an update of the weights is used outside of it');
    const { binding } = this;
    const upload = this.uploads.get(id);
    const constant = upload ?? { ...this.describeId(id), values: binding.tensorDataSync(id) };
    const { shape, dtype, values } = constant;
    const source: Source = { kind: 'constant', index: this.constants.push({ shape, dtype, values, reader: this.operations.length }) - 1 };
    this.sources.set(id, source);
    return source;
  }

  /** A variable's id, as far as it has one: nothing is uploaded or read for it. */
  private idOf({ dataId }: tf.Variable): number | undefined {
    const { tensorMap } = this.backend;
    const entry = tensorMap.has(dataId) ? tensorMap.get(dataId) : undefined;
    return entry === undefined || entry.values !== null || (entry instanceof LentTensor && entry.isOpen) ? undefined : entry.id;
  }

  private noteRead(id: number): void {
    const source = this.sources.get(id);
    if (source === undefined || source.kind === 'constant') return;
    const read = source.kind === 'operation' ? `the result of ${nameOf(this.operations[source.index])}` : `its ${source.kind}s`;
    this.note(`${this.subject.layer() ?? 'it'} reads ${read} into JavaScript`);
  }

  /** The first of several is the one to be told. */
  private note(problem: string): void {
    this.problem ??= new NotRecordable(problem);
  }
}

/** Every variable that TensorFlow.js knows, except some. */
function otherVariables(variables: readonly tf.Variable[]): tf.Variable[] {
  const own = new Set(variables);
  return Object.values(tf.engine().registeredVariables).filter((variable) => !own.has(variable));
}
