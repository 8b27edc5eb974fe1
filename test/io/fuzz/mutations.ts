/** What is done to a file. */
export type MutationKind =
  | 'truncated'
  | 'bits flipped'
  | 'bytes set'
  | 'length changed'
  | 'number changed'
  | 'range removed'
  | 'range doubled'
  | 'range moved'
  | 'spliced';

type Mutate = (bytes: Uint8Array, random: () => number, other: Uint8Array) => Uint8Array;

const below = (random: () => number, limit: number): number => Math.floor(random() * limit);

/** A place in the bytes; every second one near an end, where headers and directories are. */
function place(bytes: Uint8Array, random: () => number): number {
  const near = Math.min(bytes.length, 512);
  const choice = random();
  if (choice < 0.5) return below(random, bytes.length);
  return choice < 0.8 ? below(random, near) : bytes.length - 1 - below(random, near);
}

const range = (bytes: Uint8Array, random: () => number): [from: number, to: number] => {
  const from = place(bytes, random);
  return [from, Math.min(bytes.length, from + 1 + below(random, random() < 0.5 ? 16 : 2048))];
};

const joined = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

/** What a length, an offset or a count is replaced by: the edges of its type, and small steps. */
const EXTREMES = [0n, 1n, 2n, 0x7fn, 0xffn, 0x7fffn, 0xffffn, 0x7fffffffn, 0xffffffffn, 2n ** 53n, 2n ** 63n - 1n, 2n ** 64n - 1n];

/** Little-endian or big-endian, of one to eight bytes. */
function changeLength(bytes: Uint8Array, random: () => number): Uint8Array {
  const changed = bytes.slice();
  const width = [1, 2, 4, 8][below(random, 4)];
  const at = Math.max(0, Math.min(place(bytes, random), bytes.length - width));
  const digits = [...changed.subarray(at, at + width)];
  const value = digits.reduceRight((sum, digit) => (sum << 8n) | BigInt(digit), 0n);
  const next = random() < 0.5 ? value + BigInt(below(random, 17) - 8) : EXTREMES[below(random, EXTREMES.length)];
  const written = digits.map((_, index) => Number((BigInt.asUintN(64, next) >> BigInt(8 * index)) & 0xffn));
  changed.set(random() < 0.2 ? written.reverse() : written, at);
  return changed;
}

const NUMBERS = [
  '-1',
  '0',
  '1',
  '2',
  '3',
  '1.5',
  '1e9',
  '65536',
  '4294967296',
  '9007199254740993',
  '1e400',
  'null',
  '"a"',
  '[]',
  '{}',
  'true',
];

/** One of the numbers in a text becomes another value; where there is none, a length changes. */
function changeNumber(bytes: Uint8Array, random: () => number): Uint8Array {
  const text = Buffer.from(bytes).toString('latin1');
  const found = [...text.matchAll(/(?<=[[,: ])\d+(?=[\],} ])/g)];
  if (found.length === 0) return changeLength(bytes, random);
  const { 0: digits, index } = found[below(random, found.length)];
  return Buffer.from(text.slice(0, index) + NUMBERS[below(random, NUMBERS.length)] + text.slice(index + digits.length), 'latin1');
}

const MUTATIONS: Readonly<Record<MutationKind, Mutate>> = {
  truncated: (bytes, random) => bytes.slice(0, below(random, bytes.length)),
  'bits flipped': (bytes, random) => {
    const changed = bytes.slice();
    for (let flips = 1 + below(random, 3); flips > 0; flips--) changed[place(bytes, random)] ^= 1 << below(random, 8);
    return changed;
  },
  'bytes set': (bytes, random) => {
    const [from, to] = range(bytes, random);
    return bytes.slice().fill([0, 0xff, 0x20, 0x7b][below(random, 4)], from, to);
  },
  'length changed': changeLength,
  'number changed': changeNumber,
  'range removed': (bytes, random) => {
    const [from, to] = range(bytes, random);
    return joined(bytes.subarray(0, from), bytes.subarray(to));
  },
  'range doubled': (bytes, random) => {
    const [from, to] = range(bytes, random);
    return joined(bytes.subarray(0, to), bytes.subarray(from));
  },
  'range moved': (bytes, random) => {
    const [from, to] = range(bytes, random);
    const changed = bytes.slice();
    changed.copyWithin(place(bytes, random), from, to);
    return changed;
  },
  spliced: (bytes, random, other) => joined(bytes.subarray(0, place(bytes, random)), other.subarray(place(other, random))),
};

export const MUTATION_KINDS = Object.keys(MUTATIONS) as readonly MutationKind[];

/**
 * A file with one thing done to it.
 *
 * @param other Another file, for parts of it.
 */
export function mutate(kind: MutationKind, bytes: Uint8Array, random: () => number, other: Uint8Array): Uint8Array {
  // A copy of its own: what slices a Buffer writes into the Buffer.
  return MUTATIONS[kind](new Uint8Array(bytes), random, other);
}
