import { checkOptions, invalidArgument } from '../errors.js';
import { assertSignal } from '../evaluation/assertSignal.js';
import type { InceptionModel } from '../networks/inceptionModel.js';
import { classWeightsOf } from './classWeights.js';
import { assertEarlyStopping, type EarlyStopping } from './earlyStopping.js';
import type { GradientClip } from './gradientClip.js';
import { headWeightsOf, type HeadWeight } from './headWeights.js';
import { updateRule, type OptimizerSettings } from './optimizers/optimizer.js';
import { assertStage, epochsOfPhases, type PhaseSettings, type TrainingPhase } from './phases.js';
import { assertSchedule } from './schedules.js';
import { KNOWN_OPTIONS, type TrainingData, type TrainingOptions } from './trainingOptions.js';

/** Everything that decided how a training went, with the defaults filled in. Plain JSON. */
export interface TrainingSettings extends Omit<PhaseSettings, 'from'> {
  /** Of every head by name. */
  readonly headWeights: Readonly<Record<string, HeadWeight>>;
  readonly labelSmoothing: number;
  readonly weightDecay: number;
  readonly gradientClip?: GradientClip;
  readonly layerDecay?: number;
  readonly stageRates?: Readonly<Record<string, number>>;
  /** Of every class by name. */
  readonly classWeights?: Readonly<Record<string, number>>;
  readonly averaging?: { readonly decay: number };
  readonly earlyStopping?: EarlyStopping;
  readonly reestimateBatchNormalization?: { readonly batches: number };
  /** In their order, where phases were asked for. */
  readonly phases?: readonly PhaseSettings[];
  readonly seed: number;
  readonly restoreBest: boolean;
  readonly batch: number;
}

/** By optimizer, where none is given. */
export const DEFAULT_LEARNING_RATES: Readonly<Record<OptimizerSettings['kind'], number>> = {
  sgd: 0.05,
  rmsprop: 0.045,
  adam: 0.001,
  adamw: 0.001,
};

/** TF-Slim's for all Inception networks; torch's for the rule that takes it off the weights themselves. */
const DEFAULT_WEIGHT_DECAYS: Readonly<Record<OptimizerSettings['kind'], number>> = { sgd: 4e-5, rmsprop: 4e-5, adam: 4e-5, adamw: 0.01 };

/** Batches that batch normalization's statistics are measured over, where their number is not given. */
const REESTIMATION_BATCHES = 32;

/** Seeds and steps above this are not exact in float32. */
export const SEED_LIMIT = 2 ** 24;

/** @throws InceptionError `INVALID_ARGUMENT` */
export function assertSeed(where: string, seed: number): void {
  if (!(Number.isInteger(seed) && seed >= 0 && seed < SEED_LIMIT)) throw invalidArgument(where, 'an integer, 0 ≤ seed < 2^24', seed);
}

const isPositive = (value: unknown): boolean => typeof value === 'number' && value > 0 && Number.isFinite(value);

function assertThat(name: string, value: unknown, expected: string, isUsable: boolean): void {
  if (!isUsable) throw invalidArgument(`train.${name}`, expected, value);
}

/** A phase's own part of the settings; `base` has what it does not name. */
function phaseSettings(name: string, phase: TrainingPhase, base: TrainingOptions): Omit<PhaseSettings, 'epochs' | 'from'> {
  const given = phase.optimizer ?? base.optimizer ?? 'sgd';
  const optimizer = typeof given === 'string' ? { kind: given } : given;
  updateRule(optimizer);
  const isOtherOptimizer = phase.optimizer !== undefined && phase.learningRate === undefined;
  const learningRate = phase.learningRate ?? (isOtherOptimizer ? undefined : base.learningRate) ?? DEFAULT_LEARNING_RATES[optimizer.kind];
  assertThat(`${name}learningRate`, learningRate, 'a number above 0', isPositive(learningRate));
  const schedule = phase.schedule ?? base.schedule ?? { kind: 'cosine' };
  assertSchedule(`train.${name}schedule`, schedule);
  const freezeTo = phase.freezeTo ?? base.freezeTo;
  return { optimizer, learningRate, schedule, ...(freezeTo !== undefined && freezeTo !== 'nothing' && { freezeTo }) };
}

function givenPhases(model: InceptionModel, options: TrainingOptions): PhaseSettings[] | undefined {
  const { epochs, phases } = options;
  if (phases === undefined) return undefined;
  const counts = epochsOfPhases(phases, epochs);
  return phases.map((phase, index) => {
    const name = `phases[${index}].`;
    assertStage(`train.${name}freezeTo`, model, phase.freezeTo);
    const from = counts.slice(0, index).reduce((sum, count) => sum + count, 0);
    return { epochs: counts[index], from, ...phaseSettings(name, phase, options) };
  });
}

/** The phases that settings mean, in their order: one, where none were asked for. */
export function phasesOf({ phases, epochs, optimizer, learningRate, schedule, freezeTo }: TrainingSettings): readonly PhaseSettings[] {
  return phases ?? [{ from: 0, epochs, optimizer, learningRate, schedule, freezeTo }];
}

