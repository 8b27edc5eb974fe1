import { invalidArgument } from '../errors.js';

/** @throws InceptionError `INVALID_ARGUMENT` if a caller's signal, by which it would end the work, is none; an AbortController, for instance. */
export function assertSignal(where: string, signal: AbortSignal | undefined): void {
  if (signal !== undefined && typeof (signal as Partial<AbortSignal> | null)?.aborted !== 'boolean') {
    throw invalidArgument(where, 'an AbortSignal', signal);
  }
}
