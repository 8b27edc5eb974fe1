import { readFile } from 'node:fs/promises';
import { decodePicture } from './decodePicture.js';
import { fingerprintOf, sha256Of, type Fingerprint } from './fingerprint.js';
import { thumbnailOf } from './perceptualHash.js';
import { decodingName, PictureCache } from './pictureCache.js';
import { decodedShorterSide, type Preparation } from './preparePicture.js';
import { startingPicture, type StartingPicture } from './startingPicture.js';

/** A picture in a file. */
export interface PictureFile {
  readonly path: string;
  /** Of the file's bytes in hexadecimal, if it has been read before: a cached picture is then found without opening the file. */
  readonly sha256?: string;
}

/** What the first reading of a file tells. */
export interface FirstReading {
  readonly fingerprint: Fingerprint;
  /** Whether an earlier run had decoded it. */
  readonly reused: boolean;
  /** If it was asked for. */
  readonly start?: StartingPicture;
}

/** Pictures from their files, or from the cache if there is one; the pixels do not depend on it. */
export class PictureReader {
  constructor(private readonly cache?: PictureCache) {}

  /**
   * Reads a file the first time: it is decoded, now or in an earlier run.
   *
   * @param keep Whether the picture itself is wanted.
   * @throws InceptionError `UNREADABLE_IMAGE` if it does not decode; the file system's errors as they are.
   */
  async identify(path: string, preparation: Preparation, keep: boolean): Promise<FirstReading> {
    const bytes = await readFile(path);
    const sha256 = sha256Of(bytes);
    const cached = await this.cached(sha256, preparation, keep);
    if (cached) return { fingerprint: fingerprintOf(sha256, cached.thumbnail), reused: true, ...(cached.start && { start: cached.start }) };
    const whole = await decodePicture(bytes, decodedShorterSide(preparation), path);
    const thumbnail = thumbnailOf(whole);
    const fingerprint = fingerprintOf(sha256, thumbnail);
    if (!keep && !this.cache) return { fingerprint, reused: false };
    const start = startingPicture(whole, preparation);
    await this.cache?.write(sha256, decodingName(preparation), { picture: start.picture, thumbnail });
    return { fingerprint, reused: false, ...(keep && { start }) };
  }

  /**
   * The picture that an epoch starts from.
   *
   * @throws As {@link identify}.
   */
  async read({ path, sha256 }: PictureFile, preparation: Preparation): Promise<StartingPicture> {
    const known = sha256 === undefined ? undefined : await this.cached(sha256, preparation, true);
    if (known?.start) return known.start;
    if (this.cache) return (await this.identify(path, preparation, true)).start!;
    return startingPicture(await decodePicture(await readFile(path), decodedShorterSide(preparation), path), preparation);
  }

  private async cached(
    sha256: string,
    preparation: Preparation,
    whole: boolean,
  ): Promise<{ thumbnail: Uint8Array; start?: StartingPicture } | undefined> {
    const decoding = decodingName(preparation);
    if (!whole) {
      const thumbnail = await this.cache?.readThumbnail(sha256, decoding);
      return thumbnail && { thumbnail };
    }
    const entry = await this.cache?.read(sha256, decoding);
    return entry && { thumbnail: entry.thumbnail, start: { picture: entry.picture, prepared: !preparation.augmentation.crop } };
  }
}

/** @param onStop Told why nothing more is stored in the directory. */
export const pictureReader = (cacheDirectory: string | undefined, onStop: (reason: string) => void): PictureReader =>
  new PictureReader(cacheDirectory === undefined ? undefined : new PictureCache(cacheDirectory, onStop));
