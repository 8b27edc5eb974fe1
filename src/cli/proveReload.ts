import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { InceptionError } from '../errors.js';
import type { Prediction } from '../inference/classifier.js';
import { createClassifier } from '../inference/createClassifier.js';
import type { InceptionModel } from '../networks/inceptionModel.js';

const OUTPUT_LIMIT_BYTES = 256 * 1024 * 1024;

/**
 * Classifies files with the model in memory and, in a new process, with the saved one.
 *
 * @returns The predictions of each file, all classes.
 * @throws InceptionError `CORRUPT_MODEL` if any of them differs by as little as a bit.
 */
export async function proveReload(model: InceptionModel, path: string, files: readonly string[], backend: string): Promise<Prediction[][]> {
  const topK = model.spec.classes;
  const classifier = await createClassifier(model, { topK, engine: 'tfjs' });
  // All in one call, as the other process does: in other batches sums may be taken in another order.
  const here = await classifier.classifyMany(files);
  classifier.dispose();
  const there = await classifyElsewhere(['classify', path, ...files, '--top', String(topK), '--backend', backend, '--json']);
  const different = files.filter((_file, index) => JSON.stringify(here[index]) !== JSON.stringify(there[index]));
  if (different.length === 0) return here;
  throw new InceptionError(
    'CORRUPT_MODEL',
    `${path}: expected the answers of the trained model, got others for ${different.length} of ${files.length} pictures.`,
  );
}

/** Runs this command in a process of its own, which ends with this one. */
async function classifyElsewhere(args: readonly string[]): Promise<Prediction[][]> {
  const running = promisify(execFile)(process.execPath, [join(__dirname, 'main.js'), ...args], { maxBuffer: OUTPUT_LIMIT_BYTES });
  const kill = (): void => void running.child.kill('SIGKILL');
  process.once('exit', kill);
  try {
    return JSON.parse((await running).stdout) as Prediction[][];
  } finally {
    process.off('exit', kill);
  }
}
