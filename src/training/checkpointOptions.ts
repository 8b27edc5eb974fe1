import { checkOptions, invalidArgument } from '../errors.js';

/** Where and how often a training is saved so that it can go on. */
export interface CheckpointOptions {
  /** A file; by custom its name ends in `.safetensors`, the format it has. Its folder is made. */
  readonly path: string;
  /** Also within an epoch, so often at least (a step that is under way ends first). @default 10; Infinity for never */
  readonly everyMinutes?: number;
  /** @default 1; the last epoch's is written in any case */
  readonly everyEpochs?: number;
}

const KNOWN_OPTIONS: Readonly<Record<keyof CheckpointOptions, true>> = { path: true, everyMinutes: true, everyEpochs: true };

/** @throws InceptionError `INVALID_ARGUMENT` */
export function checkpointSettings(given: string | CheckpointOptions | undefined): Required<CheckpointOptions> | undefined {
  if (given === undefined) return undefined;
  const options = typeof given === 'string' ? { path: given } : given;
  checkOptions<CheckpointOptions>('train.checkpoint', options, KNOWN_OPTIONS);
  const { path, everyMinutes = 10, everyEpochs = 1 } = options;
  if (typeof path !== 'string' || path === '') throw invalidArgument('train.checkpoint.path', 'the path of a file', path);
  if (!(everyMinutes >= 0)) throw invalidArgument('train.checkpoint.everyMinutes', 'a number of minutes, 0 or more', everyMinutes);
  if (!(Number.isInteger(everyEpochs) && everyEpochs > 0)) {
    throw invalidArgument('train.checkpoint.everyEpochs', 'a positive integer', everyEpochs);
  }
  return { path, everyMinutes, everyEpochs };
}
