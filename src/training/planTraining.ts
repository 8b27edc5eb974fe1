import type { Augmentation } from '../data/augmentation.js';
import { LIGHT_AUGMENTATION, PAPER_AUGMENTATION } from '../data/augmentation.js';
import type { FolderGlance } from '../data/glanceAtFolder.js';
import { googLeNet } from '../networks/googLeNet.js';
import { measureSpeed } from './measureSpeed.js';
import { GOOGLENET_SCHEDULE } from './schedules.js';
import type { TrainingOptions } from './trainingOptions.js';

type GoogLeNetOptions = NonNullable<Parameters<typeof googLeNet>[0]>;

/** A network and a way to train it. */
export interface TrainingPlan {
  readonly network: GoogLeNetOptions;
  /** `[height, width]` in pixels. */
  readonly size: readonly [height: number, width: number];
  readonly batch: number;
  readonly augmentation: Augmentation;
  readonly training: Pick<TrainingOptions, 'epochs' | 'optimizer' | 'learningRate' | 'schedule' | 'labelSmoothing' | 'weightDecay'>;
  /** Why, in sentences for the user: one a choice. */
  readonly reasons: readonly string[];
}

/** What the user has settled; the rest is chosen. */
export interface PlanRequest {
  readonly recipe?: 'auto' | 'paper';
  /** How long training may take, in minutes. */
  readonly minutes: number;
  readonly size?: readonly [height: number, width: number];
  readonly epochs?: number;
  readonly batch?: number;
  readonly learningRate?: number;
  /** The network itself, at `size`: then only its speed is measured. */
  readonly network?: Pick<Rung, 'stem' | 'widthMultiplier' | 'finalModule'>;
}

/** A rung of the ladder that {@link planTraining} climbs: each costs more than the one below it. */
interface Rung {
  readonly size: number;
  readonly stem: NonNullable<GoogLeNetOptions['stem']>;
  readonly widthMultiplier: number;
  readonly finalModule?: string;
  /** Below so many training pictures a network of this size learns them by heart instead of learning from them. */
  readonly pictures: number;
}

// prettier-ignore
const LADDER: readonly Rung[] = [
  { size: 32,  stem: 'stride2', widthMultiplier: 0.25, finalModule: 'inception_4a', pictures: 0 },
  { size: 48,  stem: 'stride4', widthMultiplier: 0.25, finalModule: 'inception_4a', pictures: 0 },
  { size: 64,  stem: 'stride4', widthMultiplier: 0.25, finalModule: 'inception_4c', pictures: 0 },
  { size: 64,  stem: 'stride4', widthMultiplier: 0.25, pictures: 500 },
  { size: 96,  stem: 'stride4', widthMultiplier: 0.25, pictures: 500 },
  { size: 96,  stem: 'stride4', widthMultiplier: 0.5,  pictures: 2_000 },
  { size: 128, stem: 'stride8', widthMultiplier: 0.5,  pictures: 2_000 },
  { size: 160, stem: 'stride8', widthMultiplier: 0.75, pictures: 10_000 },
  { size: 224, stem: 'stride8', widthMultiplier: 1,    pictures: 30_000 },
];

/** Pictures that a run should see in all (epochs × pictures), and the bounds on how often it sees each. */
const PICTURES_SEEN = 20_000;
const EPOCHS = { least: 8, most: 40, floor: 3 };

/** Batch norm's moving average over fewer steps than this must forget faster than Keras' 0.99, or validation swings (arXiv:1502.03167, §3.1). */
const SHORT_RUN_STEPS = 3_000;

/** From so many pictures seen on, the paper's strong crops help more than they hide. */
const STRONG_CROPS_FROM = 500_000;

/**
 * Chooses network, input size and schedule for a folder of pictures, from their number and size and from the speed that the active
 * backend is measured to have.
 *
 * @param glance The folder, without the pictures that will be held out.
 * @param onMeasured Called after each network whose speed was measured.
 */
