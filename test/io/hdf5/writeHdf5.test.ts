import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Hdf5Group, layOutHdf5, LIST_ATTRIBUTE_LIMIT } from '../../../src/io/hdf5/writeHdf5.js';
import { withFolder } from '../tinyModels.js';
import { readHdf5, type FoundObject } from './readHdf5.js';

/** Counts up from a first value. */
function dataset(shape: readonly number[], first: number) {
  const size = shape.reduce((product, length) => product * length, 1);
  return { shape, read: () => Promise.resolve(Float32Array.from({ length: size }, (_, index) => first + index)) };
}

async function bytesOf(root: Hdf5Group): Promise<Buffer> {
  const file = layOutHdf5(root);
  const all: Uint8Array[] = [];
  for await (const piece of file.pieces()) all.push(Uint8Array.from(piece));
  expect(Buffer.concat(all)).toHaveLength(file.bytes);
  return Buffer.concat(all);
}

async function asRead(root: Hdf5Group): Promise<Map<string, FoundObject>> {
  return withFolder(async (folder) => {
    const file = join(folder, 'file.h5');
    await writeFile(file, await bytesOf(root));
    return readHdf5(file);
  });
}

describe('layOutHdf5, read back by the HDF5 library', () => {
  it('stores tensors of 0 to 5 dimensions, and one without elements', async () => {
    const root = new Hdf5Group();
    const shapes = [[], [3], [2, 3], [2, 2, 2], [3, 3, 2, 4], [1, 2, 1, 2, 1], [4, 0]];
    for (const [index, shape] of shapes.entries()) root.group('tensors').members.set(String(index), dataset(shape, 10 * index));
    const found = await asRead(root);
    for (const [index, shape] of shapes.entries()) {
      const size = shape.reduce((product, length) => product * length, 1);
      const values = Array.from({ length: size }, (_, at) => 10 * index + at);
      expect(found.get(`tensors/${index}`)).toEqual({ attributes: {}, shape, values });
    }
  });

  it('finds each of 1500 groups in a group, and each tensor its own', async () => {
    const root = new Hdf5Group();
    for (let index = 0; index < 1500; index++) root.group(`layers/conv2d_${index}/vars`).members.set('0', dataset([2], index));
    const found = await asRead(root);
    const tensors = [...found].filter(([, { values }]) => values);
    expect(tensors).toHaveLength(1500);
    for (const [path, { values }] of tensors) expect(values?.[0]).toBe(Number(/_(\d+)\//.exec(path)?.[1]));
  });

  it('stores texts of 300 kB, lists as long as the limit, empty ones, and letters beyond ASCII', async () => {
    const root = new Hdf5Group();
    const names = Array.from({ length: LIST_ATTRIBUTE_LIMIT }, (_, index) => `layer_${index}`);
    root.attributes
      .set('long', `${'x'.repeat(300_000)}größer 😀`)
      .set('names', names)
      .set('none', [])
      .set('empty', '')
      .set('some', ['', 'a', '']);
    const attributes = (await asRead(root)).get('/')?.attributes;
    expect(attributes).toEqual({ long: `${'x'.repeat(300_000)}größer 😀`, names, none: [], empty: '', some: ['', 'a', ''] });
  });

  it('holds 70,000 different texts, more than one collection numbers', async () => {
    const root = new Hdf5Group();
    for (let part = 0; part < 35; part++) {
      root.group(`part${part}`).attributes.set(
        'names',
        Array.from({ length: 2000 }, (_, index) => `${part}-${index}`),
      );
    }
    const found = await asRead(root);
    expect((found.get('part34')?.attributes.names as string[]).at(-1)).toBe('34-1999');
  });

  it('writes the same bytes for the same content', async () => {
    const make = () => {
      const root = new Hdf5Group();
      root.group('a').attributes.set('name', 'a');
      root.group('a/vars').members.set('0', dataset([3], 1));
      return root;
    };
    expect(await bytesOf(make())).toEqual(await bytesOf(make()));
  });

  it('reads one tensor at a time, when its place is reached', async () => {
    const root = new Hdf5Group();
    const reads: string[] = [];
    for (const name of ['a', 'b']) {
      const read = () => Promise.resolve(new Float32Array(2)).finally(() => reads.push(name));
      root.members.set(name, { shape: [2], read });
    }
    const pieces = layOutHdf5(root).pieces();
    const seen: string[][] = [];
    for await (const piece of pieces) seen.push(piece.length > 0 ? [...reads] : []);
    expect(seen.filter((read, at) => at === 0 || read.length > 0)).toEqual([[], ['a'], ['a', 'b']]);
  });
});
