import type { TrainingReport } from '../training/trainingReport.js';
import type { ChartMark } from './chartMarks.js';

/** What happened when in a training, for its curves: phases, resumptions, the best epoch, an early end. */
export function trainingMarks({ epochs, best, steps, settings, stoppedEarly, resumedAt }: TrainingReport): ChartMark[] {
  const epochOfStep = (step: number): number => (steps === 0 ? 0 : (step / steps) * epochs.length);
  const phases = (settings.phases ?? []).slice(1).filter(({ from }) => from < epochs.length);
  return [
    ...phases.map(({ from }, index): ChartMark => ({ x: from, sign: `P${index + 2}`, name: `phase ${index + 2} begins after epoch` })),
    ...resumedAt.map((step): ChartMark => ({ x: epochOfStep(step), sign: 'R', name: 'went on from a checkpoint after epoch' })),
    ...(best.validation === undefined || epochs.length < 2 ? [] : [{ x: best.epoch, sign: 'B', name: 'best epoch' }]),
    ...(stoppedEarly ? [{ x: epochs.length, sign: 'E', name: 'early end after epoch' }] : []),
  ];
}
