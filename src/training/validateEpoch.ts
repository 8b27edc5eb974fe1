import { evaluate, type Evaluation } from '../evaluation/evaluate.js';
import type { TensorSet } from './checkpoint.js';
import type { EpochEvaluation } from './trainingReport.js';
import { takeWeights, type TrainingRun } from './trainingRun.js';
import type { TrainingStep } from './trainingStep.js';

/** An evaluation without what would make the record of many epochs large. */
export function summaryOf(evaluation: Evaluation): EpochEvaluation {
  const summary: { -readonly [Key in keyof Evaluation]?: Evaluation[Key] } = { ...evaluation };
  for (const key of ['confusion', 'perClass', 'classes'] as const) delete summary[key];
  return summary as EpochEvaluation;
}

export interface BothEvaluations {
  readonly validation?: Evaluation;
  readonly averaged?: Evaluation;
  /** The averaged weights. */
  readonly averages?: TensorSet;
}

/** The held-out pictures by the weights and, where weights are averaged, by the averages; the model has its weights afterwards. */
export async function validateEpoch(run: TrainingRun, step: TrainingStep): Promise<BothEvaluations> {
  const startedAt = performance.now();
  const validation = await validate(run);
  if (validation === undefined && step.swapAverages === undefined) return {};
  run.validationMs = performance.now() - startedAt;
  if (step.swapAverages === undefined) return { validation };
  run.isAtRest = false;
  step.swapAverages();
  try {
    const averaged = await validate(run);
    return { validation, averaged, averages: takeWeights(run.model) };
  } finally {
    step.swapAverages();
    run.isAtRest = true;
    run.validationMs = performance.now() - startedAt;
  }
}

/** The model on the held-out pictures. */
export async function validate({ model, data, options }: TrainingRun): Promise<Evaluation | undefined> {
  return (
    data.validation && evaluate(model, data.validation, { signal: options.signal, engine: options.engine === 'eager' ? 'eager' : 'auto' })
  );
}
