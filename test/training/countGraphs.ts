import { nativeBackend, replaceInBinding } from '../compile/nativeBinding.js';

/** What the native backend was asked to do with graphs. */
export interface GraphCounts {
  /** Training steps that were one graph. */
  steps: number;
  made: number;
  ended: number;
}

/** The node that a graph of a training step ends with, once the weights have changed. */
const STEP_DONE = /\bdone:0$/;

/**
 * Counts graphs for as long as some work takes.
 *
 * @param beforeStep Called before each step that is a graph; may throw in its place.
 */
export async function countGraphs(work: () => Promise<unknown>, beforeStep?: () => void): Promise<GraphCounts> {
  const { binding } = nativeBackend();
  const counts: GraphCounts = { steps: 0, made: 0, ended: 0 };
  const restore = replaceInBinding({
    loadSavedModel: (...call) => {
      counts.made++;
      return binding.loadSavedModel(...call);
    },
    runSavedModel: (...call) => {
      if (STEP_DONE.test(call[3])) {
        beforeStep?.();
        counts.steps++;
      }
      return binding.runSavedModel(...call);
    },
    deleteSavedModel: (session) => {
      counts.ended++;
      binding.deleteSavedModel(session);
    },
  });
  try {
    await work();
  } finally {
    restore();
  }
  return counts;
}
