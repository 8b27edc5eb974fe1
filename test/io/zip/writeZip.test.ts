import { unzipSync } from 'fflate';
import { zipPieces } from '../../../src/io/zip/writeZip.js';
import { expectFailure } from '../failure.js';

async function archive(contents: Readonly<Record<string, readonly Uint8Array[]>>): Promise<Buffer> {
  const entries = Object.entries(contents).map(([name, content]) => ({ name, bytes: Buffer.concat(content).length, content }));
  const all: Uint8Array[] = [];
  for await (const piece of zipPieces('test', entries)) all.push(piece);
  return Buffer.concat(all);
}

describe('zipPieces', () => {
  const contents = { 'a.json': [Buffer.from('{}')], 'größer.bin': [Buffer.from([1, 2]), Buffer.from([3])], empty: [] };

  it('stores files in pieces, uncompressed, and an unzipper finds them', async () => {
    const bytes = await archive(contents);
    expect(unzipSync(bytes)).toEqual({
      'a.json': new Uint8Array([123, 125]),
      'größer.bin': new Uint8Array([1, 2, 3]),
      empty: new Uint8Array(),
    });
    expect(bytes.includes(Buffer.from('{}'))).toBe(true);
  });

  it('gives the same bytes at any time', async () => {
    const first = await archive(contents);
    const now = jest.spyOn(Date, 'now').mockReturnValue(2e12);
    expect(await archive(contents)).toEqual(first);
    now.mockRestore();
  });

  it('passes a piece on before it asks for the next', async () => {
    const asked: number[] = [];
    async function* content(): AsyncGenerator<Uint8Array> {
      for (let index = 0; index < 3; index++) {
        asked.push(index);
        yield await Promise.resolve(new Uint8Array(1000).fill(index + 1));
      }
    }
    const passed: number[] = [];
    for await (const piece of zipPieces('test', [{ name: 'a', bytes: 3000, content: content() }])) {
      if (piece.length === 1000) passed.push(asked.length);
    }
    expect(passed).toEqual([1, 2, 3]);
  });

  it('refuses 5 GB before it reads any of it', async () => {
    const entry = { name: 'a', bytes: 5e9, content: [new Uint8Array(1)] };
    await expectFailure(
      zipPieces('saveModel', [entry]).next(),
      'UNSUPPORTED_FORMAT',
      /^saveModel: expected at most 4 GB .* got 5000000000 bytes/,
    );
  });
});