/** The phase that an epoch (from 0) belongs to, by its place in {@link phasesOf}. */
export function phaseIndexAt(settings: TrainingSettings, epoch: number): number {
  const phases = phasesOf(settings);
  const next = phases.findIndex(({ from }) => from > epoch);
  return (next < 0 ? phases.length : next) - 1;
}

/** The phase that an epoch (from 0) belongs to. */
export function phaseAt(settings: TrainingSettings, epoch: number): PhaseSettings {
  return phasesOf(settings)[phaseIndexAt(settings, epoch)];
}

function checkNumbers(options: TrainingOptions): void {
  const { epochs, labelSmoothing = 0, weightDecay = 0, layerDecay = 1, averaging, gradientClip = {} } = options;
  assertThat('epochs', epochs, 'a positive integer', Number.isInteger(epochs) && epochs > 0);
  assertThat('labelSmoothing', labelSmoothing, 'a number, 0 ≤ labelSmoothing < 1', labelSmoothing >= 0 && labelSmoothing < 1);
  assertThat('weightDecay', weightDecay, 'a number, 0 or more', weightDecay >= 0 && Number.isFinite(weightDecay));
  checkOptions<GradientClip>('train.gradientClip', gradientClip, { norm: true, value: true });
  assertThat('layerDecay', layerDecay, 'a share of the next stage’s rate, 0 < layerDecay ≤ 1', layerDecay > 0 && layerDecay <= 1);
  for (const key of ['norm', 'value'] as const) {
    const bound = gradientClip[key];
    assertThat(`gradientClip.${key}`, bound, 'a number above 0', bound === undefined || isPositive(bound));
  }
  if (averaging === undefined) return;
  checkOptions<NonNullable<TrainingOptions['averaging']>>('train.averaging', averaging, { decay: true });
  assertThat('averaging.decay', averaging.decay, 'a number, 0 < decay < 1', averaging.decay > 0 && averaging.decay < 1);
}

const CALLBACKS = ['onResume', 'onStep', 'onEpoch', 'onCheckpoint'] as const;

/** What is not a setting: a mistake in it would show late, or never. */
function checkCircumstances(options: TrainingOptions): void {
  const { resume, acceptChanges, restoreBest, checkpoint, signal } = options;
  for (const [name, value] of Object.entries({ resume, acceptChanges, restoreBest })) {
    assertThat(name, value, 'true or false', value === undefined || typeof value === 'boolean');
  }
  for (const name of CALLBACKS) {
    assertThat(name, options[name], 'a function', options[name] === undefined || typeof options[name] === 'function');
  }
  assertSignal('train.signal', signal);
  if (resume === true && checkpoint === undefined) {
    throw invalidArgument('train.checkpoint', 'a file to resume from', checkpoint, 'Name it, or leave resume out.');
  }
}

/**
 * Fills in the defaults.
 *
 * @throws InceptionError `INVALID_ARGUMENT` for any value that cannot be meant.
 */
export function trainingSettings(model: InceptionModel, data: TrainingData, options: TrainingOptions): TrainingSettings {
  checkOptions<TrainingOptions>('train', options, KNOWN_OPTIONS);
  checkNumbers(options);
  checkCircumstances(options);
  const { epochs, labelSmoothing = 0, seed = 0, restoreBest = true, earlyStopping } = options;
  assertSeed('train.seed', seed);
  if (earlyStopping !== undefined) {
    checkOptions<EarlyStopping>('train.earlyStopping', earlyStopping, { patience: true, minimumGain: true });
    assertEarlyStopping(earlyStopping, data.validation !== undefined);
  }
  const { gradientClip, layerDecay, stageRates, averaging, reestimateBatchNormalization: reestimate } = options;
  const isUsable = reestimate === undefined || typeof reestimate === 'boolean' || (typeof reestimate === 'object' && reestimate !== null);
  assertThat('reestimateBatchNormalization', reestimate, 'true, false or { batches }', isUsable);
  const batches = typeof reestimate === 'object' ? reestimate.batches : REESTIMATION_BATCHES;
  assertThat('reestimateBatchNormalization.batches', batches, 'a positive integer', Number.isInteger(batches) && batches > 0);
  const classWeights = classWeightsOf(data.train, options.classWeights);
  assertStage('train.freezeTo', model, options.freezeTo);
  const base = phaseSettings('', {}, options);
  const weightDecay = options.weightDecay ?? DEFAULT_WEIGHT_DECAYS[base.optimizer.kind];
  const settings: TrainingSettings = {
    epochs,
    ...base,
    headWeights: headWeightsOf(model, options.headWeights),
    ...{ labelSmoothing, weightDecay, gradientClip, layerDecay, stageRates, classWeights, averaging, earlyStopping },
    reestimateBatchNormalization: reestimate ? { batches } : undefined,
    phases: givenPhases(model, options),
    ...{ seed, restoreBest, batch: data.train.batch },
  };
  // Plain JSON: what was not asked for is absent, here as in a checkpoint that is read back.
  return JSON.parse(JSON.stringify(settings)) as TrainingSettings;
}
