import { nativeBackend, replaceInBinding } from './nativeBinding.js';

/** What the native backend was asked to do with graphs of forward passes. */
export interface ForwardGraphCounts {
  made: number;
  ran: number;
  /** How often values were written into their sessions. */
  written: number;
}

/**
 * Counts graphs that are made while some work takes place.
 *
 * @param work Is told of the counts as they grow.
 */
export async function countForwardGraphs(work: (counts: Readonly<ForwardGraphCounts>) => Promise<unknown>): Promise<ForwardGraphCounts> {
  const { binding } = nativeBackend();
  const counts: ForwardGraphCounts = { made: 0, ran: 0, written: 0 };
  const restore = replaceInBinding({
    loadSavedModel(...call) {
      counts.made++;
      return binding.loadSavedModel(...call);
    },
    runSavedModel(...call) {
      const wanted = call[3];
      // Steps of training change weights, and are done then.
      if (wanted.startsWith('written_')) counts.written++;
      else if (!wanted.includes('done:0') && wanted.startsWith('output_')) counts.ran++;
      return binding.runSavedModel(...call);
    },
  });
  try {
    await work(counts);
  } finally {
    restore();
  }
  return counts;
}
