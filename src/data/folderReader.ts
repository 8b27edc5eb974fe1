import { join } from 'node:path';
import { InceptionError } from '../errors.js';
import { NO_AUGMENTATION } from './augmentation.js';
import type { FoundPictures, UnreadableFile } from './findPictures.js';
import { mapConcurrently } from './mapConcurrently.js';
import type { LabelledPicture } from './pictureDataset.js';
import type { PicturePool } from './picturePool.js';
import type { LoadedPicture } from './pictureTask.js';
import type { Preparation } from './preparePicture.js';
import { heldOutNames } from './splitNames.js';

/** Files a decoding task: enough to keep a thread busy, few enough for the progress to move. */
const FILES_A_TASK = 16;

/** Files named in an error; the rest are counted. */
const FILES_NAMED = 5;

export type Side = 'train' | 'validation';

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
  private readonly loaded: Record<Side, Map<string, LoadedPicture>> = { train: new Map(), validation: new Map() };
  /** The files that did not decode. */
  readonly unreadable: UnreadableFile[] = [];
  private cachedBytes = 0;
  private done = 0;
  private total = 0;

  constructor(private readonly options: FolderReaderOptions) {}

  preparationOf(side: Side): Preparation {
    const { preparation } = this.options;
    return side === 'train' ? preparation : { ...preparation, augmentation: NO_AUGMENTATION };
  }

  /**
   * Reads one folder's pictures and divides them. A picture that cannot be read belongs to neither side: the division is one of the
   * readable pictures, as if the others had never been there.
   *
   * @param fraction The share of each class held out for validation; 0 for none.
   */
  async divide(directory: string, found: FoundPictures, fraction: number, seed: number): Promise<Record<Side, LabelledPicture[]>> {
    for (let { names } = found; ;) {
      const heldOut = names.map((list, label) =>
        fraction > 0 ? heldOutNames(found.classes[label], list, fraction, seed) : new Set<string>(),
      );
      const train = this.label(directory, found, names, (label, name) => !heldOut[label].has(name));
      const validation = this.label(directory, found, names, (label, name) => heldOut[label].has(name));
      const damaged = new Set([...(await this.read('train', train)), ...(await this.read('validation', validation))]);
      if (damaged.size === 0) return { train: this.withSources('train', train), validation: this.withSources('validation', validation) };
      names = names.map((list, label) => list.filter((name) => !damaged.has(`${found.classes[label]}/${name}`)));
    }
  }

  /** Reads a folder whose pictures are all for one side. */
  async readAll(side: Side, directory: string, found: FoundPictures): Promise<LabelledPicture[]> {
    const all = this.label(directory, found, found.names, () => true);
    const damaged = new Set(await this.read(side, all));
    return this.withSources(
      side,
      all.filter(({ name }) => !damaged.has(name)),
    );
  }

  private label(
    directory: string,
    { classes }: FoundPictures,
    names: readonly string[][],
    belongs: (label: number, name: string) => boolean,
  ): { path: string; name: string; label: number }[] {
    return names.flatMap((list, label) =>
      list
        .filter((name) => belongs(label, name))
        .map((name) => ({ path: join(directory, classes[label], name), name: `${classes[label]}/${name}`, label })),
    );
  }

  private withSources(side: Side, pictures: readonly { path: string; name: string; label: number }[]): LabelledPicture[] {
    return pictures.map(({ path, name, label }) => {
      const loaded = this.loaded[side].get(path);
      if (!loaded || 'reason' in loaded) return { name, label, source: { path } };
      const { fingerprint, decoded } = loaded;
      return { name, label, source: decoded ?? { path }, fingerprint };
    });
  }

  /** @returns The names of those that cannot be read. */
  private async read(side: Side, pictures: readonly { path: string; name: string }[]): Promise<string[]> {
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

  private async readSome(side: Side, files: readonly { path: string; name: string }[]): Promise<string[]> {
    const { pool, cacheBytes, onProgress } = this.options;
    const paths = files.map(({ path }) => path);
    const keep = this.cachedBytes < cacheBytes;
    const results = await pool.run({ kind: 'load', preparation: this.preparationOf(side), paths, keep });
    const damaged: string[] = [];
    results.forEach((result, i) => {
      const { path, name } = files[i];
      if ('reason' in result) {
        damaged.push(name);
        this.unreadable.push({ path, reason: result.reason });
      } else {
        const bytes = result.decoded?.memory.byteLength ?? 0;
        const fits = this.cachedBytes + bytes <= cacheBytes;
        if (fits) this.cachedBytes += bytes;
        this.loaded[side].set(path, fits ? result : { fingerprint: result.fingerprint });
      }
    });
    this.done += files.length;
    onProgress?.(this.done, this.total);
    return damaged;
  }
}
