import { inspect } from 'node:util';

/**
 * Every failure this package reports, by kind. The list is closed: a caller may switch over it.
 *
 * - `INVALID_ARGUMENT`: a value the caller passed (or wrote in a spec, a recipe or on the command line) is not usable.
 * - `INPUT_TOO_SMALL`: the input size is below the network's minimum, which the message names.
 * - `BACKEND_UNAVAILABLE`: the backend asked for cannot start here; the message gives its true reason.
 * - `MISSING_KERNEL`: the active backend lacks operations that the call needs; the message lists them all.
 * - `MISSING_PACKAGE`: an optional package is needed and not installed; the message gives the install line.
 * - `NOT_FOUND`: a file or folder does not exist.
 * - `EMPTY_DATASET`: a folder holds no classes, one class only, or no readable picture.
 * - `UNREADABLE_IMAGE`: a picture cannot be decoded.
 * - `CORRUPT_MODEL`: a model's description is truncated, altered, or not what it claims to be.
 * - `CORRUPT_WEIGHTS`: a weight file is truncated, altered, or not what it claims to be.
 * - `WEIGHTS_MISMATCH`: weights and model do not fit together; the message lists every difference.
 * - `CHECKPOINT_MISMATCH`: a checkpoint holds a training with other settings, data or network, or one that is unfinished; the message says what differs.
 * - `UNSUPPORTED_FORMAT`: the path's format is not one this package reads or writes.
 * - `WRITE_FAILED`: a file could not be written; what stood there before still stands.
 * - `DIVERGED`: training produced a loss that is not finite, or is beyond all bounds; the message names the step and the layer.
 * - `ABORTED`: the caller's `signal` ended the call.
 */
export type InceptionErrorCode =
  | 'INVALID_ARGUMENT'
  | 'INPUT_TOO_SMALL'
  | 'BACKEND_UNAVAILABLE'
  | 'MISSING_KERNEL'
  | 'MISSING_PACKAGE'
  | 'NOT_FOUND'
  | 'EMPTY_DATASET'
  | 'UNREADABLE_IMAGE'
  | 'CORRUPT_MODEL'
  | 'CORRUPT_WEIGHTS'
  | 'WEIGHTS_MISMATCH'
  | 'CHECKPOINT_MISMATCH'
  | 'UNSUPPORTED_FORMAT'
  | 'WRITE_FAILED'
  | 'DIVERGED'
  | 'ABORTED';

/**
 * The one error class of this package. Catch it by `code`, never by message.
 *
 * @example
 * ```ts
 * try {
 *   googLeNet({ classes: 2.5 });
 * } catch (error) {
 *   if (error instanceof InceptionError && error.code === 'INVALID_ARGUMENT') console.error(error.message);
 *   // googLeNet.classes: expected a positive integer, got 2.5.
 * }
 * ```
 */
export class InceptionError extends Error {
  readonly code: InceptionErrorCode;

  constructor(code: InceptionErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'InceptionError';
    this.code = code;
  }
}

/** A value as an error message shows it: on one line, and never long. */
export function show(value: unknown): string {
  const text = inspect(value, { depth: 2, compact: true, breakLength: Infinity, maxArrayLength: 8, maxStringLength: 120 });
  return text.length > 240 ? `${text.slice(0, 239)}…` : text;
}

/**
 * An error in the one shape of every complaint: `where: expected what, got value. What to do.`
 *
 * @param where The argument, layer, file or tensor at fault, as the reader can find it.
 * @param expected What would have been accepted, without a full stop.
 * @param actual The value that was met; the message shows it.
 * @param advice One sentence of what to do, if there is something to do.
 */
export function expectedGot(
  code: InceptionErrorCode,
  where: string,
  expected: string,
  actual: unknown,
  advice = '',
  cause?: unknown,
): InceptionError {
  const message = `${where}: expected ${expected}, got ${show(actual)}.`;
  return new InceptionError(code, advice ? `${message} ${advice}` : message, cause === undefined ? undefined : { cause });
}

/** `INVALID_ARGUMENT` in the common shape: `conv2dBN('conv1').filters: expected a positive integer, got 2.5.` */
export function invalidArgument(where: string, expected: string, actual: unknown, advice = ''): InceptionError {
  return expectedGot('INVALID_ARGUMENT', where, expected, actual, advice);
}

/**
 * Refuses options that are no object, and keys that mean nothing: a misspelt option must not be passed over in silence.
 *
 * @param where The function they were given to.
 * @param known Every key of `Options`, so that the compiler keeps the list whole.
 * @throws InceptionError `INVALID_ARGUMENT` naming the first key that is not known, and those that are.
 */
export function checkOptions<Options extends object>(where: string, options: unknown, known: Readonly<Record<keyof Options, true>>): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw invalidArgument(`${where}.options`, 'an object', options);
  }
  const unknown = Object.keys(options).find((key) => !Object.hasOwn(known, key));
  if (unknown !== undefined) {
    throw invalidArgument(`${where}.options`, `keys among ${Object.keys(known).join(', ')}`, unknown);
  }
}
