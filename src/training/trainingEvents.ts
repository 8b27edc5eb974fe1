import type { EpochRecord, StepProgress } from './trainingReport.js';

/** What happens while a network trains, in its order. */
export type TrainingEvent =
  | { readonly kind: 'step'; readonly progress: StepProgress }
  | { readonly kind: 'epoch'; readonly record: EpochRecord }
  | { readonly kind: 'checkpoint'; readonly path: string; readonly steps: number };
