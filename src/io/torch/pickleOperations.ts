import { expectedGot } from '../../errors.js';
import { PickleGlobal, PickleIgnored, type PickleMachine } from './pickleMachine.js';

/** The newest protocol of Python; 2 is what PyTorch writes. */
const NEWEST_PROTOCOL = 5;

/** Longer whole numbers mean nothing to weights; the longest that PyTorch writes has ten bytes. */
const MAX_INTEGER_BYTES = 256;

/** What an opcode does. */
export type PickleOperation = (machine: PickleMachine) => void;

/**
 * The opcodes that are obeyed: those that carry data, and the three that name and call what {@link PickleMachine.context} knows (`GLOBAL`,
 * `STACK_GLOBAL`, `REDUCE`). None of them can reach anything else. Those of protocol 0, which are text, no PyTorch has written.
 */
export const PICKLE_OPERATIONS: Readonly<Record<string, PickleOperation>> = {
  PROTO: ({ bytes }) => {
    const protocol = bytes.uint8();
    if (protocol <= NEWEST_PROTOCOL) return;
    throw expectedGot('UNSUPPORTED_FORMAT', `${bytes.file}: the pickle's protocol`, `at most ${NEWEST_PROTOCOL}`, protocol);
  },
  FRAME: ({ bytes }) => void bytes.uint64(),

  NONE: (machine) => machine.push(null),
  NEWTRUE: (machine) => machine.push(true),
  NEWFALSE: (machine) => machine.push(false),
  BININT: (machine) => machine.push(machine.bytes.int32()),
  BININT1: (machine) => machine.push(machine.bytes.uint8()),
  BININT2: (machine) => machine.push(machine.bytes.uint16()),
  LONG1: (machine) => machine.push(machine.bytes.integer(machine.bytes.uint8())),
  LONG4: (machine) => {
    const length = machine.bytes.uint32();
    if (length > MAX_INTEGER_BYTES) throw machine.bytes.corrupt(`a whole number of at most ${MAX_INTEGER_BYTES} bytes`, length);
    machine.push(machine.bytes.integer(length));
  },
  BINFLOAT: (machine) => machine.push(machine.bytes.float64()),

  SHORT_BINSTRING: (machine) => machine.push(machine.bytes.text(machine.bytes.uint8())),
  BINSTRING: (machine) => machine.push(machine.bytes.text(machine.bytes.uint32())),
  SHORT_BINUNICODE: (machine) => machine.push(machine.bytes.text(machine.bytes.uint8())),
  BINUNICODE: (machine) => machine.push(machine.bytes.text(machine.bytes.uint32())),
  BINUNICODE8: (machine) => machine.push(machine.bytes.text(machine.bytes.uint64())),
  SHORT_BINBYTES: (machine) => machine.push(machine.bytes.take(machine.bytes.uint8())),
  BINBYTES: (machine) => machine.push(machine.bytes.take(machine.bytes.uint32())),
  BINBYTES8: (machine) => machine.push(machine.bytes.take(machine.bytes.uint64())),
  BYTEARRAY8: (machine) => machine.push(machine.bytes.take(machine.bytes.uint64())),

  MARK: (machine) => machine.mark(),
  POP: (machine) => void machine.pop(),
  POP_MARK: (machine) => void machine.popToMark(),
  EMPTY_TUPLE: (machine) => machine.push([]),
  TUPLE: (machine) => machine.push(machine.popToMark()),
  TUPLE1: (machine) => machine.push(machine.popMany(1)),
  TUPLE2: (machine) => machine.push(machine.popMany(2)),
  TUPLE3: (machine) => machine.push(machine.popMany(3)),
  EMPTY_LIST: (machine) => machine.push([]),
  APPEND: (machine) => append(machine, machine.popMany(1)),
  APPENDS: (machine) => append(machine, machine.popToMark()),
  EMPTY_SET: (machine) => machine.push(new Set()),
  FROZENSET: (machine) => machine.push(new Set(machine.popToMark())),
  ADDITEMS: (machine) => {
    const items = machine.popToMark();
    const set = machine.topAs<Set<unknown>>(Set, 'a set to add to');
    for (const item of items) set.add(item);
  },
  EMPTY_DICT: (machine) => machine.push(new Map()),
  SETITEM: (machine) => setItems(machine, machine.popMany(2)),
  SETITEMS: (machine) => setItems(machine, machine.popToMark()),

  BINPUT: (machine) => machine.put(machine.bytes.uint8()),
  LONG_BINPUT: (machine) => machine.put(machine.bytes.uint32()),
  MEMOIZE: (machine) => machine.memoize(),
  BINGET: (machine) => machine.get(machine.bytes.uint8()),
  LONG_BINGET: (machine) => machine.get(machine.bytes.uint32()),

  GLOBAL: (machine) => {
    const parent = machine.bytes.line();
    machine.push(machine.context.findGlobal(`${parent}.${machine.bytes.line()}`));
  },
  STACK_GLOBAL: (machine) => {
    const names = machine.popMany(2);
    if (!names.every((name) => typeof name === 'string')) throw machine.bytes.corrupt('a module and a name', names);
    machine.push(machine.context.findGlobal(names.join('.')));
  },
  REDUCE: (machine) => {
    const args = machine.pop();
    const callee = machine.pop();
    if (!(callee instanceof PickleGlobal && callee.call) || !Array.isArray(args))
      throw machine.bytes.corrupt('something to be called', callee);
    machine.push(callee.call(args));
  },
  BUILD: (machine) => {
    // An OrderedDict's own attributes (PyTorch keeps `_metadata` there) say nothing about its tensors.
    const state = machine.pop();
    const target = machine.top();
    if (!(target instanceof Map || target instanceof PickleIgnored))
      throw machine.bytes.corrupt('a dictionary to set attributes of', [target, state]);
  },
  BINPERSID: (machine) => machine.push(machine.context.loadPersistent(machine.pop())),
};

function append(machine: PickleMachine, items: readonly unknown[]): void {
  const list = machine.topAs<unknown[]>(Array, 'a list to append to');
  for (const item of items) list.push(item);
}

function setItems(machine: PickleMachine, items: readonly unknown[]): void {
  if (items.length % 2 !== 0) throw machine.bytes.corrupt('keys with their values', `${items.length} things`);
  const dictionary = machine.topAs<Map<unknown, unknown>>(Map, 'a dictionary to set items of');
  for (let at = 0; at < items.length; at += 2) dictionary.set(items[at], items[at + 1]);
}
