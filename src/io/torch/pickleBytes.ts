import { expectedGot, type InceptionError } from '../../errors.js';
import { DAMAGED } from '../randomAccessFile.js';

/** That a pickle goes on beyond the bytes at hand: of a longer file, more are to be read. */
export class PickleGoesOn extends Error {}

/** No module or class has a longer name. */
const MAX_LINE_BYTES = 512;

/** The bytes of pickles that follow each other, taken one value at a time. */
export class PickleBytes {
  /** Of the next byte. */
  position = 0;

  /** @param file What errors call it. */
  constructor(
    readonly file: string,
    private readonly bytes: Uint8Array<ArrayBuffer>,
  ) {}

  /** @throws PickleGoesOn if there are not so many left. */
  take(length: number): Buffer<ArrayBuffer> {
    if (length > this.bytes.length - this.position)
      throw new PickleGoesOn(`${this.file}: a pickle that goes on beyond byte ${this.bytes.length}`);
    const { buffer, byteOffset } = this.bytes;
    const taken = Buffer.from(buffer, byteOffset + this.position, length);
    this.position += length;
    return taken;
  }

  uint8(): number {
    return this.take(1)[0];
  }

  uint16(): number {
    return this.take(2).readUInt16LE();
  }

  int32(): number {
    return this.take(4).readInt32LE();
  }

  uint32(): number {
    return this.take(4).readUInt32LE();
  }

  /** A length. More than a file can have is no less than infinite. */
  uint64(): number {
    return Number(this.take(8).readBigUInt64LE());
  }

  /** Written with its highest byte first, unlike everything else. */
  float64(): number {
    return this.take(8).readDoubleBE();
  }

  /** Two's complement of so many bytes; a `bigint` where a number would not be exact. */
  integer(length: number): number | bigint {
    const digits = Buffer.from(this.take(length)).reverse().toString('hex');
    const value = length === 0 ? 0n : BigInt.asIntN(length * 8, BigInt(`0x${digits}`));
    return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  }

  text(length: number): string {
    const bytes = this.take(length);
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw this.corrupt('UTF-8 text', bytes.subarray(0, 16));
    }
  }

  /** Up to a line's end, which is taken and left out. */
  line(): string {
    const window = this.bytes.subarray(this.position, this.position + MAX_LINE_BYTES);
    const length = window.indexOf(10);
    if (length < 0 && window.length === MAX_LINE_BYTES) throw this.corrupt(`a name of at most ${MAX_LINE_BYTES} bytes`, 'a longer one');
    const line = this.text(length < 0 ? window.length + 1 : length);
    this.position++;
    return line;
  }

  /** An error at this place of the file. */
  corrupt(expected: string, actual: unknown): InceptionError {
    return expectedGot('CORRUPT_WEIGHTS', `${this.file}, byte ${this.position}`, expected, actual, DAMAGED);
  }
}
