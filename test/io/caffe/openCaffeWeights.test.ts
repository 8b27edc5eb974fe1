import { create, toBinary } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LayerParameterSchema, NetParameterSchema } from '../../../src/io/caffe/caffe_pb.js';
import { openCaffeWeights } from '../../../src/io/caffe/openCaffeWeights.js';
import { expectFailure } from '../failure.js';
import { expectAsDescribed, goldenWeights } from '../goldenWeights.js';
import { flips, openAll, truncations, withFile } from '../openAll.js';

const FOLDER = join(__dirname, '..', 'golden', 'caffe');
const GOLDEN = goldenWeights(FOLDER);

/** A file of one layer, `conv`, with these blobs. */
function fileOf(...blobs: Uint8Array[]): Uint8Array {
  const layer = toBinary(LayerParameterSchema, create(LayerParameterSchema, { name: 'conv', blobs }));
  return toBinary(NetParameterSchema, create(NetParameterSchema, { layer: [layer] }));
}

/** A blob of three numbers, each a field of its own. */
function unpackedBlob(): Uint8Array {
  const writer = new BinaryWriter();
  writer.tag(7, WireType.LengthDelimited).bytes(Uint8Array.of(0x08, 3));
  for (const value of [1.5, -2, 0.25]) writer.tag(5, WireType.Bit32).float(value);
  return writer.finish();
}

/** A blob of given bytes for its shape, and so many zeros. */
function blobOf(shape: Uint8Array, count: number): Uint8Array {
  return new BinaryWriter()
    .tag(7, WireType.LengthDelimited)
    .bytes(shape)
    .tag(5, WireType.LengthDelimited)
    .bytes(new Uint8Array(count * 4))
    .finish();
}

const shapeOf = (...sizes: number[]): Uint8Array => {
  const writer = new BinaryWriter().tag(1, WireType.LengthDelimited).fork();
  for (const size of sizes) writer.int64(size);
  return writer.join().finish();
};

const refused = (bytes: Uint8Array, message: RegExp) =>
  withFile(bytes, (path) => expectFailure(openCaffeWeights('test', path), 'CORRUPT_WEIGHTS', message));

describe('openCaffeWeights', () => {
  it('2 golden files are there; scripts/golden/writeCaffeFiles.py writes them anew', () => {
    expect(GOLDEN.map(({ name }) => name)).toEqual(['layer.caffemodel', 'layers.caffemodel']);
  });

  it.each(GOLDEN)('$name: every blob of Caffe’s own schema, bit by bit', async (golden) => {
    const opened = await openCaffeWeights('test', golden.path);
    await expectAsDescribed(opened, golden);
    await opened.close();
  });

  it('numbers that are not packed are read: 1.5, -2, 0.25', async () => {
    await withFile(fileOf(unpackedBlob()), async (path) => {
      const { tensors } = await openCaffeWeights('test', path);
      const blob = tensors.get('conv/0');
      expect(blob).toMatchObject({ shape: [3], dtype: 'float32' });
      expect(await blob!.read()).toEqual(Float32Array.of(1.5, -2, 0.25));
    });
  });

  it('a file of 2013 is refused, and the message names the tool that upgrades it', async () => {
    const opening = openCaffeWeights('test', join(FOLDER, 'refused-2013.caffemodel'));
    await expectFailure(opening, 'UNSUPPORTED_FORMAT', /layers as Caffe has them since 2014.*upgrade_net_proto_binary/);
  });

  it.each([
    { holds: 'nothing', bytes: new Uint8Array(), message: /layers with weights/ },
    { holds: 'text', bytes: Buffer.from('name: "GoogleNet" layer { name: "data" }'), message: /NetParameter/ },
    {
      holds: 'two layers of one name',
      bytes: Buffer.concat([fileOf(blobOf(shapeOf(1), 1)), fileOf(blobOf(shapeOf(1), 1))]),
      message: /every name once, got 'conv\/0'/,
    },
    { holds: 'too few numbers', bytes: fileOf(blobOf(shapeOf(2, 3), 5)), message: /blob conv\/0: expected 6 numbers for \[2, 3\], got 5/ },
    { holds: 'a size below zero', bytes: fileOf(blobOf(shapeOf(-1), 1)), message: /sizes of zero or more/ },
    { holds: 'a size of 2^60', bytes: fileOf(blobOf(shapeOf(2 ** 60), 1)), message: /sizes of zero or more/ },
    {
      holds: '33 axes and more',
      bytes: fileOf(blobOf(shapeOf(...Array.from({ length: 400 }, () => 1)), 1)),
      message: /a shape of at most 352 bytes/,
    },
    { holds: '20,001 empty layers', bytes: Buffer.alloc(2 * 20_001, Buffer.of(0x12, 0)), message: /at most 20000 fields/ },
    {
      holds: 'a layer of 1,001 empty blobs',
      bytes: Buffer.concat([Buffer.of(0x12, 0xd2, 0x0f), Buffer.alloc(2002, Buffer.of(0x32, 0))]),
      message: /at most 1000 fields/,
    },
    { holds: '100,000 groups within each other', bytes: Buffer.alloc(100_000, 0x0b), message: /maximum recursion depth/ },
  ])('a file that holds $holds is refused', async ({ bytes, message }) => {
    await refused(bytes, message);
  });

  it('1,608 truncations: each is refused, or read as the layers that are still whole', async () => {
    const bytes = readFileSync(join(FOLDER, 'layers.caffemodel'));
    const outcomes = await openAll(openCaffeWeights, truncations(bytes));
    expect(outcomes).toEqual({ CORRUPT_WEIGHTS: expect.any(Number), read: expect.any(Number) });
    expect(outcomes.CORRUPT_WEIGHTS).toBeGreaterThan(1590);
    expect(outcomes.CORRUPT_WEIGHTS! + outcomes.read!).toBe(bytes.length);
  });

  it('1,608 single flipped bytes: each file is refused, or every blob has as many values as its shape says', async () => {
    const bytes = readFileSync(join(FOLDER, 'layers.caffemodel'));
    const { read = 0, CORRUPT_WEIGHTS = 0, UNSUPPORTED_FORMAT = 0, ...others } = await openAll(openCaffeWeights, flips(bytes));
    expect(others).toEqual({});
    expect(read + CORRUPT_WEIGHTS + UNSUPPORTED_FORMAT).toBe(bytes.length);
    expect(CORRUPT_WEIGHTS).toBeGreaterThan(100);
  });
});
