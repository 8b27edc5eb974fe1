import type { Augmentation } from '../data/augmentation.js';
import { LIGHT_AUGMENTATION, PAPER_AUGMENTATION } from '../data/augmentation.js';
import type { FolderGlance } from '../data/glanceAtFolder.js';
import type { Sampling } from '../data/sampling.js';
import type { NamedNetwork } from '../networks/namedNetwork.js';
import { candidatesFor, hasBatchNormalization, isLaterNetwork, isSettled, networkOptions, type SizedNetwork } from './networkLadder.js';
import { planReasons, type PlanChoices } from './planReasons.js';
import type { PlanRequest } from './planRequest.js';
import { learningOf, settledNetwork, settledPlan, type SettledRun } from './recipePlan.js';
import type { LearningOptions, TrainingOptions } from './trainingOptions.js';

/** A network and a way to train it. */
export interface TrainingPlan {
  /** Of a network that starts from weights, the input alone. */
  readonly network: NamedNetwork;
  /** `[height, width]` in pixels. */
  readonly size: readonly [height: number, width: number];
  readonly batch: number;
  readonly augmentation: Augmentation;
  readonly sampling?: Sampling;
  readonly training: LearningOptions & Required<Pick<TrainingOptions, 'epochs' | 'learningRate'>>;
  /** Why, in sentences for the user: one a choice. */
  readonly reasons: readonly string[];
}

/**
 * Measures how many pictures a second a network learns from.
 *
 * @param enough A network slower than this will not be chosen: a rough measurement will do.
 */
export type SpeedOf = (network: NamedNetwork, batch: number, enough?: number) => Promise<number>;

/** Pictures that a run should see in all (epochs × pictures), and how often it sees each for that: at least and at most. */
const PICTURES_SEEN = 20_000;
const WANTED_EPOCHS = { least: 8, most: 100 };

/** What no limit of time makes shorter, whichever is less: fewer epochs, and fewer pictures, teach too little. */
const FLOOR = { epochs: 5, picturesSeen: 50_000 };

/** What a held-out picture costs after each epoch, in training pictures: it goes forward only. */
const HELD_OUT_COST = 1 / 3;

/** From so many training pictures on, 32 a batch still make ten steps an epoch. */
const BATCH = { small: 16, large: 32, largeFrom: 320 };

/** What a batch of 32 learns at, with batch norm and as Caffe's GoogLeNet without; another in proportion. */
const LEARNING_RATE = { normalized: 0.05, plain: 0.01 };

/**
 * Batch norm's moving averages over fewer steps than this must forget faster than Keras' 0.99, or validation swings (arXiv:1502.03167,
 * §3.1). In a run of a few dozen steps they must forget within a sixth of it.
 */
const SHORT_RUN_STEPS = 3_000;
const MOMENTUM = { least: 0.5, short: 0.9, long: 0.99 };

/** Enough batches for means and variances; forward only, they cost a fraction of an epoch. */
const REESTIMATION = { batches: 32 };

/** From so many pictures seen on, the paper's strong crops help more than they hide. */
const STRONG_CROPS_FROM = 500_000;

/**
 * Chooses network, input size and schedule for a folder of pictures, from their number and size and from the speed that the machine is
 * measured to have: the largest network that suits the pictures and sees them often enough in the time allowed.
 *
 * @param speedOf Called for one network after the other, the cheapest first, until one is too slow.
 */
export async function planTraining(glance: FolderGlance, request: PlanRequest, speedOf: SpeedOf): Promise<TrainingPlan> {
  const { pictures, heldOut } = glance;
  const epochCost = pictures + heldOut * HELD_OUT_COST;
  const { recipe } = request;
  const batch = request.batch ?? recipe?.batch ?? (pictures < BATCH.largeFrom ? BATCH.small : BATCH.large);
  const [least, most] = epochBounds(pictures, request.epochs ?? recipe?.epochs);
  const seconds = request.minutes * 60;
  const lengthAt = (rate: number): Pick<SettledRun, 'epochs' | 'steps' | 'speed' | 'minutes'> => {
    const epochs = clamp(Math.floor((seconds * rate) / epochCost), least, most);
    return { epochs, steps: epochs * Math.ceil(pictures / batch), speed: rate, minutes: (epochs * epochCost) / rate / 60 };
  };
  const settled = settledNetwork(request);
  if (settled) {
    const run = { ...settled, batch, ...lengthAt(await speedOf(settled.network, batch)) };
    return settledPlan(request, run, chosenLearning(request, run));
  }
  const climbed = await climb(glance, request, { batch, enough: (most * epochCost) / seconds, speedOf });
  return chosenPlan(glance, request, { ...climbed, batch, mostEpochs: most, ...lengthAt(climbed.speed) });
}

