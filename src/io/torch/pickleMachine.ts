import type { PickleBytes } from './pickleBytes.js';

/** A name that a pickle asks for, as this package knows it: the function stands for it, and runs nothing of the file's. */
export class PickleGlobal {
  constructor(
    readonly name: string,
    /** What calling it gives; absent where a file never calls it. */
    readonly call?: (args: readonly unknown[]) => unknown,
  ) {}
}

/** A value that weights do not need and that is not looked into: a device, a kind of number. */
export class PickleIgnored {}

/** What a pickle may reach outside itself. */
export interface PickleContext {
  /** @throws InceptionError for every name that is not known. */
  findGlobal(name: string): PickleGlobal;
  /** What a persistent identifier stands for: of PyTorch a storage. */
  loadPersistent(identifier: unknown): unknown;
}

/** The stack that a pickle's opcodes work on, and what it has memorised. Lists and tuples are arrays, dictionaries are maps. */
export class PickleMachine {
  private readonly stack: unknown[] = [];
  /** How high the stack stood at each mark that is still open. */
  private readonly marks: number[] = [];
  private readonly memo = new Map<number, unknown>();

  constructor(
    readonly bytes: PickleBytes,
    readonly context: PickleContext,
  ) {}

  push(value: unknown): void {
    this.stack.push(value);
  }

  pop(): unknown {
    if (this.stack.length <= (this.marks.at(-1) ?? 0)) throw this.bytes.corrupt('a value on the stack', 'none');
    return this.stack.pop();
  }

  /** The last `count` values, in the order in which they came. */
  popMany(count: number): unknown[] {
    return Array.from({ length: count }, () => this.pop()).reverse();
  }

  top(): unknown {
    const value = this.pop();
    this.push(value);
    return value;
  }

  mark(): void {
    this.marks.push(this.stack.length);
  }

  popToMark(): unknown[] {
    const from = this.marks.pop();
    if (from === undefined) throw this.bytes.corrupt('a mark on the stack', 'none');
    return this.stack.splice(from);
  }

  put(index: number): void {
    this.memo.set(index, this.top());
  }

  /** Under the next number. */
  memoize(): void {
    this.put(this.memo.size);
  }

  get(index: number): void {
    if (!this.memo.has(index)) throw this.bytes.corrupt('something memorised before', `number ${index}`);
    this.push(this.memo.get(index));
  }

  /** The top of the stack, which must be of a class. */
  topAs<T>(type: new (...args: never[]) => T, expected: string): T {
    const value = this.top();
    if (!(value instanceof type)) throw this.bytes.corrupt(expected, value);
    return value;
  }
}
