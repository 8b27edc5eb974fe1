import { InceptionError } from '../errors.js';
import { NO_AUGMENTATION } from './augmentation.js';
import type { FoundPicture, FoundPictures, Side, UnreadableFile } from './foundPictures.js';
import { mapConcurrently } from './mapConcurrently.js';
import type { LabelledPicture } from './pictureDataset.js';
import type { PicturePool } from './picturePool.js';
import type { Fingerprint } from './fingerprint.js';
import type { DecodedPicture, LoadedPicture } from './pictureTask.js';
import type { Preparation } from './preparePicture.js';
import { heldOutNames } from './splitNames.js';

/** Files a decoding task: enough to keep a thread busy, few enough for the progress to move. */
const FILES_A_TASK = 16;

/** What keeping a picture in memory takes beside its pixels: the objects that hold it, on the thread that decoded it, too. */
const BYTES_A_PICTURE = 1024;

/** Files named in an error; the rest are counted. */
const FILES_NAMED = 5;

/** Why a file is left out that is not the one that a manifest lists. */
export const ALTERED = 'The file is not the one that the manifest lists: its SHA-256 is another.';

/** A picture to read. */
interface Wanted extends FoundPicture {
  readonly label: number;
}

/** A picture that has been read. */
interface KnownPicture {
  readonly fingerprint: Fingerprint;
  /** If it is kept in memory. */
  readonly decoded?: DecodedPicture;
}

/** What a {@link FolderReader} reads with. */
export interface FolderReaderOptions {
  readonly where: string;
  readonly pool: PicturePool;
  /** The training pictures' preparation; validation's is the same without augmentation. */
  readonly preparation: Preparation;
  readonly onUnreadable: 'skip' | 'fail';
  /** Whether every file is decoded once, now. */
  readonly verify: boolean;
  readonly cacheBytes: number;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Of one class, the names that are held out: as a manifest records it, or by share. */
function heldOutOf(label: string, pictures: readonly FoundPicture[], division: { isSplit: boolean; fraction: number; seed: number }) {
  const { isSplit, fraction, seed } = division;
  const names = (isSplit ? pictures.filter(({ side }) => side === 'validation') : pictures).map(({ name }) => name);
  if (isSplit) return new Set(names);
  return fraction > 0 ? heldOutNames(label, names, fraction, seed) : new Set<string>();
}

/** The error for files that cannot be read where each must be. */
export function unreadableError(where: string, files: readonly UnreadableFile[]): InceptionError {
  const named = files.slice(0, FILES_NAMED).map(({ path, reason }) => `\n  ${path}: ${reason}`);
  const rest = files.length > FILES_NAMED ? `\n  and ${files.length - FILES_NAMED} more` : '';
  return new InceptionError(
    'UNREADABLE_IMAGE',
    `${where}: expected every picture to be readable, got ${files.length} that are not:${named.join('')}${rest}\nConvert or remove them, or leave them out with onUnreadable: 'skip'.`,
  );
}

/**
 * Decodes the files of folders once, so that every damaged one is known before the first batch and `count` is true, and keeps the decoded
 * pictures in memory as long as they fit.
 */
export class FolderReader {
  private readonly loaded: Record<Side, Map<string, KnownPicture>> = { train: new Map(), validation: new Map() };
  /** The files that did not decode. */
  readonly unreadable: UnreadableFile[] = [];
  /** How many files an earlier run had decoded. */
  reused = 0;
  private cachedBytes = 0;
  private done = 0;
  private total = 0;

  constructor(private readonly options: FolderReaderOptions) {}

  preparationOf(side: Side): Preparation {
    const { preparation } = this.options;
    return side === 'train' ? preparation : { ...preparation, augmentation: NO_AUGMENTATION };
  }

