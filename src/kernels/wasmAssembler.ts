/**
 * WebAssembly written as TypeScript: just the instructions that the SIMD kernels of this room use, as functions that return their bytes.
 * An expression leaves one value on the stack, a statement leaves none; both are {@link Code}, and lists of them are concatenated.
 *
 * @see https://webassembly.github.io/spec/core/binary/
 */
export type Code = readonly number[];

/** A function's parameter or local variable, by its index. */
export interface Local {
  readonly index: number;
}

/** A function: i32 parameters, no result. */
export interface WasmFunction {
  readonly name: string;
  readonly parameters: number;
  readonly integers: number;
  readonly vectors: number;
  readonly body: Code;
}

const I32 = 0x7f;
const V128 = 0x7b;
const NO_RESULT = 0x40;

function unsigned(value: number): number[] {
  const bytes = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return [...bytes, rest];
    bytes.push((rest & 0x7f) | 0x80);
  }
}

function signed(value: number): number[] {
  const bytes = [];
  for (let rest = value; ; rest >>= 7) {
    if (rest >= -0x40 && rest < 0x40) return [...bytes, rest & 0x7f];
    bytes.push((rest & 0x7f) | 0x80);
  }
}

const vector = (items: readonly Code[]): Code => [...unsigned(items.length), ...items.flat()];
const sized = (bytes: Code): Code => [...unsigned(bytes.length), ...bytes];
const section = (id: number, bytes: Code): Code => [id, ...sized(bytes)];
const text = (value: string): Code => sized([...new TextEncoder().encode(value)]);
const simd = (opcode: number): Code => [0xfd, ...unsigned(opcode)];

/** Declares a function's parameters and locals while its body is being written. */
export class FunctionScope {
  private declared = 0;
  private parameters = 0;
  private integers = 0;
  private vectors = 0;

  /** All parameters first, then all integers, then all vectors: the order in which a function's locals are numbered here. */
  declareParameters<Name extends string>(...names: Name[]): Record<Name, Local> {
    this.parameters += names.length;
    return this.number(names, this.integers + this.vectors === 0);
  }

  declareIntegers<Name extends string>(...names: Name[]): Record<Name, Local> {
    this.integers += names.length;
    return this.number(names, this.vectors === 0);
  }

  declareVectors<Name extends string>(...names: Name[]): Record<Name, Local> {
    this.vectors += names.length;
    return this.number(names, true);
  }

  finish(name: string, body: readonly Code[]): WasmFunction {
    return { name, parameters: this.parameters, integers: this.integers, vectors: this.vectors, body: body.flat() };
  }

  private number<Name extends string>(names: Name[], inOrder: boolean): Record<Name, Local> {
    if (!inOrder) throw new Error('Declare parameters, then integers, then vectors.');
    return Object.fromEntries(names.map((name) => [name, { index: this.declared++ }])) as Record<Name, Local>;
  }
}

export const get = ({ index }: Local): Code => [0x20, ...unsigned(index)];
export const set = ({ index }: Local, value: Code): Code => [...value, 0x21, ...unsigned(index)];
export const constant = (value: number): Code => [0x41, ...signed(value)];

const binary =
  (opcode: Code) =>
  (left: Code, right: Code): Code => [...left, ...right, ...opcode];

export const add = binary([0x6a]);
export const subtract = binary([0x6b]);
export const multiply = binary([0x6c]);
export const less = binary([0x48]);
/** For addresses, half of which are negative as signed integers. */
export const below = binary([0x49]);
/** Without a branch: the smaller or the larger of two integers, each given as an expression without side effects. */
export const minimum = (left: Code, right: Code): Code => [...left, ...right, ...less(left, right), 0x1b];
export const maximum = (left: Code, right: Code): Code => [...left, ...right, ...less(right, left), 0x1b];

