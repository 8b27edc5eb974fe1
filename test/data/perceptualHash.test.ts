import sharp from 'sharp';
import { decodePicture } from '../../src/data/decodePicture.js';
import { fingerprintOf, sha256Of } from '../../src/data/fingerprint.js';
import { perceptualHash, thumbnailOf } from '../../src/data/perceptualHash.js';
import type { Picture } from '../../src/data/resample.js';
import { gradient } from './pictureFiles.js';

/** A picture whose pixel at (x, y) is grey of the level given. */
function grey(width: number, height: number, level: (x: number, y: number) => number): Picture {
  const pixels = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) pixels.fill(level(i % width, Math.floor(i / width)), i * 3, i * 3 + 3);
  return { pixels, width, height };
}

const hashOf = (picture: Picture): string => perceptualHash(thumbnailOf(picture));

function differingBits(one: string, other: string): number {
  let bits = BigInt(`0x${one}`) ^ BigInt(`0x${other}`);
  let count = 0;
  for (; bits > 0n; bits &= bits - 1n) count++;
  return count;
}

describe('thumbnailOf', () => {
  it('is the mean colors of 9 × 8 cells: exact where the sides divide', () => {
    const thumbnail = thumbnailOf(grey(18, 16, (x, y) => (x >> 1) * 10 + (y >> 1) + (x % 2)));
    expect(thumbnail).toHaveLength(216);
    for (let row = 0; row < 8; row++) {
      // Two levels side by side: their mean ends in .5 and is rounded up.
      for (let column = 0; column < 9; column++) expect(thumbnail[(row * 9 + column) * 3]).toBe(column * 10 + row + 1);
    }
  });

  it('keeps the channels apart', () => {
    const pixels = Uint8Array.from({ length: 9 * 8 * 3 }, (_, i) => [1, 2, 3][i % 3]);
    expect([...thumbnailOf({ pixels, width: 9, height: 8 })]).toEqual([...pixels]);
  });

  it('reads inside pictures down to one pixel', () => {
    expect([...thumbnailOf(grey(1, 1, () => 77))]).toEqual(Array(216).fill(77));
    expect(thumbnailOf(grey(5, 3, () => 9)).every((level) => level === 9)).toBe(true);
  });
});

describe('perceptualHash', () => {
  it('sets the bits where the level rises to the right: all, none, and the first of the second row', () => {
    expect(hashOf(grey(90, 80, (x) => x))).toBe('ffffffffffffffff');
    expect(hashOf(grey(90, 80, (x) => 255 - x))).toBe('0000000000000000');
    expect(hashOf(grey(90, 80, () => 128))).toBe('0000000000000000');
    expect(hashOf(grey(9, 8, (x, y) => (y === 1 && x > 0 ? 9 : 8)))).toBe('0080000000000000');
  });

  it('differs in at most 3 of 64 bits after halving the size and JPEG at quality 60, and in more than 20 for the mirrored picture', async () => {
    const pixels = gradient(320, 240);
    for (let i = 0; i < pixels.length; i += 3) pixels[i] = 128 + 100 * Math.sin(i / 9000) * Math.cos((i % 960) / 130);
    const original = sharp(pixels, { raw: { width: 320, height: 240, channels: 3 } });
    const decoded = async (picture: sharp.Sharp): Promise<Picture> => decodePicture(await picture.toBuffer(), 448, 'picture');
    const hash = hashOf(await decoded(original.clone().png()));
    expect(differingBits(hash, hashOf(await decoded(original.clone().resize(160).jpeg({ quality: 60 }))))).toBeLessThanOrEqual(3);
    expect(differingBits(hash, hashOf(await decoded(original.clone().flop().png())))).toBeGreaterThan(20);
  });
});

describe('fingerprintOf', () => {
  it('holds the SHA-256, the hash and the thumbnail as one string of bytes', () => {
    const picture = grey(90, 80, (x) => x + 100);
    const fingerprint = fingerprintOf(sha256Of(Buffer.from('abc')), thumbnailOf(picture));
    // FIPS 180-2, appendix B.1.
    expect(fingerprint.sha256).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(fingerprint.perceptualHash).toBe('ffffffffffffffff');
    expect([...Buffer.from(fingerprint.thumbnail, 'latin1')]).toEqual([...thumbnailOf(picture)]);
  });
});
