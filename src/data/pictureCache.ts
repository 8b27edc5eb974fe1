import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, statfs, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { entryHeader, readEntry, readThumbnail, type CacheEntry } from './cacheEntry.js';
import { decodedShorterSide, type Preparation } from './preparePicture.js';

/** What stays free on the cache's disk, so that there is room for checkpoints and for other people: 2 GiB. */
const RESERVED_BYTES = 2 * 1024 ** 3;

/** Goes up whenever `decodePicture`, `evaluationPicture` or `decodedShorterSide` gives other pixels than before. */
const DECODING_VERSION = 1;

/** Entries under way, beside the finished ones. */
export const PARTIAL_FOLDER = 'partial';

/**
 * The name of a way of decoding: pictures that were decoded otherwise are no use. Another release of the decoder, or another processor, may
 * give other pixels.
 */
export function decodingName(preparation: Preparation): string {
  const { size, cropFraction, augmentation } = preparation;
  const view = augmentation.crop ? `whole-${decodedShorterSide(preparation)}` : `view-${size.join('x')}-${cropFraction}`;
  return `${DECODING_VERSION}-sharp-${sharp.versions.sharp ?? ''}-vips-${sharp.versions.vips}-${process.arch}-${view}`;
}

/**
 * Decoded pictures in files, one each: `<directory>/<way of decoding>/<first two digits>/<SHA-256 of the picture's file>`. The name says
 * all that the content depends on, so that processes may share a directory, a file that changed has another entry, and an entry may be
 * removed at any time.
 *
 * An entry is written beside its place and renamed in. Nothing is flushed to the disk for it: what a power cut leaves is caught by the
 * digests. What cannot be read is a miss; when something cannot be written, writing stops.
 */
export class PictureCache {
  private stopped = false;

  /** @param onStop Told once, why nothing more is stored. */
  constructor(
    private readonly directory: string,
    private readonly onStop: (reason: string) => void,
    private readonly reservedBytes = RESERVED_BYTES,
  ) {}

  /** The entry of a picture's file. @param sha256 Of its bytes, in hexadecimal. */
  read(sha256: string, decoding: string): Promise<CacheEntry | undefined> {
    return this.open(sha256, decoding, readEntry);
  }

  /** The thumbnail of an entry, without reading its pixels. */
  readThumbnail(sha256: string, decoding: string): Promise<Uint8Array | undefined> {
    return this.open(sha256, decoding, readThumbnail);
  }

  async write(sha256: string, decoding: string, entry: CacheEntry): Promise<void> {
    if (this.stopped) return;
    const partial = join(this.directory, PARTIAL_FOLDER, randomUUID());
    try {
      const { pixels } = entry.picture;
      await this.checkSpace(pixels.length);
      await writeFile(partial, [entryHeader(this.keyOf(sha256, decoding), entry), pixels]);
      await mkdir(this.folderOf(sha256, decoding), { recursive: true });
      await rename(partial, this.pathOf(sha256, decoding));
    } catch (error) {
      await rm(partial, { force: true }).catch(() => undefined);
      // Where another process has just put the same entry, Windows may refuse to replace it.
      if (!(await this.readThumbnail(sha256, decoding))) this.stop(error instanceof Error ? error.message : String(error));
    }
  }

  private stop(reason: string): void {
    if (!this.stopped) this.onStop(reason);
    this.stopped = true;
  }

  private async checkSpace(bytes: number): Promise<void> {
    const { bavail, bsize } = await statfs(this.directory);
    if (bavail * bsize - bytes >= this.reservedBytes) return;
    throw new Error(`less than ${(this.reservedBytes / 1024 ** 3).toFixed(0)} GiB would be left free on the disk`);
  }

  private async open<Result>(
    sha256: string,
    decoding: string,
    read: (file: FileHandle, key: string) => Promise<Result | undefined>,
  ): Promise<Result | undefined> {
    try {
      const file = await open(this.pathOf(sha256, decoding));
      try {
        return await read(file, this.keyOf(sha256, decoding));
      } finally {
        await file.close();
      }
    } catch {
      return undefined;
    }
  }

  private keyOf(sha256: string, decoding: string): string {
    return `${decoding}/${sha256}`;
  }

  private folderOf(sha256: string, decoding: string): string {
    return join(this.directory, decoding, sha256.slice(0, 2));
  }

  private pathOf(sha256: string, decoding: string): string {
    return join(this.folderOf(sha256, decoding), sha256);
  }
}
