import { createHash } from 'node:crypto';
import { perceptualHash } from './perceptualHash.js';

/** What tells one picture from another. Strings throughout: with 100,000 pictures they take 40 MB, typed arrays half as much again. */
export interface Fingerprint {
  /** Of the file's bytes, 64 lower-case hexadecimal digits. */
  readonly sha256: string;
  /** The 64-bit difference hash of the upright picture, 16 hexadecimal digits. */
  readonly perceptualHash: string;
  /** The picture's 9 × 8 mean colors, `[8, 9, 3]`, as a string of 216 characters whose codes are the bytes (`latin1`). */
  readonly thumbnail: string;
}

/** @returns The SHA-256 of a file's bytes in lower-case hexadecimal. */
export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** @param thumbnail As `thumbnailOf` gives it, of the whole picture. */
export function fingerprintOf(sha256: string, thumbnail: Uint8Array): Fingerprint {
  return { sha256, perceptualHash: perceptualHash(thumbnail), thumbnail: String.fromCharCode(...thumbnail) };
}