/** A plan for the network that was found on the ladder. */
function chosenPlan(
  glance: FolderGlance,
  request: PlanRequest,
  run: Omit<PlanChoices, 'strongCrops' | 'momentum' | 'reestimates' | 'learningRate'>,
): TrainingPlan {
  const { recipe } = request;
  const { network, batch, epochs, steps } = run;
  const isNormalized = hasBatchNormalization(network);
  const reestimates = isNormalized && !recipe && isLaterNetwork(network) && steps < SHORT_RUN_STEPS;
  const momentum = isNormalized ? { momentum: momentumFor(steps) } : {};
  const training = recipe
    ? learningOf(recipe, request, epochs)
    : { ...chosenLearning(request, { epochs, batch, isNormalized }), ...(reestimates && { reestimateBatchNormalization: REESTIMATION }) };
  const strongCrops = epochs * glance.pictures >= STRONG_CROPS_FROM;
  return {
    network: { ...networkOptions(network), ...momentum, dropout: 0.2 },
    size: network.size,
    batch,
    augmentation: recipe?.augmentation ?? (strongCrops ? PAPER_AUGMENTATION : LIGHT_AUGMENTATION),
    ...(recipe?.sampling && { sampling: recipe.sampling }),
    training,
    reasons: planReasons(glance, request, { ...run, ...momentum, strongCrops, reestimates, learningRate: training.learningRate }),
  };
}

/** How to learn where no recipe says it. */
function chosenLearning(
  { learningRate }: PlanRequest,
  { epochs, batch, isNormalized = true }: { readonly epochs: number; readonly batch: number; readonly isNormalized?: boolean },
): TrainingPlan['training'] {
  return {
    epochs,
    optimizer: 'sgd',
    learningRate: learningRate ?? (LEARNING_RATE[isNormalized ? 'normalized' : 'plain'] * batch) / BATCH.large,
    schedule: { kind: 'cosine', warmupEpochs: Math.min(1, epochs / 5) },
    labelSmoothing: 0.1,
  };
}

const momentumFor = (steps: number): number =>
  steps < SHORT_RUN_STEPS ? clamp(round(1 - 6 / steps), MOMENTUM.least, MOMENTUM.short) : MOMENTUM.long;

/** How many epochs at least and at most: as asked, or as many as show the network enough pictures. */
function epochBounds(pictures: number, asked: PlanRequest['epochs']): readonly [least: number, most: number] {
  if (typeof asked === 'number') return [asked, asked];
  if (asked) return asked;
  const most = clamp(Math.round(PICTURES_SEEN / pictures), WANTED_EPOCHS.least, WANTED_EPOCHS.most);
  return [Math.min(FLOOR.epochs, Math.ceil(FLOOR.picturesSeen / pictures)), most];
}

interface Climb {
  readonly batch: number;
  /** Pictures per second for all the epochs wanted in the time allowed. */
  readonly enough: number;
  readonly speedOf: SpeedOf;
}

/** Up the ladder as long as the next network is fast enough; the first is taken in any case. */
async function climb(
  glance: FolderGlance,
  request: PlanRequest,
  { batch, enough, speedOf }: Climb,
): Promise<{ network: SizedNetwork; speed: number; networkWhy: string }> {
  const settled = isSettled(request.network);
  const { networks, end } = settled
    ? { networks: [{ ...request.network, size: request.size as SizedNetwork['size'] }], end: '' }
    : candidatesFor(glance, request.network, request.size);
  let network = networks[0];
  let speed = await speedOf(networkOptions(network), batch);
  if (speed < enough && !settled) return { network, speed, networkWhy: 'a larger one would take longer than is allowed' };
  for (const next of networks.slice(1)) {
    const nextSpeed = await speedOf(networkOptions(next), batch, enough);
    if (nextSpeed < enough) return { network, speed, networkWhy: 'the next larger one would take longer than is allowed' };
    network = next;
    speed = nextSpeed;
  }
  return { network, speed, networkWhy: end };
}

const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));
const round = (value: number): number => Math.round(100 * value) / 100;