  /**
   * Reads one folder's pictures and divides them, as a manifest records it or by share. A picture that cannot be read belongs to neither
   * side: the division is one of the readable pictures, as if the others had never been there.
   *
   * @param fraction The share of each class held out for validation; 0 for none.
   */
  async divide(found: FoundPictures, fraction: number, seed: number): Promise<Record<Side, LabelledPicture[]>> {
    for (let { pictures } = found; ;) {
      const heldOut = pictures.map((list, label) => heldOutOf(found.classes[label], list, { isSplit: found.isSplit, fraction, seed }));
      const of = (side: Side): Wanted[] =>
        pictures.flatMap((list, label) =>
          list.filter(({ name }) => heldOut[label].has(name) === (side === 'validation')).map((picture) => ({ ...picture, label })),
        );
      const [train, validation] = [of('train'), of('validation')];
      const damaged = new Set([...(await this.read('train', train)), ...(await this.read('validation', validation))]);
      if (damaged.size === 0) return { train: this.withSources('train', train), validation: this.withSources('validation', validation) };
      pictures = pictures.map((list) => list.filter(({ name }) => !damaged.has(name)));
    }
  }

  /** Reads a folder whose pictures are all for one side. */
  async readAll(side: Side, { pictures }: FoundPictures): Promise<LabelledPicture[]> {
    const all = pictures.flatMap((list, label) => list.map((picture) => ({ ...picture, label })));
    const damaged = new Set(await this.read(side, all));
    return this.withSources(
      side,
      all.filter(({ name }) => !damaged.has(name)),
    );
  }

  private withSources(side: Side, pictures: readonly Wanted[]): LabelledPicture[] {
    return pictures.map(({ path, name, label }) => {
      const loaded = this.loaded[side].get(path);
      if (!loaded) return { name, label, path, source: { path } };
      const { fingerprint, decoded } = loaded;
      return { name, label, path, source: decoded ?? { path, sha256: fingerprint.sha256 }, fingerprint };
    });
  }

  /** @returns The names of those that cannot be read. */
  private async read(side: Side, pictures: readonly Wanted[]): Promise<string[]> {
    if (!this.options.verify) return [];
    const fresh = pictures.filter(({ path }) => !this.loaded[side].has(path));
    this.total += fresh.length;
    const tasks = Array.from({ length: Math.ceil(fresh.length / FILES_A_TASK) }, (_, task) =>
      fresh.slice(task * FILES_A_TASK, (task + 1) * FILES_A_TASK),
    );
    // Two tasks a thread: one under way, one waiting. More would decode ahead of the cache's limit.
    const damaged = await mapConcurrently(tasks, 2 * Math.max(1, this.options.pool.workers), (files) => this.readSome(side, files));
    const names = damaged.flat();
    if (names.length > 0 && this.options.onUnreadable === 'fail') throw unreadableError(this.options.where, this.unreadable);
    return names;
  }

  private async readSome(side: Side, files: readonly Wanted[]): Promise<string[]> {
    const { pool, cacheBytes, onProgress } = this.options;
    const paths = files.map(({ path }) => path);
    const keepBytes = Math.max(0, cacheBytes - this.cachedBytes - paths.length * BYTES_A_PICTURE);
    const results = await pool.run({ kind: 'load', preparation: this.preparationOf(side), paths, keepBytes });
    const fits = this.makeRoom(results);
    const damaged: string[] = [];
    results.forEach((result, i) => {
      const { path, name, sha256 } = files[i];
      const isAltered = sha256 !== undefined && 'fingerprint' in result && result.fingerprint.sha256 !== sha256;
      if ('reason' in result || isAltered) {
        damaged.push(name);
        this.unreadable.push({ path, reason: 'reason' in result ? result.reason : ALTERED });
      } else {
        const { fingerprint, reused, decoded } = result;
        this.reused += Number(reused);
        this.loaded[side].set(path, fits && decoded ? { fingerprint, decoded } : { fingerprint });
      }
    });
    this.done += files.length;
    onProgress?.(this.done, this.total);
    return damaged;
  }

  /** Whether the pictures of one task, which share a block of memory, fit with those of tasks that were under way at the same time. */
  private makeRoom(results: readonly LoadedPicture[]): boolean {
    const kept = results.flatMap((result) => ('decoded' in result && result.decoded ? [result.decoded] : []));
    const bytes = (kept[0]?.memory.byteLength ?? 0) + kept.length * BYTES_A_PICTURE;
    if (this.cachedBytes + bytes > this.options.cacheBytes) return false;
    this.cachedBytes += bytes;
    return true;
  }
}