export async function planTraining(glance: FolderGlance, request: PlanRequest): Promise<TrainingPlan> {
  if (request.recipe === 'paper') return paperPlan(glance, request);
  const batch = request.batch ?? (glance.pictures < 320 ? 16 : 32);
  const wanted = request.epochs ?? clamp(Math.round(PICTURES_SEEN / glance.pictures), EPOCHS.least, EPOCHS.most);
  const { rung, speed, next } = await climb(glance, request, { batch, wanted });
  const affordable = Math.max(EPOCHS.floor, Math.floor((request.minutes * 60 * speed) / glance.pictures));
  const epochs = request.epochs ?? clamp(affordable, EPOCHS.floor, wanted);
  const steps = epochs * Math.ceil(glance.pictures / batch);
  const size = request.size ?? [rung.size, rung.size];
  const { stem, widthMultiplier, finalModule } = rung;
  const strong = epochs * glance.pictures >= STRONG_CROPS_FROM;
  const momentum = steps < SHORT_RUN_STEPS ? 0.9 : 0.99;
  const learningRate = request.learningRate ?? (0.05 * batch) / 32;
  const minutes = (epochs * glance.pictures) / speed / 60;
  return {
    network: { inputShape: [size[0], size[1], 3], stem, widthMultiplier, momentum, dropout: 0.2, ...(finalModule && { finalModule }) },
    size,
    batch,
    augmentation: strong ? PAPER_AUGMENTATION : LIGHT_AUGMENTATION,
    training: { epochs, optimizer: 'sgd', learningRate, schedule: { kind: 'cosine', warmupEpochs: 1 }, labelSmoothing: 0.1 },
    reasons: [
      `input ${size[0]} × ${size[1]}: ${request.size ? 'as asked' : `the pictures' shorter side is about ${glance.shorterSide} pixels`}, and ${next}`,
      `stem ${stem}: ${stem === 'stride8' ? "the paper's" : 'a small picture must not be shrunk eight times before the first module'}`,
      `width ${widthMultiplier}${finalModule ? `, up to ${finalModule}` : ', all nine modules'}: for ${count(glance.pictures)} training pictures`,
      `${epochs} epochs of batches of ${batch}: ${count(steps)} steps at ${Math.round(speed)} pictures/s measured, about ${minutes.toFixed(1)} minutes`,
      `crops of ${strong ? '8–100 % of the area: a long run' : '50–100 % of the area: a short run learns little from smaller ones'}`,
      `batch norm momentum ${momentum}: ${steps < SHORT_RUN_STEPS ? `in ${count(steps)} steps 0.99 would still remember the start` : "Keras' own"}`,
      `learning rate ${learningRate} for batches of ${batch}, warmed up for an epoch, then falling along a cosine`,
    ],
  };
}

/** Up the ladder as long as the next rung fits the pictures and the time. */
async function climb(
  glance: FolderGlance,
  request: PlanRequest,
  { batch, wanted }: { batch: number; wanted: number },
): Promise<{ rung: Rung; speed: number; next: string }> {
  const rungs = rungsFor(glance, request);
  let best: { rung: Rung; speed: number } | undefined;
  let next = request.network ? 'the network is as asked' : 'no larger network suits so many pictures of this size';
  for (const rung of rungs) {
    const speed = await speedOf(rung, glance.classes.length, batch, request.size);
    const minutes = (wanted * glance.pictures) / speed / 60;
    if (best && minutes > request.minutes) {
      next = `the next larger network would take ${minutes.toFixed(0)} minutes of the ${request.minutes} allowed`;
      break;
    }
    best = { rung, speed };
    if (minutes > request.minutes && !request.network) {
      next = `this, the smallest network, takes ${minutes.toFixed(0)} minutes`;
      break;
    }
  }
  return { ...(best as { rung: Rung; speed: number }), next };
}

function rungsFor({ pictures, shorterSide }: FolderGlance, { size, network }: PlanRequest): readonly Rung[] {
  if (network) return [{ ...network, size: size ? Math.min(...size) : shorterSide, pictures: 0 }];
  const side = size ? Math.min(...size) : shorterSide || LADDER[0].size;
  const fitting = LADDER.filter((rung) => rung.pictures <= pictures && (size ? stemFits(rung, side) : rung.size <= side));
  const first = LADDER.find((rung) => !size || stemFits(rung, side)) ?? LADDER[0];
  const rungs = fitting.length > 0 ? fitting : [first];
  if (!size) return rungs;
  // At a size of the user's own, rungs differ by width and depth alone.
  return rungs.filter((rung, index) => rungs.findIndex((other) => sameNetwork(other, rung)) === index);
}

const stemFits = ({ stem }: Rung, side: number): boolean => stem === (side < 48 ? 'stride2' : side < 112 ? 'stride4' : 'stride8');
const sameNetwork = (a: Rung, b: Rung): boolean => a.widthMultiplier === b.widthMultiplier && a.finalModule === b.finalModule;

async function speedOf(rung: Rung, classes: number, batch: number, size: PlanRequest['size']): Promise<number> {
  const { stem, widthMultiplier, finalModule } = rung;
  const [height, width] = size ?? [rung.size, rung.size];
  const model = googLeNet({ classes, inputShape: [height, width, 3], stem, widthMultiplier, ...(finalModule && { finalModule }) });
  try {
    return await measureSpeed(model, batch);
  } finally {
    model.dispose();
  }
}

function paperPlan({ pictures }: FolderGlance, request: PlanRequest): TrainingPlan {
  const size = request.size ?? [224, 224];
  const { epochs = 60, batch = 32, learningRate = 0.01 } = request;
  return {
    network: { variant: 'paper', auxiliaryHeads: true, inputShape: [size[0], size[1], 3] },
    size,
    batch,
    augmentation: PAPER_AUGMENTATION,
    training: { epochs, optimizer: { kind: 'sgd', momentum: 0.9 }, learningRate, schedule: GOOGLENET_SCHEDULE, weightDecay: 2e-4 },
    reasons: [
      'network, heads (0.3), crops, momentum 0.9 and the rate falling 4 % every 8 epochs: arXiv:1409.4842, §5–6',
      `learning rate ${learningRate}, weight decay 2e-4, batches of ${batch}, ${epochs} epochs: the paper names none; Caffe's bvlc_googlenet`,
      `${count(epochs * Math.ceil(pictures / batch))} steps; this is the recipe for ImageNet's 1.2 million pictures, and slow to learn from few`,
    ],
  };
}

const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));
const count = (value: number): string => value.toLocaleString('en-US');
