import * as tf from '@tensorflow/tfjs';

/** The addon's part that makes, runs and ends graphs. */
interface GraphBinding {
  loadSavedModel(folder: string, tags: string): number;
  runSavedModel(session: number, inputs: readonly number[], inputNames: string, outputNames: string): unknown[];
  deleteSavedModel(session: number): void;
}

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
  const backend = tf.backend() as unknown as { binding: GraphBinding };
  const { binding } = backend;
  const counts: GraphCounts = { steps: 0, made: 0, ended: 0 };
  const counting: GraphBinding = {
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
  };
  const properties = Object.entries(counting).map(([name, value]) => [name, { value: value as unknown }]);
  backend.binding = Object.create(binding, Object.fromEntries(properties) as PropertyDescriptorMap) as GraphBinding;
  try {
    await work();
  } finally {
    backend.binding = binding;
  }
  return counts;
}
