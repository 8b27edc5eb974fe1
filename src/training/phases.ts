import { checkOptions, invalidArgument } from '../errors.js';
import type { InceptionModel } from '../networks/inceptionModel.js';
import type { OptimizerSettings } from './optimizers/optimizer.js';
import type { Schedule } from './schedules.js';

/** A part of training with settings of its own; what it does not name is as in the options beside `phases`. */
export interface TrainingPhase {
  /** Of this phase. One phase may leave it out and has the rest of all epochs. */
  readonly epochs?: number;
  /** Instead of `epochs`, 0 < share < 1: so much of all epochs, rounded, one at least. */
  readonly share?: number;
  /** The last stage that keeps its weights, or `'trunk'`; `'nothing'` where the options beside freeze something. */
  readonly freezeTo?: string;
  readonly learningRate?: number;
  readonly schedule?: Schedule;
  readonly optimizer?: OptimizerSettings['kind'] | OptimizerSettings;
}

const KNOWN_OPTIONS: Readonly<Record<keyof TrainingPhase, true>> = {
  epochs: true,
  share: true,
  freezeTo: true,
  learningRate: true,
  schedule: true,
  optimizer: true,
};

/** A phase with everything filled in. Plain JSON. */
export interface PhaseSettings {
  readonly epochs: number;
  /** Epochs before it. */
  readonly from: number;
  readonly freezeTo?: string;
  readonly learningRate: number;
  readonly schedule: Schedule;
  readonly optimizer: OptimizerSettings;
}

/**
 * How many epochs each phase has.
 *
 * @throws InceptionError `INVALID_ARGUMENT` unless they add up to `epochs`.
 */
export function epochsOfPhases(phases: readonly TrainingPhase[], epochs: number): number[] {
  if (!Array.isArray(phases) || phases.length === 0) throw invalidArgument('train.phases', 'a list of one phase or more', phases);
  const list = phases as readonly TrainingPhase[];
  list.forEach((phase, index) => checkOptions<TrainingPhase>(`train.phases[${index}]`, phase, KNOWN_OPTIONS));
  const named = list.map((phase, index) => namedEpochs(phase, index, { most: epochs - (list.length - 1), all: epochs }));
  const open = named.filter((count) => count === undefined).length;
  const sum = named.reduce<number>((total, count) => total + (count ?? 0), 0);
  const rest = epochs - sum;
  // Shares are rounded to whole epochs: one phase must be there to take the rest.
  const hasShares = list.some(({ share }) => share !== undefined);
  const fits = open === 0 ? rest === 0 && !hasShares : open === 1 && rest > 0;
  if (!fits) {
    const advice = `Leave the ${hasShares ? 'share' : 'epochs'} of one phase out and it has the rest.`;
    throw invalidArgument('train.phases', `phases whose epochs add up to ${epochs}`, named, advice);
  }
  return named.map((count) => count ?? rest);
}

/** @param most What leaves every other phase an epoch. */
function namedEpochs(
  { epochs, share }: TrainingPhase,
  index: number,
  { most, all }: { readonly most: number; readonly all: number },
): number | undefined {
  const where = `train.phases[${index}]`;
  if (epochs !== undefined && !(Number.isInteger(epochs) && epochs > 0)) {
    throw invalidArgument(`${where}.epochs`, 'a positive integer', epochs);
  }
  if (share === undefined) return epochs;
  if (!(share > 0 && share < 1)) throw invalidArgument(`${where}.share`, 'a number, 0 < share < 1', share);
  if (epochs !== undefined) throw invalidArgument(where, 'either epochs or a share', { epochs, share });
  return Math.max(1, Math.min(most, Math.round(share * all)));
}

/** @throws InceptionError `INVALID_ARGUMENT` for a stage that the network has not. */
export function assertStage(where: string, { spec }: InceptionModel, stage: string | undefined): void {
  const stages = spec.trunk.map(({ name }) => name);
  if (stage === undefined || stage === 'trunk' || stage === 'nothing' || stages.includes(stage)) return;
  throw invalidArgument(where, `a stage of ${spec.name} (${stages.join(', ')}), or 'trunk' for all of them`, stage);
}
