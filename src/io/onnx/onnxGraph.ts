import type { Constant, Weights } from './constant.js';

/** A whole number, several of them, a name, or a fraction, which ONNX tells from a whole number. */
export type Attribute = number | readonly number[] | string | { readonly float: number };

/** One node: values in, values out. Folding passes change it in place. */
export interface Operation {
  readonly name: string;
  /** Of the default operator set: `Conv`. */
  readonly type: string;
  /** Values and constants by name. */
  inputs: string[];
  outputs: string[];
  attributes: Readonly<Record<string, Attribute>>;
}

/** A value that goes in or comes out. */
export interface GraphPort {
  readonly name: string;
  readonly type: 'float32' | 'uint8';
  /** Without the batch, which is left open. */
  readonly shape: readonly number[];
}

/** An ONNX graph in the making: operations in the order in which they run, and constants whose numbers nobody has read yet. */
export class OnnxGraph {
  operations: Operation[] = [];
  readonly constants = new Map<string, Constant>();
  readonly inputs: GraphPort[] = [];
  readonly outputs: GraphPort[] = [];
  private readonly names = new Set<string>();

  constructor(readonly name: string) {}

  /** The name, or the first of `name_1`, `name_2`, … that nothing else has. It is taken then. */
  unique(name: string): string {
    let free = name;
    for (let count = 1; this.names.has(free); count++) free = `${name}_${count}`;
    this.names.add(free);
    return free;
  }

  /** @returns The name of the one value that comes out, which is the operation's own. */
  add(type: string, name: string, inputs: readonly string[], attributes: Operation['attributes'] = {}): string {
    const own = this.unique(name);
    this.operations.push({ name: own, type, inputs: [...inputs], outputs: [own], attributes });
    return own;
  }

  /** Adds an operation right behind the one that a value comes from. @param constants What it takes beside the value. */
  addAfter(value: string, type: string, name: string, constants: readonly string[] = [], attributes: Operation['attributes'] = {}): string {
    const own = this.unique(name);
    const at = this.operations.findIndex(({ outputs }) => outputs.includes(value));
    this.operations.splice(at + 1, 0, { name: own, type, inputs: [value, ...constants], outputs: [own], attributes });
    return own;
  }

  /** @returns Its name. */
  addConstant(name: string, constant: Constant): string {
    const own = this.unique(name);
    this.constants.set(own, constant);
    return own;
  }

  /** Numbers under a name; undefined for a value that is computed. */
  weights(name: string | undefined): Weights | undefined {
    const constant = name === undefined ? undefined : this.constants.get(name);
    return constant?.type === 'float32' ? constant : undefined;
  }

  producer(value: string): Operation | undefined {
    return this.operations.find(({ outputs }) => outputs.includes(value));
  }

  consumers(value: string): Operation[] {
    return this.operations.filter(({ inputs }) => inputs.includes(value));
  }

  /** The operation that alone takes a value; undefined where there are several, or the value leaves the graph. */
  soleConsumer(value: string): Operation | undefined {
    const consumers = this.consumers(value);
    return consumers.length === 1 && !this.outputs.some(({ name }) => name === value) ? consumers[0] : undefined;
  }

  remove(operation: Operation): void {
    this.operations = this.operations.filter((other) => other !== operation);
  }

  /** Takes out what no output depends on. */
  prune(): void {
    const needed = new Set(this.outputs.map(({ name }) => name));
    this.operations = this.operations
      .reverse()
      .filter(({ inputs, outputs }) => {
        const isNeeded = outputs.some((value) => needed.has(value));
        if (isNeeded) for (const value of inputs) needed.add(value);
        return isNeeded;
      })
      .reverse();
    for (const name of this.constants.keys()) if (!needed.has(name)) this.constants.delete(name);
  }

  /** Lets a value leave the graph under the name, or with a number behind it where another has left under that name. */
  addOutput(wanted: string, value: string, shape: readonly number[]): void {
    const hasLeft = (name: string): boolean => this.outputs.some((output) => output.name === name);
    const name = hasLeft(wanted) ? this.unique(wanted) : wanted;
    this.outputs.push({ name, type: 'float32', shape });
    if (value === name) return;
    // What had the name until now is a value on the way, such as a layer's before its activation.
    if (this.names.has(wanted) && name === wanted) this.rename(name, this.unique(`${name}/inner`));
    this.names.add(name);
    if (this.producer(value) && !hasLeft(value)) this.rename(value, name);
    else this.operations.push({ name, type: 'Identity', inputs: [value], outputs: [name], attributes: {} });
  }

  private rename(value: string, name: string): void {
    const renamed = (each: string): string => (each === value ? name : each);
    for (const operation of this.operations) {
      operation.inputs = operation.inputs.map(renamed);
      operation.outputs = operation.outputs.map(renamed);
    }
  }
}
