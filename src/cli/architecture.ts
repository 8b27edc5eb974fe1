import type { Command } from 'commander';
import { costOf } from '../cost/costOf.js';
import { costTable, summaryTable } from '../cost/costTable.js';
import { diffSpecs } from '../cost/diffSpecs.js';
import { NETWORK_NAMES } from '../spec/networkSpec.js';
import { oneOf, pictureSize, positiveNumber, wholeNumber } from './arguments.js';
import { printJson } from './printJson.js';
import { readNamedSpec, readSpec, type ArchitectureFlags } from './readSpec.js';

const NETWORK = `network: ${NETWORK_NAMES.join(', ')}; or a JSON file that holds a spec`;

/** `inception summary NETWORK`: one line a layer. */
export function addSummary(program: Command): void {
  addFlags(
    program
      .command('summary')
      .description('print a network layer by layer: output shape, parameters, multiply-adds')
      .argument('<network>', NETWORK),
  )
    .addHelpText('after', '\nExample:\n  $ inception summary googlenet --variant paper --heads')
    .action((name: string, flags: ArchitectureFlags) => {
      const spec = readSpec(name, flags);
      if (flags.json) printJson(spec);
      else process.stdout.write(`${summaryTable(spec)}\n`);
    });
}

/** `inception cost NETWORK`: where the parameters and multiply-adds are, by module and branch. */
export function addCost(program: Command): void {
  addFlags(program.command('cost').description("print a network's cost by module and branch, nothing built").argument('<network>', NETWORK))
    .addHelpText('after', '\nExample:\n  $ inception cost googlenet --width 0.5 --size 128')
    .action((name: string, flags: ArchitectureFlags) => {
      const spec = readSpec(name, flags);
      if (flags.json) printJson(costOf(spec));
      else process.stdout.write(`${costTable(spec)}\n`);
    });
}

/** `inception diff A B`: what sets two networks or variants apart. */
export function addDiff(program: Command): void {
  program
    .command('diff')
    .description('print what sets two networks apart; NETWORK:VARIANT names a variant')
    .argument('<a>', 'as googlenet:paper, or a JSON file')
    .argument('<b>', 'as googlenet:torchvision, or a JSON file')
    .option('--json', 'print the differences as JSON')
    .addHelpText('after', '\nExample:\n  $ inception diff googlenet:paper googlenet:torchvision')
    .action((a: string, b: string, { json }: { json?: boolean }) => {
      const differences = diffSpecs(readNamedSpec(a), readNamedSpec(b));
      if (json) return printJson(differences);
      const lines = differences.map(({ path, a: left, b: right }) => `${path}: ${JSON.stringify(left)} → ${JSON.stringify(right)}`);
      process.stdout.write(`${lines.join('\n') || 'no difference'}\n`);
    });
}

function addFlags(command: Command): Command {
  return command
    .option('--variant <name>', 'whose network: batchnorm, paper, caffe, torchvision, slim')
    .option('--heads', 'with the auxiliary heads')
    .option('--width <factor>', 'multiplies every filter count, rounded to multiples of 8', positiveNumber('--width'))
    .option('--size <pixels>', 'input size, as 224 or 240x320 (height x width)', pictureSize)
    .option('--classes <n>', 'number of classes', wholeNumber('--classes', 1, 1_000_000))
    .option(
      '--stem <name>',
      'stride8 (the paper), stride4 or stride2 for small pictures',
      oneOf('--stem', ['stride8', 'stride4', 'stride2']),
    )
    .option('--no-top', 'without the classifier')
    .option('--json', 'print JSON');
}
