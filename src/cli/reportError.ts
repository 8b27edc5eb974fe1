import { InceptionError } from '../errors.js';

/** Exit codes: 0 done, 1 failed, 2 wrong use; 130 where Ctrl-C ended it. */
const FAILED = 1;
export const WRONG_USE = 2;

/** Prints an error on standard error, with its stack and cause only where that is asked for. Returns the exit code. */
export function reportError(error: unknown, verbose: boolean): number {
  const text = error instanceof Error ? (verbose ? error.stack : error.message) : String(error);
  process.stderr.write(`error: ${text}\n`);
  if (verbose && error instanceof Error && error.cause !== undefined) console.error('caused by:', error.cause);
  if (error instanceof InceptionError) {
    return error.code === 'INVALID_ARGUMENT' || error.code === 'INPUT_TOO_SMALL' ? WRONG_USE : FAILED;
  }
  if (!verbose) process.stderr.write('This is not an error we foresaw; --verbose shows where it came from.\n');
  return FAILED;
}
