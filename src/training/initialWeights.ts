import { expectedGot } from '../errors.js';
import { loadModel } from '../io/loadModel.js';
import { assignWeights, weightsByName } from '../io/weights/namedWeights.js';
import { InceptionModel } from '../networks/inceptionModel.js';
import { inceptionNet } from '../networks/inceptionNet.js';
import { namedNetwork } from '../networks/namedNetwork.js';
import { replaceHead } from '../networks/replaceHead.js';
import type { TrainingPlan } from './planTraining.js';
import type { TrainFolderOptions } from './trainFolderOptions.js';

/** A model whose weights a training starts from. */
export interface StartingModel {
  readonly model: InceptionModel;
  /** Frees it if it was read for this training. */
  dispose(): void;
}

/**
 * The model that the caller wants to start from.
 *
 * @throws InceptionError what `loadModel` throws; `CORRUPT_MODEL` for a model that this package has not saved.
 */
export async function readWeights({ weights }: TrainFolderOptions): Promise<StartingModel | undefined> {
  if (weights === undefined) return undefined;
  if (typeof weights !== 'string') return { model: weights, dispose: () => undefined };
  const model = await loadModel(weights);
  if (model instanceof InceptionModel) return { model: model as InceptionModel, dispose: () => model.dispose() };
  model.dispose();
  throw expectedGot('CORRUPT_MODEL', 'trainFolder.weights', 'a model that this package saved', weights, 'Train one with inception train.');
}

/** A model for these classes: of its own network where there is none to start from, else with that one's weights. */
export function startingModel(
  { network }: TrainingPlan,
  { from, classes, seed }: { readonly from: InceptionModel | undefined; readonly classes: readonly string[]; readonly seed: number },
): InceptionModel {
  if (from === undefined) return namedNetwork({ ...network, classes: classes.length }, { seed });
  const isSameTask = from.labels.length > 0 && from.labels.join('\n') === classes.join('\n');
  return isSameTask ? copyOf(from) : replaceHead(from, { classes: classes.length, labels: classes, seed });
}

/** A network of the same weights, to be trained apart. */
function copyOf(from: InceptionModel): InceptionModel {
  const model = inceptionNet(from.spec);
  const values = Object.fromEntries([...weightsByName('trainFolder', from)].map(([name, weight]) => [name, weight.read()]));
  assignWeights(weightsByName('trainFolder', model), values);
  return model;
}
