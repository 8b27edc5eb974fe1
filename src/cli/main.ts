#!/usr/bin/env node
import { leaveOnInterrupt } from './interrupt.js';
import { runProgram } from './program.js';
import { reportError } from './reportError.js';

const giveUp = (error: unknown): void => process.exit(reportError(error, process.argv.includes('--verbose')));

leaveOnInterrupt();
process.on('uncaughtException', giveUp);
// A reader that has seen enough (`inception summary googlenet | head`) is no failure; and work goes on if nobody reads how it does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => (error.code === 'EPIPE' ? process.exit(0) : giveUp(error)));
process.stderr.on('error', () => undefined);

void runProgram(process.argv.slice(2)).then((exitCode) => {
  process.exitCode = exitCode;
});
