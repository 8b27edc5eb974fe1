import { InceptionError } from '../../../errors.js';

/** Prefix of every message. */
export const WHERE = 'inception native install';

/** `BACKEND_UNAVAILABLE`: why a native package could not be installed. */
export function installFailure(reason: string, cause?: unknown): InceptionError {
  return new InceptionError('BACKEND_UNAVAILABLE', `${WHERE}: ${reason}`, { cause });
}

/** @throws InceptionError `ABORTED` once the caller has ended the install. */
export function throwIfAborted(signal?: AbortSignal): void {
  if (signal?.aborted) throw new InceptionError('ABORTED', `${WHERE}: stopped.`);
}

/** What to do where a disk is full, whoever met it. */
export const FREE_SPACE = 'Free some space there, or set TFJS_INCEPTION_NATIVE to a folder on another disk.';

/** A failed step's error as the user is to see it: a full disk is one whichever program met it. */
export function asInstallFailure(error: unknown, home: string, where = WHERE): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT' || /No space left on device|ENOSPC/.test(message)) {
    return new InceptionError('WRITE_FAILED', `${where}: the disk is full: ${home}. ${FREE_SPACE}`, { cause: error });
  }
  if (error instanceof InceptionError || code === undefined) return error;
  const advice = 'TFJS_INCEPTION_NATIVE names another folder.';
  return new InceptionError('WRITE_FAILED', `${where}: expected to write ${home}, got ${message}. ${advice}`, { cause: error });
}
