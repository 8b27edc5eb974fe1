import type { FolderGlance } from '../data/glanceAtFolder.js';
import { isSettled, type NetworkChoice, type SizedNetwork } from './networkLadder.js';
import { epochsOfPhases } from './phases.js';
import type { PlanRequest } from './planRequest.js';
import type { TrainingPlan } from './planTraining.js';
import type { Recipe } from './recipe.js';

/** What was chosen, and the numbers behind it. */
export interface PlanChoices {
  readonly network: SizedNetwork;
  /** Why no larger one. */
  readonly networkWhy: string;
  readonly batch: number;
  readonly epochs: number;
  /** What they were cut down from, if time is short. */
  readonly mostEpochs: number;
  readonly steps: number;
  /** Pictures per second, measured. */
  readonly speed: number;
  /** Predicted from it. */
  readonly minutes: number;
  readonly strongCrops: boolean;
  /** Of batch normalization, where the network has some. */
  readonly momentum?: number;
  /** Whether its averages are measured anew at the end. */
  readonly reestimates: boolean;
  readonly learningRate: number;
}

/** `1 epoch`, `1,634 steps`. */
export const countText = (count: number, one: string): string => `${count.toLocaleString('en-US')} ${one}${count === 1 ? '' : 's'}`;

/** `48.2 pictures/s`, `12,400 pictures/s`. */
export const speedText = (speed: number): string => `${Number(speed.toPrecision(3)).toLocaleString('en-US')} pictures/s`;

/** `40 seconds`, `1.6 minutes`, `25 minutes`, `3 hours`, `12 days`: as exact as a prediction is. */
export function durationText(minutes: number): string {
  if (minutes < 1.5) return countText(Math.max(1, Math.round(minutes * 60)), 'second');
  if (minutes < 90) return countText(Number(minutes.toFixed(minutes < 10 ? 1 : 0)), 'minute');
  return minutes < 48 * 60 ? countText(Math.round(minutes / 60), 'hour') : countText(Math.round(minutes / 60 / 24), 'day');
}

/** A recipe in a sentence, for the user. */
export function recipeReason({ name, description, source }: Recipe): string {
  return `recipe ${name}: ${description}${source === undefined ? '' : ` (${source})`}`;
}

/** Every choice with its reason, one sentence each. */
export function planReasons(glance: FolderGlance, request: PlanRequest, choices: PlanChoices): string[] {
  const { batch, steps, momentum, reestimates, learningRate, strongCrops } = choices;
  const { recipe } = request;
  const batchWhy = recipe?.batch === undefined ? `for ${countText(glance.pictures, 'training picture')}` : `as ${recipe.name} has it`;
  return [
    ...(recipe ? [recipeReason(recipe)] : []),
    ...networkReasons(glance, request, choices),
    epochsReason(request, choices),
    `batches of ${batch}: ${request.batch === undefined ? batchWhy : 'as asked'}`,
    ...(recipe?.augmentation
      ? []
      : [
          `crops of ${strongCrops ? '8–100 % of the area: a long run' : '50–100 % of the area: a short run learns little from smaller ones'}`,
        ]),
    ...(momentum === undefined ? [] : [momentumReason(momentum, steps)]),
    ...(reestimates ? ['batch norm averages measured anew at the end: through so many layers those of a short run lag behind'] : []),
    ...(recipe && request.learningRate === undefined
      ? []
      : [
          `learning rate ${learningRate}${request.learningRate === undefined ? ` for batches of ${batch}` : ' as asked'}${recipe ? '' : ': it warms up, then falls along a cosine'}`,
        ]),
  ];
}

function momentumReason(momentum: number, steps: number): string {
  if (momentum === 0.99) return "batch norm momentum 0.99: Keras' own";
  return `batch norm momentum ${momentum}: in ${countText(steps, 'step')} its averages must follow faster than 0.99 lets them`;
}

function networkReasons({ shorterSide, aspect }: FolderGlance, request: PlanRequest, { network, networkWhy }: PlanChoices): string[] {
  const { size, stem, widthMultiplier, finalModule } = network;
  const input = `input ${size[0]} × ${size[1]}`;
  const parts = `stem ${stem}, width ${widthMultiplier}, ${finalModule === undefined ? 'all modules' : `up to ${finalModule}`}`;
  const named = nameReasons(request.network);
  if (isSettled(request.network)) return [...named, `${input}, ${parts}: settled beforehand`];
  const oblong = aspect > 1 ? `${times(aspect)} as wide as high` : `${times(1 / aspect)} as high as wide`;
  const pictures = `the pictures' shorter side is about ${shorterSide.toLocaleString('en-US')} pixels${size[0] === size[1] ? '' : `, and they are ${oblong}`}`;
  return [
    ...named,
    `${input}: ${request.size ? 'as asked' : pictures}`,
    `${parts}: ${networkWhy}`,
    ...(stem === 'stride8' || request.network?.stem
      ? []
      : [`${stem} instead of the paper's stride8: an input so small must not be shrunk so much at the start`]),
  ];
}

/** Which network was asked for by name, if one was. */
function nameReasons({ architecture, variant, auxiliaryHeads }: NetworkChoice = {}): string[] {
  if (!(architecture ?? variant ?? auxiliaryHeads)) return [];
  const name = `${architecture ?? 'googlenet'}${variant === undefined ? '' : `:${variant}`}`;
  return [`${name}${auxiliaryHeads ? ' with its auxiliary heads' : ''}: as asked`];
}

const times = (ratio: number): string => `${ratio.toFixed(1)} times`;

function epochsReason(request: PlanRequest, { epochs, mostEpochs, steps, speed, minutes }: PlanChoices): string {
  const asked = typeof request.epochs === 'number';
  const allowed = durationText(request.minutes);
  const isLonger = minutes > request.minutes;
  const excess = `, more than the ${allowed} allowed: ${asked ? 'the epochs are as asked' : 'fewer epochs would teach too little'}`;
  const bound = epochs < mostEpochs ? `, as many as ${allowed} allow` : '';
  const time = `${countText(steps, 'step')}, about ${durationText(minutes)} at ${speedText(speed)} measured`;
  return `${countText(epochs, 'epoch')}${asked ? ' as asked' : ''}: ${time}${isLonger ? excess : bound}`;
}

/** What stays as it is, and when: a line for frozen stages and one for phases, where there are any. */
export function freezingReasons({ freezeTo, phases, epochs, learningRate }: TrainingPlan['training']): string[] {
  const frozen = freezeTo === undefined ? [] : [`stages up to ${freezeTo} stay as they are`];
  if (phases === undefined) return frozen;
  const counts = epochsOfPhases(phases, epochs);
  const parts = phases.map((phase, index) => {
    const held = phase.freezeTo === undefined ? '' : ` with ${phase.freezeTo === 'trunk' ? 'the whole trunk' : phase.freezeTo} frozen`;
    return `${countText(counts[index], 'epoch')}${held} at ${Number((phase.learningRate ?? learningRate).toPrecision(3))}`;
  });
  return [...frozen, `phases: ${parts.join(', then ')}`];
}
