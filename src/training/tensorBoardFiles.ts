import { eventFile } from '../io/events/eventFile.js';
import type { TrainingRecorder } from './trainingRecorder.js';
import type { EpochEvaluation, EpochRecord, StepProgress } from './trainingReport.js';

/** TensorBoard draws a thousand points of a curve at most; every tenth step of a week's training still is many more. */
const EVERY_STEPS = 10;

type Scalars = Readonly<Record<string, number>>;

/**
 * Keeps TensorBoard event files in a folder, which TensorBoard may follow while training runs: `tensorboard --logdir FOLDER`.
 *
 * Every tenth step, and an epoch's last, gives `train/loss`, `train/loss/<head>`, `train/top1`, `train/learning_rate`,
 * `train/images_per_second` and, where it is measured, `train/gradient_norm`. Every epoch gives `epoch/loss`, `epoch/top1` and `epoch/loss/<head>`, and
 * where they are measured `validation/loss`, `validation/top1` and `validation/top5`, the same under `averaged/`, and `epoch/gradient_norm`. All of them are at the number of steps done.
 *
 * Every training, and every resumption, begins a file of its own. It tells TensorBoard to pass over what older files of the folder hold for the
 * steps that are still to come: those that a killed training had done after its last checkpoint, and all of another training's.
 *
 * @param stepsDone Those of the checkpoint that training goes on from, else 0.
 * @throws InceptionError `WRITE_FAILED`, here and from each method.
 */
export async function tensorBoardFiles(folder: string, stepsDone: number): Promise<TrainingRecorder> {
  const file = await eventFile('train.tensorBoard', folder);
  let steps = stepsDone;
  await file.append({ kind: 'start', step: steps + 1 });
  return {
    async onStep(progress) {
      steps = progress.steps;
      if (steps % EVERY_STEPS !== 0 && progress.step !== progress.stepsPerEpoch) return;
      await file.append({ kind: 'scalars', step: steps, scalars: stepScalars(progress) });
    },
    async onEpoch(record) {
      await file.append({ kind: 'scalars', step: steps, scalars: epochScalars(record) });
      await file.flush();
    },
    close: () => file.close(),
  };
}

function stepScalars(progress: StepProgress): Scalars {
  const { loss, headLosses, epochTop1, learningRate, imagesPerSecond, gradientNorm } = progress;
  return {
    'train/loss': loss,
    ...ofHeads('train/loss', headLosses),
    'train/top1': epochTop1,
    'train/learning_rate': learningRate,
    'train/images_per_second': imagesPerSecond,
    ...(gradientNorm === undefined ? {} : { 'train/gradient_norm': gradientNorm }),
  };
}

function epochScalars({ loss, top1, headLosses, gradientNorm, validation, averaged }: EpochRecord): Scalars {
  return {
    'epoch/loss': loss,
    ...ofHeads('epoch/loss', headLosses),
    'epoch/top1': top1,
    ...(gradientNorm === undefined ? {} : { 'epoch/gradient_norm': gradientNorm }),
    ...ofEvaluation('validation', validation),
    ...ofEvaluation('averaged', averaged),
  };
}

const ofHeads = (tag: string, losses: Scalars): Scalars =>
  Object.fromEntries(Object.entries(losses).map(([head, loss]) => [`${tag}/${head}`, loss]));

const ofEvaluation = (tag: string, evaluation: EpochEvaluation | undefined): Scalars =>
  evaluation ? Object.fromEntries((['loss', 'top1', 'top5'] as const).map((field) => [`${tag}/${field}`, evaluation[field]])) : {};
