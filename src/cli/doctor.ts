import type { Command } from 'commander';
import { diagnose, DIAGNOSIS_STEPS } from '../backends/examine/diagnose.js';
import { InceptionError } from '../errors.js';
import { diagnosisText } from './diagnosisText.js';
import { printJson } from './printJson.js';
import { startProgress } from './progress.js';

const HELP = `
Each backend is started in a process of its own, compared with cpu, and measured by a convolution with its gradients. Nothing is installed
or changed, and no network is asked. The exit code is 0 where training is possible.

Examples:
  $ inception doctor
  $ inception doctor --json | jq '.backends[] | {name, multiplyAddsPerSecond}'`;

/** `inception doctor`: what can compute here, how fast, why the rest cannot, and what would be faster. */
export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('find out which backends run here, how fast, why others do not, and what to install for more')
    .option('--json', 'print the findings as JSON')
    .addHelpText('after', HELP)
    .action(doctor);
}

async function doctor({ json }: { readonly json?: boolean }): Promise<void> {
  const progress = startProgress('trying', DIAGNOSIS_STEPS.length);
  const onStep = (step: string): void => progress.update(DIAGNOSIS_STEPS.indexOf(step), step);
  const diagnosis = await diagnose({ onStep }).finally(() => progress.end());
  if (json) printJson(diagnosis);
  else process.stdout.write(`${diagnosisText(diagnosis)}\n`);
  if (diagnosis.fastest === undefined) {
    throw new InceptionError(
      'BACKEND_UNAVAILABLE',
      'inception doctor: expected a backend that can train, got none. The reasons stand above.',
    );
  }
}
