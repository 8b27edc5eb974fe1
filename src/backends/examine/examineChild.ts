import type { BackendName } from '../backendDriver.js';
import { useBackend } from '../useBackend.js';
import type { ChildOutcome } from './askChild.js';
import { tryBackend } from './tryBackend.js';
import { tryOnnxRuntime } from './tryOnnxRuntime.js';

/** What this program can be asked, by its first argument. */
const QUESTIONS: Readonly<Record<string, (parameter: string) => unknown>> = {
  backend: (name) => tryBackend(name as BackendName),
  auto: () => useBackend('auto'),
  onnxRuntime: tryOnnxRuntime,
};

const [question, parameter] = process.argv.slice(2);

const send = (outcome: ChildOutcome<unknown>): void => void process.send?.(outcome);
const fail = (error: unknown): void => send({ failure: reasonOf(error) });

/** On one line, and without the name of the call, which whoever asked knows. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/^useBackend\('[^']*'\): /, '').replace(/\s+/g, ' ').trim(); // prettier-ignore
}

process.on('uncaughtException', fail);
// Nobody is left to answer.
process.on('disconnect', () => process.exit());
void Promise.resolve(parameter)
  .then(QUESTIONS[question])
  .then((answer) => send({ answer }), fail);
