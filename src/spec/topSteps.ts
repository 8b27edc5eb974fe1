import type { Step } from './types.js';

/** The end of every network since GoogLeNet: the average of each channel, and dropout before the classifier (0 for none). */
export function topSteps(dropoutRate: number): Step[] {
  return [
    { op: 'globalAveragePool', name: 'global_pool' },
    { op: 'dropout', name: 'dropout', rate: dropoutRate },
  ];
}
