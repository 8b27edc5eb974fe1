import { InceptionError, type InceptionErrorCode } from '../../src/errors.js';

/** Awaits a call that must fail, and checks how. */
export async function expectFailure(promise: Promise<unknown>, code: InceptionErrorCode, message: RegExp): Promise<InceptionError> {
  const error = await promise.then(
    (value) => new Error(`expected a failure with ${code}, got ${String(value)}`),
    (reason: unknown) => reason,
  );
  if (!(error instanceof InceptionError)) throw error;
  expect({ code: error.code, message: error.message }).toEqual({ code, message: expect.stringMatching(message) });
  return error;
}
