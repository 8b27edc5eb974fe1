import { readFile } from 'node:fs/promises';
import { InceptionError } from '../errors.js';
import { decodePicture } from './decodePicture.js';
import type { Mix } from './drawMixing.js';
import { fingerprintOf, sha256Of, type Fingerprint } from './fingerprint.js';
import { mapConcurrently } from './mapConcurrently.js';
import { mixBatch } from './mixBatch.js';
import { decodedShorterSide, evaluationPicture, writeTrainingPicture, type Preparation } from './preparePicture.js';
import type { Picture } from './resample.js';
import { cutViews, type ViewsTask } from './writeViews.js';

/** A decoded picture in memory that every thread sees. */
export interface DecodedPicture {
  readonly memory: SharedArrayBuffer;
  readonly offset: number;
  readonly width: number;
  readonly height: number;
  /** Whether it has the network's input size already (nothing is cropped at random), or is the larger picture that crops are taken from. */
  readonly prepared: boolean;
}

/** Where a picture's pixels come from. */
export type PictureSource = DecodedPicture | { readonly path: string };

/** Decode files once, to find out which can be read and, with `keep`, to hold them in memory. */
export interface LoadTask {
  readonly kind: 'load';
  readonly preparation: Preparation;
  readonly paths: readonly string[];
  readonly keep: boolean;
}

/** What became of a file. */
export type LoadedPicture = { readonly fingerprint: Fingerprint; readonly decoded?: DecodedPicture } | { readonly reason: string };

/** Make one batch. */
export interface BatchTask {
  readonly kind: 'batch';
  readonly preparation: Preparation;
  readonly epoch: number;
  readonly items: readonly { readonly index: number; readonly occurrence?: number; readonly source: PictureSource }[];
  /** What each picture is then mixed with. */
  readonly mixing?: readonly Mix[];
}

export type PictureTask = LoadTask | BatchTask | ViewsTask;
export type PictureTaskResult<Task extends PictureTask> = Task extends LoadTask ? LoadedPicture[] : Uint8Array;

/** Pictures decoded at once by one thread. Decoding itself runs on libuv's threads, so that one more fills the gaps between them. */
const DECODED_AT_ONCE = 2;

/** The picture in a file, whole and upright, at the size that the preparation needs. */
async function readPicture(path: string, preparation: Preparation): Promise<{ whole: Picture; bytes: Uint8Array }> {
  const bytes = await readFile(path);
  return { whole: await decodePicture(bytes, decodedShorterSide(preparation), path), bytes };
}

/** What a training epoch starts from: the whole picture where crops are drawn from it, otherwise the evaluation's view. */
const startOf = (whole: Picture, preparation: Preparation): { picture: Picture; prepared: boolean } =>
  preparation.augmentation.crop ? { picture: whole, prepared: false } : { picture: evaluationPicture(whole, preparation), prepared: true };

/** Why a file cannot be read, without its path. */
function reasonOf(error: unknown, path: string): string {
  if (!(error instanceof InceptionError)) return `The file cannot be opened (${(error as NodeJS.ErrnoException).code ?? String(error)}).`;
  return error.message.startsWith(`${path}: `) ? error.message.slice(path.length + 2) : error.message;
}

async function load(task: LoadTask): Promise<LoadedPicture[]> {
  return mapConcurrently(task.paths, DECODED_AT_ONCE, async (path) => {
    try {
      const { whole, bytes } = await readPicture(path, task.preparation);
      const fingerprint = fingerprintOf(sha256Of(bytes), whole);
      if (!task.keep) return { fingerprint };
      const { picture, prepared } = startOf(whole, task.preparation);
      const memory = new SharedArrayBuffer(picture.pixels.length);
      new Uint8Array(memory).set(picture.pixels);
      return { fingerprint, decoded: { memory, offset: 0, width: picture.width, height: picture.height, prepared } };
    } catch (error) {
      return { reason: reasonOf(error, path) };
    }
  });
}

async function batch({ preparation, epoch, items, mixing }: BatchTask): Promise<Uint8Array> {
  const [height, width] = preparation.size;
  const length = height * width * 3;
  const output = new Uint8Array(items.length * length);
  await mapConcurrently(items, DECODED_AT_ONCE, async ({ index, occurrence, source }, position) => {
    let picture: Picture;
    let prepared: boolean;
    if ('path' in source) {
      ({ picture, prepared } = startOf((await readPicture(source.path, preparation)).whole, preparation));
    } else {
      const pixels = new Uint8Array(source.memory, source.offset, source.width * source.height * 3);
      picture = { pixels, width: source.width, height: source.height };
      prepared = source.prepared;
    }
    const target = output.subarray(position * length, (position + 1) * length);
    writeTrainingPicture(picture, prepared, preparation, { seed: preparation.seed, epoch, index, occurrence }, target);
  });
  if (mixing) mixBatch(output, mixing, width);
  return output;
}

/** Does a task on the calling thread: the one piece of code behind worker threads and their stand-in. */
export async function runPictureTask<Task extends PictureTask>(task: Task): Promise<PictureTaskResult<Task>> {
  try {
    if (task.kind === 'load') return (await load(task)) as PictureTaskResult<Task>;
    return (task.kind === 'views' ? await cutViews(task) : await batch(task)) as PictureTaskResult<Task>;
  } catch (error) {
    if (error instanceof InceptionError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new InceptionError(
      'UNREADABLE_IMAGE',
      `batch: expected every picture to be as it was when the folder was read, got: ${message}. Read the folder again.`,
      {
        cause: error,
      },
    );
  }
}
