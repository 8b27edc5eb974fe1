import { dataRecord } from './dataRecord.js';
import { checkpointSettings } from './checkpointOptions.js';
import { writeCheckpoint, type TrainingState } from './checkpoint.js';
import { takeWeights, type TrainingRun } from './trainingRun.js';
import type { TrainingReport } from './trainingReport.js';
import * as tf from '@tensorflow/tfjs';

const MS_PER_MINUTE = 60_000;

/** Whether so much time has passed since the last checkpoint that the next one is due within an epoch. */
export function isCheckpointDue({ options, savedAt }: TrainingRun): boolean {
  const checkpoint = checkpointSettings(options.checkpoint);
  return checkpoint !== undefined && performance.now() - savedAt >= checkpoint.everyMinutes * MS_PER_MINUTE;
}

/** Whether there is more to save than the checkpoint holds that training went on from, if it did. */
export const hasProgress = ({ steps, resumedAt }: TrainingRun): boolean => steps > (resumedAt.at(-1) ?? 0);

/** Whether the epoch just ended (from 1) is one after which a checkpoint is written. */
export function isCheckpointEpoch({ options, settings }: TrainingRun, epoch: number): boolean {
  const checkpoint = checkpointSettings(options.checkpoint);
  return checkpoint !== undefined && (epoch % checkpoint.everyEpochs === 0 || epoch === settings.epochs);
}

/**
 * Writes the checkpoint, where one was asked for. Training must stand between two steps.
 *
 * @param report Once training is complete: then the model's weights are all there is to keep.
 * @returns What was written, or undefined.
 * @throws InceptionError `WRITE_FAILED`; the checkpoint from before still stands.
 */
export async function saveTraining(run: TrainingRun, report?: TrainingReport): Promise<{ path: string; steps: number } | undefined> {
  const { model, options, steps, kept } = run;
  const checkpoint = checkpointSettings(options.checkpoint);
  if (checkpoint === undefined) return undefined;
  const { path } = checkpoint;
  const weights = takeWeights(model);
  const optimizer = report ? {} : (run.step?.getState() ?? {});
  try {
    const unaveraged = kept?.unaveraged ?? {};
    const sets = report ? { kept: weights, unaveraged } : { weights, optimizer, kept: kept?.weights ?? {}, unaveraged };
    await writeCheckpoint(path, stateOf(run, report), sets);
  } finally {
    tf.dispose([weights, optimizer]);
  }
  run.savedAt = performance.now();
  run.savedSteps = steps;
  await options.onCheckpoint?.({ path, steps });
  return { path, steps };
}

function stateOf(run: TrainingRun, report: TrainingReport | undefined): TrainingState {
  const { model, data, options, settings, epoch, tally, tallyBefore, steps, phaseSteps, records, kept, resumedAt, engine } = run;
  return {
    version: 1,
    spec: model.spec,
    labels: model.labels,
    settings,
    data: (run.dataRecords ??= { train: dataRecord(data.train), ...(data.validation && { validation: dataRecord(data.validation) }) }),
    notes: options.notes,
    epoch,
    tally: tally?.getState() ?? tallyBefore,
    steps,
    phaseSteps,
    records,
    kept: kept && { epoch: kept.epoch, evaluation: kept.evaluation },
    resumedAt,
    engine,
    elapsedMs: elapsedMsOf(run),
    report,
  };
}

/** How long training has taken, in all its parts. */
export const elapsedMsOf = ({ elapsedBeforeMs, startedAt }: TrainingRun): number => elapsedBeforeMs + performance.now() - startedAt;
