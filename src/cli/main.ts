#!/usr/bin/env node
import { InceptionError } from '../errors.js';
import { leaveOnInterrupt } from './interrupt.js';
import { reportError } from './reportError.js';

const giveUp = (error: unknown): void => process.exit(reportError(error, process.argv.includes('--verbose')));

leaveOnInterrupt();
process.on('uncaughtException', giveUp);
// A reader that has seen enough (`inception summary googlenet | head`) is no failure; and work goes on if nobody reads how it does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => (error.code === 'EPIPE' ? process.exit(0) : giveUp(error)));
process.stderr.on('error', () => undefined);

/** Only now, since a package that is installed in part, as sharp without its library for this platform, fails as it is loaded. */
async function loadProgram(): Promise<typeof import('./program.js')> {
  try {
    return await import('./program.js');
  } catch (cause) {
    if (!isPackageMissing(cause)) throw cause;
    const reason = (cause as Error).message.split('\nRequire stack:')[0].trim();
    const advice = 'Install the packages anew on this machine, optional ones too: npm install --include=optional.';
    throw new InceptionError('MISSING_PACKAGE', `inception: expected every package that it needs, got: ${reason}\n${advice}`, { cause });
  }
}

/** Whether Node.js finds a package or its library not, or sharp says so in words of its own. */
function isPackageMissing(error: unknown): boolean {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'MODULE_NOT_FOUND' || code === 'ERR_DLOPEN_FAILED' || String(message).startsWith('Could not load the "sharp" module');
}

void loadProgram()
  .then(({ runProgram }) => runProgram(process.argv.slice(2)))
  .then((exitCode) => (process.exitCode = exitCode), giveUp);
