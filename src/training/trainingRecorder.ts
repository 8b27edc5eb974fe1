import type { EpochRecord, StepProgress } from './trainingReport.js';

/** Something that writes down a training while it runs. */
export interface TrainingRecorder {
  /** After each step. */
  onStep?(progress: StepProgress): Promise<void>;
  /**
   * After each epoch, before its checkpoint: what a checkpoint has behind it is then on the disk.
   *
   * @param epochs All so far, those before a resumption too; `record` is the last.
   */
  onEpoch(record: EpochRecord, epochs: readonly EpochRecord[]): Promise<void>;
  /** Once, however training ended. */
  close(): Promise<void>;
}