export const addVectors = binary(simd(0xe4));
export const multiplyVectors = binary(simd(0xe6));
export const subtractVectors = binary(simd(0xe5));
export const divideVectors = binary(simd(0xe7));
export const squareRoots = (value: Code): Code => [...value, ...simd(0xe3)];
export const integersToFloats = (value: Code): Code => [...value, ...simd(0xfa)];
/** All ones in the lanes where the left number is larger. */
export const largerVectors = binary(simd(0x44));
/** The bits of `left` where the mask has ones, those of `right` elsewhere. */
export const choose = (left: Code, right: Code, mask: Code): Code => [...left, ...right, ...mask, ...simd(0x52)];
export const splatInteger = (value: Code): Code => [...value, ...simd(0x11)];
export const splatFloat = (value: number): Code => [0x43, ...new Uint8Array(new Float32Array([value]).buffer), ...simd(0x13)];

/** Alignment is a hint; no access here relies on more than the four bytes of a number. */
const at = (offset: number): Code => [2, ...unsigned(offset)];
export const loadVector = (address: Code, offset = 0): Code => [...address, ...simd(0), ...at(offset)];
export const loadSplat = (address: Code, offset = 0): Code => [...address, ...simd(9), ...at(offset)];
export const storeVector = (address: Code, value: Code, offset = 0): Code => [...address, ...value, ...simd(11), ...at(offset)];
/** Adds to the vector at an address. */
export const addToVector = (address: Code, value: Code, offset = 0): Code =>
  storeVector(address, addVectors(loadVector(address, offset), value), offset);
/** Copies four bytes. */
export const copyNumber = (to: Code, from: Code): Code => [...to, ...from, 0x28, ...at(0), 0x36, ...at(0)];

/** Adds the number at one address to that at another. */
export const addNumber = (to: Code, from: Code): Code => [
  ...[...to, ...to, 0x2a, ...at(0)],
  ...[...from, 0x2a, ...at(0), 0x92],
  ...[0x38, ...at(0)],
];
/** Adds one lane of a vector to the number at an address. */
export const addLane = (address: Code, values: Code, lane: number): Code => [
  ...[...address, ...address, 0x2a, ...at(0)],
  ...[...values, ...simd(0x1f), lane, 0x92],
  ...[0x38, ...at(0)],
];
/** One of a vector's integers. */
export const integerLane = (values: Code, lane: number): Code => [...values, ...simd(0x1b), lane];

/** Adds to an integer local. */
export const advance = (local: Local, by: Code): Code => set(local, add(get(local), by));

/** Runs the body if the condition is not zero. */
export const when = (condition: Code, body: readonly Code[]): Code => [...condition, 0x04, NO_RESULT, ...body.flat(), 0x0b];

/** Runs the body while the condition, tested first, is not zero. */
export const whileTrue = (condition: Code, body: readonly Code[]): Code => [
  ...[0x02, NO_RESULT, 0x03, NO_RESULT],
  ...[...condition, 0x45, 0x0d, 1],
  ...body.flat(),
  ...[0x0c, 0, 0x0b, 0x0b],
];

/** `for (local = from; local < to; local += step) body`, for signed integers. */
export const forRange = (local: Local, from: Code, to: Code, step: Code, body: readonly Code[]): Code => [
  ...set(local, from),
  ...whileTrue(less(get(local), to), [...body, advance(local, step)]),
];

/** A module of functions that work on an imported memory, `env.memory`, each exported under its name. */
export function assemble(functions: readonly WasmFunction[]): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ parameters }): Code => [0x60, ...vector(Array.from({ length: parameters }, () => [I32])), 0]);
  const bodies = functions.map(({ integers, vectors, body }) =>
    sized([2, ...unsigned(integers), I32, ...unsigned(vectors), V128, ...body, 0x0b]),
  );
  return new Uint8Array([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector(types)),
    ...section(2, vector([[...text('env'), ...text('memory'), 2, 0, 0]])),
    ...section(3, vector(functions.map((_, index) => unsigned(index)))),
    ...section(7, vector(functions.map(({ name }, index) => [...text(name), 0, ...unsigned(index)]))),
    ...section(10, vector(bodies)),
  ]);
}
