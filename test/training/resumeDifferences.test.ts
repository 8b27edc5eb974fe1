import fc from 'fast-check';
import type { PictureRecord } from '../../src/data/dataset.js';
import type { DataRecord } from '../../src/training/dataRecord.js';
import { dataDifferences, valueDifferences } from '../../src/training/resumeDifferences.js';

describe('valueDifferences', () => {
  it.each<{ then: unknown; now: unknown; lines: string[] }>([
    { then: 1, now: 1, lines: [] },
    { then: { a: 1 }, now: { a: 2 }, lines: ['x.a: 1 then, 2 now'] },
    { then: { a: 1 }, now: {}, lines: ['x.a: 1 then, not set now'] },
    { then: {}, now: { a: { b: 1 } }, lines: ['x.a: not set then, { b: 1 } now'] },
    { then: { a: { b: 1, c: 2 }, d: 'e' }, now: { a: { b: 1, c: 3 }, d: 'f' }, lines: ['x.a.c: 2 then, 3 now', "x.d: 'e' then, 'f' now"] },
    { then: { a: [1, 2] }, now: { a: [2, 1] }, lines: ['x.a: [ 1, 2 ] then, [ 2, 1 ] now'] },
    { then: { a: [{ b: 1 }, { b: 2 }] }, now: { a: [{ b: 1 }, { b: 3 }] }, lines: ['x.a[1].b: 2 then, 3 now'] },
    { then: { a: [{ b: 1 }] }, now: { a: [{ b: 1 }, { b: 1 }] }, lines: ['x.a: [ { b: 1 } ] then, [ { b: 1 }, { b: 1 } ] now'] },
    { then: { a: 'sgd' }, now: { a: { kind: 'sgd' } }, lines: ["x.a: 'sgd' then, { kind: 'sgd' } now"] },
    { then: { a: null }, now: { a: 0 }, lines: ['x.a: null then, 0 now'] },
  ])('$then and $now: $lines', ({ then, now, lines }) => {
    expect(valueDifferences('x', then, now)).toEqual(lines);
  });

  it('at the top names the key alone', () => {
    expect(valueDifferences('', { epochs: 3 }, { epochs: 4 })).toEqual(['epochs: 3 then, 4 now']);
  });

  it('any JSON has none from itself read back, in any order of its keys, and some from one with a key more', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const text = JSON.parse(JSON.stringify(value)) as Record<string, unknown>;
        const reversed = Object.fromEntries(Object.entries(text).reverse());
        expect(valueDifferences('x', value, reversed)).toEqual([]);
        expect(valueDifferences('x', value, { ...value, 'a new key': 1 })).toHaveLength('a new key' in value ? 0 : 1);
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});

describe('dataDifferences', () => {
  const picture = (name: string, changes: Partial<PictureRecord> = {}): PictureRecord => ({ name, label: 'a', sha256: '00', ...changes });
  const record = (pictures: readonly PictureRecord[] | undefined, changes: Partial<DataRecord> = {}): DataRecord => ({
    classes: ['a', 'b'],
    count: 3,
    size: [8, 8],
    ...(pictures && { pictures }),
    ...changes,
  });
  const three = [picture('1'), picture('2'), picture('3')];

  it.each<{ what: string; then: DataRecord | undefined; now: DataRecord | undefined; lines: string[] }>([
    { what: 'none on either side', then: undefined, now: undefined, lines: [] },
    { what: 'none, then some', then: undefined, now: record(three), lines: ['data: none then, some now'] },
    { what: 'some, then none', then: record(three), now: undefined, lines: ['data: some then, none now'] },
    { what: 'the same', then: record(three), now: record(three), lines: [] },
    { what: 'another order', then: record(three), now: record([...three].reverse()), lines: ['data: the same pictures in another order'] },
    { what: 'another size', then: record(three), now: record(three, { size: [9, 8] }), lines: ['data.size: [ 8, 8 ] then, [ 9, 8 ] now'] },
    {
      what: 'another seed',
      then: record(three, { settings: { seed: 1 } }),
      now: record(three, { settings: { seed: 2 } }),
      lines: ['data.settings.seed: 1 then, 2 now'],
    },
    {
      what: 'one gone and one new',
      then: record(three),
      now: record([picture('1'), picture('2'), picture('4')]),
      lines: ['data: 1 picture (3) no longer there', 'data: 1 picture (4) new'],
    },
    {
      what: 'another class',
      then: record(three),
      now: record([picture('1', { label: 'b' }), ...three.slice(1)]),
      lines: ['data: 1 picture (1) of another label'],
    },
    {
      what: 'another content',
      then: record(three),
      now: record([picture('1', { sha256: '01' }), ...three.slice(1)]),
      lines: ['data: 1 picture (1) of another content'],
    },
    { what: 'contents that were not known', then: record([picture('1', { sha256: undefined })]), now: record([picture('1')]), lines: [] },
    { what: 'pictures of no identity, as many', then: record(undefined), now: record(undefined), lines: [] },
    {
      what: 'pictures of no identity, more',
      then: record(undefined),
      now: record(undefined, { count: 4 }),
      lines: ['data.count: 3 then, 4 now'],
    },
  ])('$what: $lines', ({ then, now, lines }) => {
    expect(dataDifferences('data', then, now)).toEqual(lines);
  });

  it('of 7 new pictures names 5 and counts the rest', () => {
    const seven = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => picture(name));
    expect(dataDifferences('data', record([]), record(seven))).toEqual(['data: 7 pictures (a, b, c, d, e, and 2 more) new']);
  });
});
