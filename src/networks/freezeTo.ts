import { invalidArgument } from '../errors.js';
import { InceptionModel } from './inceptionModel.js';
import { stageOf } from './stageOf.js';

/** All stages of a trunk, where it is to be frozen whole. */
const WHOLE_TRUNK = 'trunk';

/**
 * Freezes a network's trunk from the input up to a stage: training leaves those layers' weights as they are, and their batch
 * normalization uses its moving statistics and leaves them alone.
 *
 * Layers after the stage stay as they were, frozen or not, and so does every head, also one that hangs on a frozen stage. What is frozen
 * is saved with the model, and needs no backward pass: that is what makes training a new head alone cheap.
 *
 * @param stage The last stage to freeze, by its name among `model.endpoints`; `'trunk'` for all of them.
 * @returns A function that makes every layer of the model as it was before, frozen or not. Calling it again changes nothing more.
 * @throws InceptionError `INVALID_ARGUMENT` if the network has no such stage; the message lists those it has.
 * @see Yosinski et al. 2014, arXiv:1411.1792, §3: what trunks that are frozen up to a layer carry over, and what fine-tuning adds.
 * @example
 * ```ts
 * const unfreeze = freezeTo(model, 'trunk');
 * await train(model, data, { epochs: 3 }); // the head alone
 * unfreeze();
 * await train(model, data, { epochs: 5, learningRate: 0.005 }); // all of it
 * ```
 */
export function freezeTo<Endpoint extends string>(
  model: InceptionModel<Endpoint>,
  stage: NoInfer<Endpoint> | typeof WHOLE_TRUNK,
): () => void {
  if (!(model instanceof InceptionModel)) {
    throw invalidArgument('freezeTo.model', 'an InceptionModel', model, 'Set layer.trainable = false on the layers of other models.');
  }
  const frozen = stagesUpTo(model, stage);
  const restore = remember(model);
  for (const layer of model.layers) {
    const owner = stageOf(model.spec, layer.name);
    if (owner !== undefined && frozen.has(owner)) layer.trainable = false;
  }
  return restore;
}

function stagesUpTo({ spec }: InceptionModel, stage: string): ReadonlySet<string> {
  const stages = spec.trunk.map(({ name }) => name);
  const last = stages.includes(stage) || stage !== WHOLE_TRUNK ? stages.indexOf(stage) : stages.length - 1;
  if (last < 0) {
    throw invalidArgument('freezeTo.stage', `a stage of ${spec.name} (${stages.join(', ')}), or '${WHOLE_TRUNK}' for all`, stage);
  }
  return new Set(stages.slice(0, last + 1));
}

/** Setting a layer's flag also marks its weights, and setting the model's marks them all: each is put back, the coarser one first. */
function remember(model: InceptionModel): () => void {
  const isTrainable = model.trainable;
  const layers = model.layers.map((layer) => [layer, layer.trainable] as const);
  const weights = model.weights.map((weight) => [weight, weight.trainable] as const);
  return () => {
    for (const [layer, trainable] of layers) layer.trainable = trainable;
    // Batch normalization without gamma and beta hears of a frozen model in no other way.
    if (!isTrainable) model.trainable = false;
    for (const [weight, trainable] of weights) weight.trainable = trainable;
  };
}
