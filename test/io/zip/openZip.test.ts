import * as fc from 'fast-check';
import { zipSync } from 'fflate';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { InceptionError } from '../../../src/errors.js';
import { crc32, tableCrc32 } from '../../../src/io/zip/crc32.js';
import { MAX_ENTRIES, openZip, type ZipFile } from '../../../src/io/zip/openZip.js';
import { expectFailure } from '../failure.js';
import { flips, truncations, withFile } from '../openAll.js';
import { computingMs } from '../../computingMs.js';
import { assembleZip } from './assembleZip.js';

const open = (path: string) => openZip('test', path, 'CORRUPT_MODEL');
const ZIP64 = readFileSync(join(__dirname, '..', 'golden', 'zip64.zip'));
const text = Buffer.from('tfjs-inception '.repeat(10));

async function refuses(bytes: Uint8Array, message: RegExp): Promise<void> {
  await withFile(bytes, (path) => expectFailure(open(path), 'CORRUPT_MODEL', message));
}

/** Opens an archive that is to be opened, and closes it. */
const opened = <T>(bytes: Uint8Array, run: (zip: ZipFile) => Promise<T>): Promise<T> =>
  withFile(bytes, async (path) => {
    const zip = await open(path);
    try {
      return await run(zip);
    } finally {
      await zip.close();
    }
  });

async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const piece of pieces) parts.push(piece);
  return Buffer.concat(parts);
}

describe('crc32', () => {
  it('"123456789" has 0xcbf43926, and so it has in two parts', () => {
    const digits = Buffer.from('123456789');
    for (const checksum of [crc32, tableCrc32]) {
      expect(checksum(digits)).toBe(0xcbf43926);
      expect(checksum(digits.subarray(4), checksum(digits.subarray(0, 4)))).toBe(0xcbf43926);
    }
  });
});

describe('openZip: good archives', () => {
  it('what fflate writes, stored and deflated, is read whole, in pieces, and where it lies', async () => {
    const noise = Uint8Array.from({ length: 3_000_000 }, (_, at) => (at * at * 7919) >> 5);
    const bytes = zipSync({
      'archive/data.pkl': [text, { level: 9 }],
      'archive/data/0': [noise, { level: 0 }],
      empty: [new Uint8Array(), {}],
    });
    await opened(bytes, async (zip) => {
      expect([...zip.entries.keys()]).toEqual(['archive/data.pkl', 'archive/data/0', 'empty']);
      expect(zip.entries.get('archive/data.pkl')!.bytes).toBe(150);
      expect(Buffer.from(await zip.read('archive/data.pkl', 150))).toEqual(text);
      expect(Buffer.compare(await zip.read('archive/data/0', 3_000_000), noise)).toBe(0);
      expect(Buffer.compare(await collect(zip.stream('archive/data/0')), noise)).toBe(0);
      expect(await zip.read('empty', 0)).toEqual(new Uint8Array());
      const { offset, bytes: length } = (await zip.section('archive/data/0'))!;
      expect(Buffer.compare(await zip.source.read(offset, length), noise)).toBe(0);
      expect(await zip.section('archive/data.pkl')).toBeUndefined();
    });
  });

  it('a Zip64 archive of Python’s is read', async () => {
    await opened(ZIP64, async (zip) => {
      for (const name of ['stored.txt', 'deflated.txt']) expect(Buffer.from(await zip.read(name, 200))).toEqual(text);
    });
  });

  it('folders are left out of the list', async () => {
    const bytes = assembleZip([
      { name: 'a/', data: Buffer.alloc(0) },
      { name: 'a/b', data: text },
    ]);
    expect(await opened(bytes, async (zip) => [...zip.entries.keys()])).toEqual(['a/b']);
  });

  it('zeros that deflate to a thousandth are read up to 256 MiB in all', async () => {
    const zeros = new Uint8Array(2 ** 22);
    const bytes = zipSync({ zeros: [zeros, { level: 9 }] });
    expect(bytes.length).toBeLessThan(5000);
    await opened(bytes, async (zip) => expect(Buffer.compare(await zip.read('zeros', 2 ** 22), zeros)).toBe(0));
  });
});

