import { lookup3 } from '../../../src/io/hdf5/lookup3.js';

describe('lookup3 (Bob Jenkins, lookup3.c, driver5)', () => {
  it("hashes 'Four score and seven years ago' to 17770551, as its author prints it", () => {
    expect(lookup3(Buffer.from('Four score and seven years ago'))).toBe(0x17770551);
  });

  it('takes all bytes of a text of any length from 1 to 26 into account', () => {
    for (let length = 1; length <= 26; length++) {
      const bytes = new Uint8Array(length).fill(7);
      const hashes = new Set([lookup3(bytes), ...Array.from(bytes, (_, at) => lookup3(bytes.with(at, 8)))]);
      expect(hashes.size).toBe(length + 1);
    }
  });
});
