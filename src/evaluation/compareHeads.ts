import { epochOrder } from '../data/epochOrder.js';
import { checkOptions, invalidArgument } from '../errors.js';
import { CalibrationTally } from './calibration.js';
import { HeadTally, argMax, meanOfLogs, type HeadEvaluation } from './metrics.js';
import type { DatasetScores } from './scoreDataset.js';
import type { LogProbabilities } from './scorer.js';
import { atTemperature, fitTemperature } from './temperature.js';

/** How well a head, or several together, answer. */
export interface AnswerEvaluation extends HeadEvaluation {
  /** See `Calibration`. */
  readonly expectedCalibrationError: number;
}

/** What a vote was fitted on, and how many pictures it was judged on: never the same ones. */
export interface VoteFit {
  readonly fittedOn: number;
  readonly judgedOn: number;
  /** By head: above 1 it was too sure, below 1 not sure enough. */
  readonly temperatures: Readonly<Record<string, number>>;
}

/** Whether a network's auxiliary heads help its main one. Plain JSON. */
export interface HeadComparison {
  /** Pictures that everything here is judged on. */
  readonly count: number;
  /** Each head alone, main first. */
  readonly heads: Readonly<Record<string, AnswerEvaluation>>;
  /** The head with the highest top-1, of equals the one with the lower loss. */
  readonly bestHead: string;
  readonly combinations: {
    /** Per picture the surest head. */
    readonly best: AnswerEvaluation;
    /** The mean of the heads' probabilities. */
    readonly mean: AnswerEvaluation;
    /** The mean of the heads' probabilities, each head at its temperature. */
    readonly vote: AnswerEvaluation;
  };
  readonly voteFits: readonly VoteFit[];
}

export interface CompareHeadsOptions {
  /**
   * Scores of other pictures, to fit the temperatures on. Default: the pictures are divided into two halves, drawn class by class, and each half
   * is judged with the temperatures of the other.
   */
  readonly calibration?: DatasetScores;
}

/** Positions of pictures. */
type Positions = readonly number[];

function evaluateRows(rows: readonly Float64Array[], labels: ArrayLike<number>): AnswerEvaluation {
  const tally = new HeadTally();
  const calibration = new CalibrationTally();
  rows.forEach((row, picture) => {
    const answer = argMax(row);
    tally.add(row, labels[picture]);
    calibration.add(Math.exp(row[answer]), answer === labels[picture]);
  });
  return { ...tally.result(), expectedCalibrationError: calibration.result().expectedCalibrationError };
}

/**
 * Two halves with as many of each class, but for one. Pictures are drawn for them: to take every second one would put the left eyes into
 * one half and the right ones into the other.
 */
function halves(labels: Int32Array): readonly [Positions, Positions] {
  // Sorting is stable: within each class the order stays the drawn one.
  const order = Array.from(epochOrder(labels.length, 0, 0)).sort((a, b) => labels[a] - labels[b]);
  return [order.filter((_, place) => place % 2 === 0), order.filter((_, place) => place % 2 === 1)];
}

function fitTemperatures({ logProbabilities, labels }: DatasetScores, positions: Positions): Record<string, number> {
  const own = positions.map((position) => labels[position]);
  const fit = (rows: readonly Float64Array[]): number => fitTemperature(positions.map((position) => rows[position]), own); // prettier-ignore
  return Object.fromEntries(Object.entries(logProbabilities).map(([head, rows]) => [head, fit(rows)]));
}

interface Fold extends VoteFit {
  readonly judged: Positions;
}

function foldsOf(scores: DatasetScores, calibration: DatasetScores | undefined): Fold[] {
  const all = Array.from(scores.labels, (_, position) => position);
  if (calibration) {
    const temperatures = fitTemperatures(calibration, Array.from(calibration.labels.keys()));
    return [{ fittedOn: calibration.labels.length, judgedOn: all.length, temperatures, judged: all }];
  }
  const [one, other] = halves(scores.labels);
  return [
    [one, other],
    [other, one],
  ].map(([fitted, judged]) => ({
    fittedOn: fitted.length,
    judgedOn: judged.length,
    temperatures: fitTemperatures(scores, fitted),
    judged,
  }));
}

/** Every picture's vote, with temperatures that were fitted on others. */
function votes(logProbabilities: LogProbabilities, folds: readonly Fold[]): Float64Array[] {
  const rows: Float64Array[] = [];
  for (const { judged, temperatures } of folds) {
    for (const position of judged) {
      rows[position] = meanOfLogs(Object.entries(logProbabilities).map(([head, own]) => atTemperature(own[position], temperatures[head])));
    }
  }
  return rows;
}

function checkCalibration(scores: DatasetScores, calibration: DatasetScores | undefined): void {
  if (calibration === undefined) {
    if (scores.labels.length >= 2) return;
    throw invalidArgument('compareHeads.scores', 'at least two pictures: one to fit on, one to judge', scores.labels.length);
  }
  const describe = (of: DatasetScores): string => `heads ${Object.keys(of.logProbabilities).join(', ')}; classes ${of.classes.join(', ')}`;
  if (describe(scores) === describe(calibration) && calibration.labels.length > 0) return;
  throw invalidArgument(
    'compareHeads.calibration',
    `scores of other pictures by the same network: ${describe(scores)}`,
    describe(calibration),
  );
}

/**
 * Compares a network's heads with one another and with what they reach together: by the surest head of each picture, by the mean of their
 * probabilities, and by the mean after each head's answers were brought to their own temperature, fitted on other pictures than those it
 * is judged on.
 *
 * @param scores From `scoreDataset`.
 * @throws InceptionError `INVALID_ARGUMENT` if there are fewer than two pictures, or the calibration's heads or classes are others.
 * @see Szegedy et al. 2014, arXiv:1409.4842, §5, for the heads; Guo et al. 2017, arXiv:1706.04599, §4.2, for temperatures.
 * @example
 * ```ts
 * const { bestHead, combinations } = compareHeads(await scoreDataset(model, validation));
 * ```
 */
export function compareHeads(scores: DatasetScores, options: CompareHeadsOptions = {}): HeadComparison {
  checkOptions<CompareHeadsOptions>('compareHeads', options, { calibration: true });
  checkCalibration(scores, options.calibration);
  const { labels, logProbabilities } = scores;
  const heads = Object.fromEntries(Object.entries(logProbabilities).map(([head, rows]) => [head, evaluateRows(rows, labels)]));
  const folds = foldsOf(scores, options.calibration);
  const together = Array.from(labels, (_, picture) => Object.values(logProbabilities).map((rows) => rows[picture]));
  const surest = (rows: readonly Float64Array[]): Float64Array => rows[argMax(rows.map((row) => row[argMax(row)]))];
  return {
    count: labels.length,
    heads,
    bestHead: Object.entries(heads).sort(([, a], [, b]) => b.top1 - a.top1 || a.loss - b.loss)[0][0],
    combinations: {
      best: evaluateRows(together.map(surest), labels),
      mean: evaluateRows(together.map(meanOfLogs), labels),
      vote: evaluateRows(votes(logProbabilities, folds), labels),
    },
    voteFits: folds.map(({ fittedOn, judgedOn, temperatures }) => ({ fittedOn, judgedOn, temperatures })),
  };
}
