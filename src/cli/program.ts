import { Command, CommanderError } from 'commander';
import { InceptionError } from '../errors.js';
import { version } from '../version.js';
import { addClassify } from './classify.js';
import { addCost, addDiff, addSummary } from './architecture.js';
import { addEvaluate } from './evaluate.js';
import { addQuickstart } from './quickstart.js';
import { addTrain } from './train.js';

/** Exit codes: 0 done, 1 failed, 2 wrong use, 130 ended by Ctrl-C. */
const FAILED = 1;
const WRONG_USE = 2;
const INTERRUPTED = 130;

/**
 * Runs one command line, such as `['classify', 'model', 'photo.jpg']`.
 *
 * @returns The exit code; errors are printed, not thrown.
 */
export async function runProgram(args: readonly string[]): Promise<number> {
  const program = new Command('inception')
    .description(
      'Inception networks in Node.js: train a classifier from folders of photos, evaluate it, use it; and every network, layer by layer.',
    )
    .version(version)
    .option('--verbose', 'print stack traces')
    .showHelpAfterError('(inception --help, or inception COMMAND --help, shows what there is)')
    .exitOverride();
  for (const add of [addQuickstart, addTrain, addEvaluate, addClassify, addSummary, addCost, addDiff]) add(program);
  // Options go before or after the command's name.
  for (const command of program.commands) command.option('--verbose', 'print stack traces').exitOverride();
  try {
    await program.parseAsync([...args], { from: 'user' });
    return 0;
  } catch (error) {
    return report(error, args.includes('--verbose'));
  }
}

function report(error: unknown, verbose: boolean): number {
  // Commander has printed its own message; help and version are not failures.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USE;
  const text = error instanceof Error ? (verbose ? error.stack : error.message) : String(error);
  process.stderr.write(`error: ${text}\n`);
  if (verbose && error instanceof Error && error.cause !== undefined) console.error('caused by:', error.cause);
  if (!(error instanceof InceptionError)) {
    if (!verbose) process.stderr.write('This is not an error we foresaw; --verbose shows where it came from.\n');
    return FAILED;
  }
  if (error.code === 'ABORTED') return INTERRUPTED;
  return error.code === 'INVALID_ARGUMENT' || error.code === 'INPUT_TOO_SMALL' ? WRONG_USE : FAILED;
}