describe('openZip: hostile archives', () => {
  const entry = { name: 'a', data: text };
  const packed = deflateRawSync(text);

  it.each([
    { holds: 'nothing', bytes: Buffer.alloc(0), message: /a whole one/ },
    { holds: 'text', bytes: Buffer.from('no archive'), message: /a whole one/ },
    { holds: 'a name twice', bytes: assembleZip([entry, entry]), message: /every name once, got 'a'/ },
    { holds: 'a path out of its folder', bytes: assembleZip([{ ...entry, name: '../a' }]), message: /invalid relative path: \.\.\/a/ },
    { holds: 'a path out of a folder within', bytes: assembleZip([{ ...entry, name: 'a/../../b' }]), message: /invalid relative path/ },
    { holds: 'an absolute path', bytes: assembleZip([{ ...entry, name: '/etc/passwd' }]), message: /absolute path/ },
    { holds: 'a drive', bytes: assembleZip([{ ...entry, name: 'C:a' }]), message: /absolute path/ },
    { holds: 'a backslash', bytes: assembleZip([{ ...entry, name: '..\\a' }]), message: /invalid characters/ },
    { holds: 'a name of 1,025 characters', bytes: assembleZip([{ ...entry, name: 'a'.repeat(1025) }]), message: /names of at most 1024/ },
    { holds: 'an encrypted entry', bytes: assembleZip([{ ...entry, flags: 1, bytes: 138 }]), message: /got 'encryption'/ },
    { holds: 'a strongly encrypted entry', bytes: assembleZip([{ ...entry, flags: 0x41, bytes: 138 }]), message: /strong encryption/ },
    { holds: 'an entry packed in another way', bytes: assembleZip([{ ...entry, method: 14 }]), message: /got 'compression method 14'/ },
    { holds: 'a stored entry of two lengths', bytes: assembleZip([{ ...entry, bytes: 151 }]), message: /size mismatch/ },
    { holds: 'a stored entry past the end', bytes: assembleZip([{ ...entry, offset: 2 ** 20 }]), message: /data before byte/ },
    {
      holds: 'two entries of the same bytes',
      bytes: assembleZip([entry, { ...entry, name: 'b', offset: 0 }]),
      message: /data before byte 0/,
    },
    {
      holds: 'an entry that starts within another',
      bytes: assembleZip([entry, { ...entry, name: 'b', offset: 100 }]),
      message: /data before byte 100/,
    },
    {
      holds: 'a bomb of 4 GB in 150 bytes',
      bytes: assembleZip([{ ...entry, method: 8, bytes: 2 ** 32 - 2 }]),
      message: /entries of at most 268435456 bytes/,
    },
    { holds: 'more entries than it has', bytes: assembleZip([entry], 2), message: /bytes 228 to 274, got '250 bytes'/ },
    { holds: `${MAX_ENTRIES + 1} entries`, bytes: assembleZip([entry], MAX_ENTRIES + 1), message: /at most 20000 entries/ },
  ])('one that holds $holds is refused', async ({ bytes, message }) => {
    await refuses(bytes, message);
  });

  it.each([
    { holds: 'a wrong checksum', claim: { checksum: 1 }, message: /a: expected the checksum 1, got / },
    { holds: 'deflated data that is none', claim: { method: 8 }, message: /a: expected deflated data/ },
    {
      holds: 'more than it says',
      claim: { data: packed, method: 8, bytes: 149, checksum: crc32(text) },
      message: /a: expected 149 bytes, got 150/,
    },
    {
      holds: 'less than it says',
      claim: { data: packed, method: 8, bytes: 151, checksum: crc32(text) },
      message: /a: expected 151 bytes, got 150/,
    },
    { holds: 'half its data', claim: { data: packed.subarray(0, 9), method: 8, bytes: 150 }, message: /a: expected deflated data/ },
    {
      holds: 'a bomb that says it is none',
      claim: { data: deflateRawSync(Buffer.alloc(2 ** 26)), method: 8, bytes: 10 },
      message: /a: expected 10 bytes, got \d+/,
    },
  ])('an entry that holds $holds is refused when it is read', async ({ claim, message }) => {
    await opened(assembleZip([{ ...entry, ...claim }]), async (zip) => {
      await expectFailure(zip.read('a', 2 ** 20), 'CORRUPT_MODEL', message);
      await expectFailure(collect(zip.stream('a')), 'CORRUPT_MODEL', message);
    });
  });

  it('an entry longer than was asked for, or that is not there, is refused', async () => {
    await opened(assembleZip([entry]), async (zip) => {
      await expectFailure(zip.read('a', 149), 'CORRUPT_MODEL', /a: expected at most 149 bytes, got 150/);
      await expectFailure(zip.read('b', 149), 'CORRUPT_MODEL', /an entry b, got 'none'/);
      await expectFailure(zip.section('b'), 'CORRUPT_MODEL', /an entry b, got 'none'/);
    });
  });

  it('a Zip64 directory at byte 2^64 - 1 is refused', async () => {
    const bytes = Buffer.from(ZIP64);
    bytes.fill(0xff, bytes.indexOf('PK\x06\x07') + 8, bytes.indexOf('PK\x06\x07') + 16);
    await refuses(bytes, /bytes 18446744073709552000 to/);
  });

  it('20,000 entries are listed within ten seconds of computing', async () => {
    const start = computingMs();
    const bytes = assembleZip(Array.from({ length: MAX_ENTRIES }, (_, at) => ({ name: `${at}`, data: Buffer.from('a') })));
    expect(await opened(bytes, async ({ entries }) => entries.size)).toBe(20_000);
    expect(computingMs() - start).toBeLessThan(10_000);
  });

  it('every truncation of a Zip64 archive is refused; with any one byte flipped it is refused or holds the same text', async () => {
    let [same, refused] = [0, 0];
    const read = async (bytes: Uint8Array) => {
      try {
        await opened(bytes, async (zip) => {
          for (const name of zip.entries.keys()) expect(Buffer.from(await zip.read(name, 200))).toEqual(text);
        });
        same++;
      } catch (error) {
        if (!(error instanceof InceptionError)) throw error;
        refused++;
      }
    };
    for (const bytes of truncations(ZIP64)) await read(bytes);
    expect({ same, refused }).toEqual({ same: 0, refused: ZIP64.length });
    for (const bytes of flips(ZIP64)) await read(bytes);
    expect(same + refused).toBe(2 * ZIP64.length);
    expect(refused - ZIP64.length).toBeGreaterThan(200);
  });

  it('500 archives with up to four random bytes anywhere give an error of ours or are read', async () => {
    const change = fc.tuple(fc.nat(ZIP64.length - 1), fc.nat(255));
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        const bytes = Buffer.from(ZIP64);
        for (const [at, byte] of changes) bytes[at] = byte;
        try {
          await opened(bytes, async (zip) => {
            for (const name of zip.entries.keys()) await zip.read(name, 200);
          });
        } catch (error) {
          if (!(error instanceof InceptionError)) throw error;
          refused++;
        }
      }),
      { numRuns: 500, seed: 1 },
    );
    expect(refused).toBeGreaterThan(200);
  });
});
