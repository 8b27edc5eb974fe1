import { nameOf, NotRecordable, type RecordedConstant, type RecordedOperation, type Recording, type Source } from './recording.js';

/**
 * What two recordings of one function have in common, made with other inputs. A constant that differs is one of the inputs, where it
 * equals the same one in both.
 *
 * @param given What the inputs were in either recording, by name.
 * @returns The first recording, with inputs in the place of constants that are none.
 * @throws NotRecordable if the second does other things than the first.
 */
export function compareRecordings([first, second]: readonly [Recording, Recording], given: readonly [Inputs, Inputs]): Recording {
  assertSameOperations(first.operations, second.operations);
  assertSameEnds(first, second);
  const replaced = new Map<number, Source>();
  first.constants.forEach((constant, index) => {
    const other = second.constants[index];
    if (isSameConstant(constant, other)) return;
    const name = Object.keys(given[0]).find((key) => isSameConstant(constant, given[0][key]) && isSameConstant(other, given[1][key]));
    if (name === undefined) throw new NotRecordable(`${readerOf(first, constant)} reads values that JavaScript makes anew each time`);
    replaced.set(index, { kind: 'input', name });
  });
  return replaced.size === 0 ? first : withSources(first, (source) => (source.kind === 'constant' && replaced.get(source.index)) || source);
}

/** The values of a function's inputs, by name; those that are small enough to be written by JavaScript as a constant. */
export type Inputs = Readonly<Record<string, Pick<RecordedConstant, 'shape' | 'dtype' | 'values'>>>;

function readerOf({ operations }: Recording, { reader }: RecordedConstant): string {
  return reader < operations.length ? nameOf(operations[reader]) : 'its result';
}

/** The first operation that differs is named: all others may differ because of it. */
function assertSameOperations(first: readonly RecordedOperation[], second: readonly RecordedOperation[]): void {
  const common = Math.min(first.length, second.length);
  for (let index = 0; index < common; index++) {
    if (signatureOf(first[index]) === signatureOf(second[index])) continue;
    const [one, other] = [first[index], second[index]].map(nameOf);
    throw new NotRecordable(`${one} is done one time and ${other}, or the same in another way, another time`);
  }
  if (first.length === second.length) return;
  const more = nameOf((first.length > common ? first : second)[common]);
  throw new NotRecordable(`${more} is done one time and not another`);
}

function signatureOf({ operation, attributes, inputs, outputs, updates }: RecordedOperation): string {
  return JSON.stringify([operation, attributes, inputs, outputs.map(({ shape, dtype }) => [shape, dtype]), updates]);
}

function assertSameEnds(first: Recording, second: Recording): void {
  const ends = ({ outputs, assignments, condition }: Recording): string => JSON.stringify([[...outputs], [...assignments], condition]);
  if (ends(first) !== ends(second)) throw new NotRecordable('its results come from other operations one time than another');
}

function isSameConstant(a: Inputs[string], b: Inputs[string] | undefined): boolean {
  if (b === undefined || a.dtype !== b.dtype || a.shape.join() !== b.shape.join()) return false;
  return Buffer.compare(bytesOf(a.values), bytesOf(b.values)) === 0;
}

/** The bytes of a typed array, uncopied. */
export const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer =>
  Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);

function withSources(recording: Recording, change: (source: Source) => Source): Recording {
  const changed = <Key>(sources: ReadonlyMap<Key, Source>): Map<Key, Source> =>
    new Map([...sources].map(([key, source]) => [key, change(source)]));
  return {
    ...recording,
    operations: recording.operations.map((operation) => ({ ...operation, inputs: operation.inputs.map(change) })),
    outputs: changed(recording.outputs),
    assignments: changed(recording.assignments),
    ...(recording.condition && { condition: change(recording.condition) }),
  };
}
