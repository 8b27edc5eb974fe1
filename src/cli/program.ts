import { Command, CommanderError } from 'commander';
import { version } from '../version.js';
import { addCost, addDiff, addSummary } from './architecture.js';
import { addClassify } from './classify.js';
import { addConvert } from './convert.js';
import { addDoctor } from './doctor.js';
import { addEvaluate } from './evaluate.js';
import { addNative } from './native.js';
import { addQuickstart } from './quickstart.js';
import { reportError, WRONG_USE } from './reportError.js';
import { addTrain } from './train.js';

const COMMANDS = [addQuickstart, addTrain, addEvaluate, addClassify, addConvert, addSummary, addCost, addDiff, addDoctor, addNative];

const EXAMPLE = `
Example:
  $ inception quickstart                        see it work, from pictures to a report
  $ inception train photos --out model          your own pictures, one folder per class
  $ inception classify model photo.jpg
  $ inception doctor                            what computes here, how fast, and what would be faster`;

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
    .addHelpText('after', EXAMPLE)
    .showHelpAfterError('inception --help, or inception COMMAND --help, shows what there is.');
  for (const add of COMMANDS) add(program);
  // Options go before or after the command's name.
  for (const command of [program, ...program.commands]) command.option('--verbose', 'print stack traces').exitOverride();
  try {
    await program.parseAsync([...args], { from: 'user' });
    return 0;
  } catch (error) {
    // Commander has printed its own message; help and version are not failures.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USE;
    return reportError(error, args.includes('--verbose'));
  }
}
