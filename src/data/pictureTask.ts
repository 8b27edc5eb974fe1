import { InceptionError } from '../errors.js';
import { runDecodeTask, type DecodeTask } from './decodeTask.js';
import type { Mix } from './drawMixing.js';
import type { Fingerprint } from './fingerprint.js';
import { mapConcurrently } from './mapConcurrently.js';
import { mixBatch } from './mixBatch.js';
import type { FirstReading, PictureFile, PictureReader } from './pictureReader.js';
import { writeTrainingPicture, type Preparation } from './preparePicture.js';
import type { StartingPicture } from './startingPicture.js';
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
export type PictureSource = DecodedPicture | PictureFile;

/** Decode files once, to find out which can be read, and to hold them in memory. */
export interface LoadTask {
  readonly kind: 'load';
  readonly preparation: Preparation;
  readonly paths: readonly string[];
  /** The most bytes of pictures to hold. */
  readonly keepBytes: number;
}

/** What became of a file. */
export type LoadedPicture =
  { readonly fingerprint: Fingerprint; readonly reused: boolean; readonly decoded?: DecodedPicture } | { readonly reason: string };

/** Make one batch. */
export interface BatchTask {
  readonly kind: 'batch';
  readonly preparation: Preparation;
  readonly epoch: number;
  readonly items: readonly { readonly index: number; readonly occurrence?: number; readonly source: PictureSource }[];
  /** What each picture is then mixed with. */
  readonly mixing?: readonly Mix[];
}

export type PictureTask = LoadTask | BatchTask | ViewsTask | DecodeTask;
export type PictureTaskResult<Task extends PictureTask> = Task extends LoadTask ? LoadedPicture[] : Uint8Array;

/** Pictures decoded at once by one thread. Decoding itself runs on libuv's threads, so that one more fills the gaps between them. */
const DECODED_AT_ONCE = 2;

/** Why a file cannot be read, without its path. */
function reasonOf(error: unknown, path: string): string {
  if (!(error instanceof InceptionError)) return `The file cannot be opened (${(error as NodeJS.ErrnoException).code ?? String(error)}).`;
  return error.message.startsWith(`${path}: `) ? error.message.slice(path.length + 2) : error.message;
}

type ReadFile = { readonly reading: FirstReading } | { readonly reason: string };

/**
 * Moves pictures to one block of memory that every thread sees, as many as fit into it. One block for all: small ones of their own, between
 * what decoding allocates and frees, would take half as much again.
 */
function share(files: readonly ReadFile[], keepBytes: number): LoadedPicture[] {
  let length = 0;
  const offsets = files.map((file) => {
    const bytes = 'reading' in file ? (file.reading.start?.picture.pixels.length ?? Infinity) : Infinity;
    if (length + bytes > keepBytes) return undefined;
    length += bytes;
    return length - bytes;
  });
  const memory = new SharedArrayBuffer(length);
  return files.map((file, i) => {
    if ('reason' in file) return file;
    const { fingerprint, reused, start } = file.reading;
    const offset = offsets[i];
    if (!start || offset === undefined) return { fingerprint, reused };
    const { pixels, width, height } = start.picture;
    new Uint8Array(memory).set(pixels, offset);
    return { fingerprint, reused, decoded: { memory, offset, width, height, prepared: start.prepared } };
  });
}

async function load({ paths, preparation, keepBytes }: LoadTask, reader: PictureReader): Promise<LoadedPicture[]> {
  const files = await mapConcurrently(paths, DECODED_AT_ONCE, async (path): Promise<ReadFile> => {
    try {
      return { reading: await reader.identify(path, preparation, keepBytes > 0) };
    } catch (error) {
      return { reason: reasonOf(error, path) };
    }
  });
  return share(files, keepBytes);
}

/** The error that ends an epoch: a file that was readable, or was never read before. */
function lostPicture(path: string, cause: unknown): InceptionError {
  return new InceptionError(
    'UNREADABLE_IMAGE',
    `${path}: expected a picture that can still be read, got: ${reasonOf(cause, path)} ` +
      'Put the file back and go on from the last checkpoint, or read the folder again with verify: true, which leaves out what does not decode.',
    { cause },
  );
}

/** The picture that is in memory already, or in a file. */
async function startOf(source: PictureSource, preparation: Preparation, reader: PictureReader): Promise<StartingPicture> {
  if ('path' in source) return reader.read(source, preparation).catch((error) => Promise.reject(lostPicture(source.path, error)));
  const { memory, offset, width, height, prepared } = source;
  return { picture: { pixels: new Uint8Array(memory, offset, width * height * 3), width, height }, prepared };
}

async function batch({ preparation, epoch, items, mixing }: BatchTask, reader: PictureReader): Promise<Uint8Array> {
  const [height, width] = preparation.size;
  const length = height * width * 3;
  const output = new Uint8Array(items.length * length);
  await mapConcurrently(items, DECODED_AT_ONCE, async ({ index, occurrence, source }, position) => {
    const { picture, prepared } = await startOf(source, preparation, reader);
    const target = output.subarray(position * length, (position + 1) * length);
    writeTrainingPicture(picture, prepared, preparation, { seed: preparation.seed, epoch, index, occurrence }, target);
  });
  if (mixing) mixBatch(output, mixing, width);
  return output;
}

/** Does a task on the calling thread: the one piece of code behind worker threads and their stand-in. */
export async function runPictureTask<Task extends PictureTask>(task: Task, reader: PictureReader): Promise<PictureTaskResult<Task>> {
  try {
    if (task.kind === 'load') return (await load(task, reader)) as PictureTaskResult<Task>;
    if (task.kind === 'decode') return (await runDecodeTask(task)) as PictureTaskResult<Task>;
    return (task.kind === 'views' ? await cutViews(task) : await batch(task, reader)) as PictureTaskResult<Task>;
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
