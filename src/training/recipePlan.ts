import { LIGHT_AUGMENTATION } from '../data/augmentation.js';
import { invalidArgument } from '../errors.js';
import { namedSpec, type NamedNetwork } from '../networks/namedNetwork.js';
import { countText, durationText, recipeReason, speedText } from './planReasons.js';
import type { PlanRequest } from './planRequest.js';
import type { TrainingPlan } from './planTraining.js';
import type { Recipe } from './recipe.js';
import { DEFAULT_LEARNING_RATES } from './trainingSettings.js';

/** A network that nothing is left to choose of. */
export interface SettledNetwork {
  readonly network: NamedNetwork;
  readonly size: readonly [height: number, width: number];
}

/** The network that a trained model or a recipe settles, if one does. */
export function settledNetwork({ trained, recipe, size }: PlanRequest): SettledNetwork | undefined {
  if (trained && size !== undefined && size.join() !== trained.size.join()) {
    throw invalidArgument('trainFolder.size', `the input of ${trained.name}, ${trained.size.join(' × ')}`, size, 'Leave it out.');
  }
  if (trained) return { network: { inputShape: [...trained.size, 3] }, size: trained.size };
  if (!recipe?.network) return undefined;
  const side = size ?? recipe.size ?? namedSpec(recipe.network).inputShape;
  const [height, width] = typeof side === 'number' ? [side, side] : side;
  return { network: { ...recipe.network, inputShape: [height, width, 3] }, size: [height, width] };
}

/** How a recipe learns, with the rate that was asked for: that of its phases moves in proportion. */
export function learningOf({ training }: Recipe, { learningRate: asked }: PlanRequest, epochs: number): TrainingPlan['training'] {
  const kind = typeof training.optimizer === 'object' ? training.optimizer.kind : (training.optimizer ?? 'sgd');
  const own = training.learningRate ?? DEFAULT_LEARNING_RATES[kind];
  const factor = (asked ?? own) / own;
  const phases = training.phases?.map((phase) => ({
    ...phase,
    ...(phase.learningRate !== undefined && { learningRate: phase.learningRate * factor }),
  }));
  return { ...training, ...(phases && { phases }), epochs, learningRate: asked ?? own };
}

/** What a run of a settled network comes to. */
export interface SettledRun extends SettledNetwork {
  readonly batch: number;
  readonly epochs: number;
  readonly steps: number;
  /** Pictures per second, measured. */
  readonly speed: number;
  readonly minutes: number;
}

/** A plan for a network that is settled, as a recipe says or by `fallback`. */
export function settledPlan(request: PlanRequest, run: SettledRun, fallback: TrainingPlan['training']): TrainingPlan {
  const { recipe, trained } = request;
  const { network, size, batch, epochs, steps, speed, minutes } = run;
  const asked = (value: unknown): string => (value === undefined ? '' : ' as asked');
  const training = recipe ? learningOf(recipe, request, epochs) : fallback;
  return {
    ...{ network, size, batch, training },
    augmentation: recipe?.augmentation ?? LIGHT_AUGMENTATION,
    ...(recipe?.sampling && { sampling: recipe.sampling }),
    reasons: [
      ...(trained ? [`from the weights of ${trained.name}, input ${size.join(' × ')}, with a classifier for these classes`] : []),
      ...(recipe ? [recipeReason(recipe)] : []),
      ...(trained && (recipe?.network ?? recipe?.size) !== undefined
        ? [`not the network and size of ${recipe?.name}: the weights have their own`]
        : []),
      `learning rate ${training.learningRate}${asked(request.learningRate)}, batches of ${batch}${asked(request.batch)}`,
      `${countText(epochs, 'epoch')}${asked(request.epochs)}: ${countText(steps, 'step')}, about ${durationText(minutes)} at ${speedText(speed)} measured`,
    ],
  };
}
