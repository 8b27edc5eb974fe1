import { create, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import { attributeValue, integer, shapeAttribute, shapeOf, text, type, type AttributeValue } from './attributeValue.js';
import { bytesOf } from './compareRecordings.js';
import type { NativeBinding, NativeTensor } from './nativeBackend.js';
import type { RecordedConstant, RecordedOperation, Recording, Source } from './recording.js';
import { SavedModelSchema, type NodeDefSchema } from './tensorflow_pb.js';

type Node = MessageInitShape<typeof NodeDefSchema>;

/** The version of graphs that TensorFlow 2.9 writes, which the oldest addon has. */
const PRODUCER = 1087;

/** The tag under which the graph lies in its file. */
export const TAG = 'serve';

/**
 * The attribute for the type of the first input, where tfjs-node leaves it to TensorFlow to find out, which it does outside of graphs only.
 * No other operation of tfjs-node's kernels lacks an attribute.
 */
const LEFT_OUT: Readonly<Record<string, string>> = { ExpandDims: 'T' };

/** The node that goes one of two ways by the condition. */
const EITHER = 'either';

/** The names of the nodes that a session speaks of. */
export const nodeNames = {
  input: (name: string): string => `input_${name}`,
  /** Takes a variable's new value from outside. */
  given: (index: number): string => `given_${index}`,
  /** Gives something once the value is written. */
  written: (index: number): string => `written_${index}`,
  /** A variable's value before any of the operations. */
  read: (index: number): string => `read_${index}`,
  output: (name: string): string => `output_${name}`,
  /** Gives something once all variables have changed, or are known to stay as they are. */
  done: 'done',
};

/**
 * A recording as a SavedModel without variables of its own: TensorFlow's one way to be given a graph by the addon. The variables are
 * resources of the session.
 */
export function graphDefinition(recording: Recording, binding: NativeBinding): Uint8Array {
  const nodes = new GraphNodes(recording, binding).all();
  const graph = { node: nodes, versions: { producer: PRODUCER } };
  const meta = { metaInfoDef: { tags: [TAG] }, graphDef: graph };
  return toBinary(SavedModelSchema, create(SavedModelSchema, { savedModelSchemaVersion: 1n, metaGraphs: [meta] }));
}

/** The nodes of one recording, of which only those are made that something needs. */
class GraphNodes {
  private readonly nodes = new Map<string, Node>();
  private readonly constantNames = new Map<string, string>();

  constructor(
    private readonly recording: Recording,
    private readonly binding: NativeBinding,
  ) {}

  all(): Node[] {
    const { inputs, variables, operations, outputs } = this.recording;
    for (const { name, ...tensor } of inputs) this.placeholder(nodeNames.input(name), tensor);
    variables.forEach((tensor, index) => this.variable(index, tensor));
    const needed = neededOperations(this.recording);
    const before = this.beginningOfChanges(needed);
    operations.forEach((operation, index) => {
      if (needed.has(index)) this.operation(index, operation, before);
    });
    for (const [name, source] of outputs) this.identity(nodeNames.output(name), source);
    this.changes(before);
    return [...this.nodes.values()];
  }

  private add(name: string, op: string, input: readonly string[], attr: Readonly<Record<string, AttributeValue>>): string {
    if (!this.nodes.has(name)) this.nodes.set(name, { name, op, input: [...input], attr: { ...attr } });
    return name;
  }

  private placeholder(name: string, { shape, dtype }: Pick<NativeTensor, 'shape' | 'dtype'>): string {
    return this.add(name, 'Placeholder', [], { dtype: type(dtype), shape: shapeAttribute(shape) });
  }

  private identity(name: string, source: Source): string {
    return this.add(name, 'Identity', [this.port(source)], { T: type(this.typeOf(source)) });
  }

  private handle(index: number): string {
    const { shape, dtype } = this.recording.variables[index];
    const name = `variable_${index}`;
    return this.add(name, 'VarHandleOp', [], { dtype: type(dtype), shape: shapeAttribute(shape), shared_name: text(name) });
  }

  /** What writes a variable from outside, and what reads it. */
  private variable(index: number, tensor: NativeTensor): void {
    const handle = this.handle(index);
    const given = this.placeholder(nodeNames.given(index), tensor);
    const write = this.add(`write_${index}`, 'AssignVariableOp', [handle, given], { dtype: type(tensor.dtype) });
    this.add(nodeNames.written(index), 'Identity', [this.truth(), `^${write}`], { T: type(this.binding.TF_BOOL) });
    this.readVariable(nodeNames.read(index), index);
  }

  private readVariable(name: string, index: number, after?: string): string {
    const input = [this.handle(index), ...(after === undefined ? [] : [`^${after}`])];
    return this.add(name, 'ReadVariableOp', input, { dtype: type(this.recording.variables[index].dtype) });
  }

  private truth(): string {
    return this.constant({ shape: [], dtype: this.binding.TF_BOOL, values: new Uint8Array([1]) });
  }

  /**
   * The node that all changes of variables wait for. It waits for everything they are made from, and for the outputs: what fails before
   * leaves every variable as it was. Where there is a condition, it comes to life only if that is true.
   */
  private beginningOfChanges(needed: ReadonlySet<number>): string {
    const { condition } = this.recording;
    const bool = { T: type(this.binding.TF_BOOL) };
    const computed = computedBeforeChanges(this.recording, needed).map((index) => `^${operationName(index)}`);
    if (condition === undefined) return this.add('changing', 'Identity', [this.truth(), ...computed], bool);
    const either = this.add(EITHER, 'Switch', [this.truth(), this.port(condition)], bool);
    return this.add('changing', 'Identity', [`${either}:1`, ...computed], bool);
  }

  /** What is done once all variables have changed, or are known to stay as they are. */
  private changes(before: string): void {
    const { operations, assignments, condition } = this.recording;
    const bool = { T: type(this.binding.TF_BOOL) };
    const updates = operations.flatMap(({ updates }, index) => (updates ? [operationName(index)] : []));
    const written = [...assignments].map(([index, source]) => this.assignment(index, source, before));
    const controls = [...updates, ...written].map((name) => `^${name}`);
    const changed = this.add('changed', 'Identity', [before, ...controls], bool);
    if (condition === undefined) {
      this.add(nodeNames.done, 'Identity', [changed], bool);
      return;
    }
    const skipped = this.add('skipped', 'Identity', [`${EITHER}:0`], bool);
    this.add(nodeNames.done, 'Merge', [changed, skipped], { ...bool, N: integer(2) });
  }

  private assignment(index: number, source: Source, before: string): string {
    const input = [this.handle(index), this.port(source), ...controls(before, [index]), ...this.updatesOf(index)];
    return this.add(`assign_${index}`, 'AssignVariableOp', input, { dtype: type(this.recording.variables[index].dtype) });
  }

  /** The operations that update a variable in place, and those that read what came of it: an assignment comes after them. */
  private updatesOf(variable: number): string[] {
    return this.recording.operations.flatMap(({ updates }, index) => {
      if (!updates?.includes(variable)) return [];
      return [operationName(index), readAfter(variable, index)].filter((name) => this.nodes.has(name)).map((name) => `^${name}`);
    });
  }

  private constant({ shape, dtype, values }: Omit<RecordedConstant, 'reader'>): string {
    const content = bytesOf(values);
    // Equal constants are one node. Large ones are not looked for.
    const key = content.length <= 1024 ? `${dtype} ${shape.join()} ${content.toString('latin1')}` : undefined;
    const known = key === undefined ? undefined : this.constantNames.get(key);
    if (known !== undefined) return known;
    const name = `constant_${this.nodes.size}`;
    if (key !== undefined) this.constantNames.set(key, name);
    const tensor = { dtype, tensorShape: shapeOf(shape), tensorContent: content };
    return this.add(name, 'Const', [], { dtype: type(dtype), value: { value: { case: 'tensor', value: tensor } } });
  }

  /** The name of the node and output that gives a value. */
  private port(source: Source): string {
    switch (source.kind) {
      case 'input':
        return nodeNames.input(source.name);
      case 'constant':
        return this.constantOf(source.index);
      case 'variable':
        if (source.after === undefined) return nodeNames.read(source.index);
        return this.readVariable(readAfter(source.index, source.after), source.index, operationName(source.after));
      case 'operation':
        return source.output === 0 ? operationName(source.index) : `${operationName(source.index)}:${source.output}`;
    }
  }

  private readonly constantPorts = new Map<number, string>();

  private constantOf(index: number): string {
    const known = this.constantPorts.get(index) ?? this.constant(this.recording.constants[index]);
    this.constantPorts.set(index, known);
    return known;
  }

  private operation(index: number, recorded: RecordedOperation, before: string): void {
    const { operation, attributes, inputs, updates } = recorded;
    const given = inputs.map((source) => this.port(source));
    const handles = updates?.map((variable) => this.handle(variable)) ?? [];
    const attr = Object.fromEntries(attributes.map((one) => [one.name, attributeValue(this.binding, operation, one)]));
    const leftOut = LEFT_OUT[operation];
    if (leftOut !== undefined) attr[leftOut] = type(this.typeOf(inputs[0]));
    this.add(operationName(index), operation, [...handles, ...given, ...(updates ? controls(before, updates) : [])], attr);
  }

  private typeOf(source: Source): number {
    const { inputs, variables, constants, operations } = this.recording;
    if (source.kind === 'input') return inputs.find(({ name }) => name === source.name)!.dtype;
    if (source.kind === 'variable') return variables[source.index].dtype;
    if (source.kind === 'constant') return constants[source.index].dtype;
    return operations[source.index].outputs[source.output].dtype;
  }
}

/** By index: the operations that something else needs. */
function neededOperations({ operations, outputs, assignments, condition }: Recording): ReadonlySet<number> {
  const needed = new Set<number>();
  const need = (source: Source): void => {
    if (source.kind === 'operation') needed.add(source.index);
  };
  [...outputs.values(), ...assignments.values(), ...(condition ? [condition] : [])].forEach(need);
  for (let index = operations.length - 1; index >= 0; index--) {
    if (operations[index].updates) needed.add(index);
    if (needed.has(index)) operations[index].inputs.forEach(need);
  }
  return needed;
}

/** By index: the operations whose results changes of variables or outputs are made of, but none that follows from a change. */
function computedBeforeChanges({ operations, outputs, assignments }: Recording, needed: ReadonlySet<number>): number[] {
  const following = new Set<number>();
  const computed = new Set<number>();
  const follows = (source: Source): boolean =>
    source.kind === 'operation' ? following.has(source.index) : source.kind === 'variable' && source.after !== undefined;
  const waitFor = (source: Source): void => {
    if (source.kind === 'operation' && !follows(source)) computed.add(source.index);
  };
  operations.forEach(({ inputs, updates }, index) => {
    if (!needed.has(index)) return;
    if (updates) inputs.forEach(waitFor);
    else if (inputs.some(follows)) following.add(index);
  });
  [...outputs.values(), ...assignments.values()].forEach(waitFor);
  return [...computed];
}

/** What a change of variables waits for, beside what it works on: their values of before must have been read. */
const controls = (before: string, variables: readonly number[]): string[] => [
  `^${before}`,
  ...variables.map((index) => `^${nodeNames.read(index)}`),
];

/** A variable's value after an operation has updated it in place. */
const readAfter = (variable: number, operation: number): string => `read_${variable}_after_${operation}`;

const operationName = (index: number): string => `operation_${index}`;
