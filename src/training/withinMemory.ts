import { expectedGot, InceptionError } from '../errors.js';
import type { TrainingPlan } from './planTraining.js';

/** What a backend says when a step does not fit: wasm's heap, JavaScript's arrays, TensorFlow's allocator. */
const OUT_OF_MEMORY = /memory access out of bounds|memory limit|allocation failed|OOM|out of memory/i;

/** Steps that the backend has no memory for fail with words that say what to change. */
export async function withinMemory<Result>(
  { network, batch }: Pick<TrainingPlan, 'network' | 'batch'>,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof InceptionError || !(cause instanceof Error && OUT_OF_MEMORY.test(cause.message))) throw cause;
    const got = `pictures of ${network.inputShape?.slice(0, 2).join(' × ')} in batches of ${batch} (${cause.message})`;
    const advice = 'Choose a smaller size or batch, or another backend.';
    throw expectedGot('INVALID_ARGUMENT', 'trainFolder', "steps that fit into the backend's memory", got, advice, cause);
  }
}
