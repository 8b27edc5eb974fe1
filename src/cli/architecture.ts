import type { Command } from 'commander';
import { costOf } from '../cost/costOf.js';
import { costChange } from '../cost/costChange.js';
import { costChangeTable } from '../cost/costChangeTable.js';
import { costTable, summaryTable } from '../cost/costTable.js';
import { diffSpecs } from '../cost/diffSpecs.js';
import { diffTable } from '../cost/diffTable.js';
import { hasAuxiliaryHeads, NETWORK_NAMES, variantsOf } from '../spec/networkSpec.js';
import { oneOf, pictureSize, positiveNumber, wholeNumber } from './arguments.js';
import { addDrawingFlags, drawNetwork, type DrawingFlags } from './drawNetwork.js';
import { printJson } from './printJson.js';
import { isSpecFile, networkAndVariant, readSpec, type ArchitectureFlags } from './readSpec.js';
import { addChangeFlags, changedByFlags, type ChangeFlags } from './specChanges.js';

const NETWORK = `network: ${NETWORK_NAMES.join(', ')}; NETWORK:VARIANT names a variant; or a JSON file that holds a spec`;

const SUMMARY_HELP = `
Examples:
  $ inception summary googlenet --variant paper --heads
  $ inception summary inception-v3 --heads --svg inception-v3.svg`;

/** `inception summary NETWORK`: one line a layer, or a picture. */
export function addSummary(program: Command): void {
  const command = program
    .command('summary')
    .description('print a network layer by layer: output shape, parameters, multiply-adds; or draw it')
    .argument('<network>', NETWORK);
  addDrawingFlags(addFlags(command))
    .addHelpText('after', SUMMARY_HELP)
    .action(async (name: string, flags: ArchitectureFlags & ChangeFlags & DrawingFlags) => {
      const spec = changedByFlags(readSpec(name, flags), flags);
      const isDrawn = await drawNetwork(spec, flags);
      if (flags.json) printJson(spec);
      else if (!isDrawn) process.stdout.write(`${summaryTable(spec)}\n`);
    });
}

const COST_HELP = `
With --without or --set it prints what the change does to the cost, before → after.

Examples:
  $ inception cost googlenet --width 0.5 --size 128
  $ inception cost googlenet --without inception_3a_5x5_reduce
  $ inception cost googlenet --without 'inception_*_reduce'
  $ inception cost googlenet --set inception_3a_5x5.filters=64 --set inception_3a_5x5.kernelSize=3`;

/** `inception cost NETWORK`: where the parameters and multiply-adds are, by module and branch, or what a change does to them. */
export function addCost(program: Command): void {
  addFlags(program.command('cost').description("print a network's cost by module and branch, nothing built").argument('<network>', NETWORK))
    .addHelpText('after', COST_HELP)
    .action((name: string, flags: ArchitectureFlags & ChangeFlags) => {
      const spec = readSpec(name, flags);
      const changed = changedByFlags(spec, flags);
      if (changed !== spec && flags.json) printJson(costChange(spec, changed));
      else if (changed !== spec) process.stdout.write(`${costChangeTable(spec, changed)}\n`);
      else if (flags.json) printJson(costOf(spec));
      else process.stdout.write(`${costTable(spec)}\n`);
    });
}

const DIFF_HELP = `
Examples:
  $ inception diff googlenet inception-v3
  $ inception diff googlenet:paper googlenet:torchvision
  $ inception summary googlenet --without inception_3a_5x5_reduce --json > mine.json
  $ inception diff googlenet mine.json`;

/** `inception diff A B`: what sets two networks or variants apart. */
export function addDiff(program: Command): void {
  program
    .command('diff')
    .description('print what sets two networks or variants apart, module by module')
    .argument('<a>', NETWORK)
    .argument('<b>', 'likewise')
    .option('--heads', 'with the auxiliary heads of the networks that have some')
    .option('--json', 'print the differences as JSON')
    .addHelpText('after', DIFF_HELP)
    .action((a: string, b: string, flags: Pick<ArchitectureFlags, 'heads' | 'json'>) => {
      const [left, right] = [a, b].map((name) => readSpec(name, { heads: flags.heads && mayHaveHeads(name), top: true }));
      if (flags.json) printJson(diffSpecs(left, right));
      else process.stdout.write(`${diffTable(left, right, [a, b])}\n`);
    });
}

/** Whether heads can be asked for: a file says itself what it has, and three networks have none. */
function mayHaveHeads(name: string): boolean {
  return !isSpecFile(name) && hasAuxiliaryHeads(networkAndVariant(name)[0]);
}

/** `batchnorm, paper (googlenet); slim, caffe (inception-v2)`, the defaults first. */
const VARIANTS = NETWORK_NAMES.map((name) => `${variantsOf(name).join(', ')} (${name})`).join('; ');

function addFlags(command: Command): Command {
  return addChangeFlags(command)
    .option('--variant <name>', `whose network: ${VARIANTS}`)
    .option('--heads', 'with the auxiliary heads')
    .option('--width <factor>', 'multiplies every filter count, rounded to multiples of 8', positiveNumber('--width'))
    .option('--size <pixels>', 'input size, as 224 or 240x320 (height x width)', pictureSize)
    .option('--classes <n>', 'number of classes', wholeNumber('--classes', 1, 1_000_000))
    .option(
      '--stem <name>',
      'stride8 (as published), stride4 or stride2 for small pictures',
      oneOf('--stem', ['stride8', 'stride4', 'stride2']),
    )
    .option('--no-top', 'without the classifier')
    .option('--json', 'print JSON');
}
