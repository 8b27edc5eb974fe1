import { checkOptions, invalidArgument } from '../errors.js';
import { argMax } from './metrics.js';
import type { DatasetScores } from './scoreDataset.js';

/** What it costs to answer at each head, in multiply-adds of one picture: what `exitCosts` of a network gives. */
export interface EarlyExitCosts {
  /** Without any head but the main one. */
  readonly whole: number;
  /** By head: everything that is computed until it answers, the heads before it included. */
  readonly exits: Readonly<Record<string, number>>;
}

export interface EarlyExitOptions extends EarlyExitCosts {
  /** How sure a head must be to answer, each above 0 and at most 1. Default: ten from 0.5 to 0.999. */
  readonly thresholds?: readonly number[];
}

/** What answering early does at one threshold. */
export interface EarlyExitPoint {
  /** A head whose highest probability is at least this answers; the last answers whatever remains. */
  readonly threshold: number;
  /** The share of pictures answered right, 0 to 1. */
  readonly top1: number;
  /** Mean of one picture. */
  readonly multiplyAdds: number;
  /** The share of the whole network's multiply-adds that was not needed; below 0 where asking the heads costs more than it saves. */
  readonly saved: number;
  /** By head, the earliest first: the share of pictures that it answered, 0 to 1. */
  readonly answeredBy: Readonly<Record<string, number>>;
}

/** What answering early saves, and what it costs in accuracy. Plain JSON. */
export interface EarlyExit {
  /** Of one picture through the whole network, without auxiliary heads. */
  readonly multiplyAdds: number;
  /** The main head's on every picture. */
  readonly top1: number;
  /** In the order of the thresholds. */
  readonly points: readonly EarlyExitPoint[];
}

export const DEFAULT_THRESHOLDS: readonly number[] = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999];

/** Every option there is; the compiler keeps the list whole. */
const KNOWN_OPTIONS: Readonly<Record<keyof EarlyExitOptions, true>> = { whole: true, exits: true, thresholds: true };

/** A head's answers. */
interface Exit {
  readonly head: string;
  readonly cost: number;
  /** By picture: how sure it was. */
  readonly confidence: readonly number[];
  /** By picture: whether it was right. */
  readonly isCorrect: readonly boolean[];
}

function check({ logProbabilities, labels, members }: DatasetScores, { exits, thresholds = DEFAULT_THRESHOLDS }: EarlyExitOptions): void {
  if (members) throw invalidArgument('earlyExit.scores', 'the scores of one network', `those of ${members.length} together`);
  if (labels.length === 0) throw invalidArgument('earlyExit.scores', 'at least one picture', 0);
  const heads = Object.keys(logProbabilities);
  const isPriced = heads.every((head) => Number.isFinite(exits[head]));
  if (!isPriced)
    throw invalidArgument('earlyExit.exits', `multiply-adds for each of ${heads.join(', ')}`, exits, 'exitCosts(model) gives them.');
  const wrong = thresholds.find((threshold) => !(threshold > 0 && threshold <= 1));
  if (wrong !== undefined) throw invalidArgument('earlyExit.thresholds', 'probabilities above 0 and at most 1', wrong);
}

function exitsOf({ logProbabilities, labels }: DatasetScores, costs: EarlyExitCosts): Exit[] {
  const exits = Object.entries(logProbabilities).map(([head, rows]): Exit => {
    const answers = rows.map(argMax);
    return {
      head,
      cost: costs.exits[head],
      confidence: rows.map((row, picture) => Math.exp(row[answers[picture]])),
      isCorrect: answers.map((answer, picture) => answer === labels[picture]),
    };
  });
  return exits.sort((a, b) => a.cost - b.cost);
}

function pointAt(threshold: number, exits: readonly Exit[], { count, whole }: { count: number; whole: number }): EarlyExitPoint {
  const answered = exits.map(() => 0);
  let [correct, multiplyAdds] = [0, 0];
  for (let picture = 0; picture < count; picture++) {
    const sure = exits.findIndex(({ confidence }) => confidence[picture] >= threshold);
    const place = sure < 0 ? exits.length - 1 : sure;
    answered[place]++;
    multiplyAdds += exits[place].cost;
    if (exits[place].isCorrect[picture]) correct++;
  }
  return {
    threshold,
    top1: correct / count,
    multiplyAdds: multiplyAdds / count,
    saved: 1 - multiplyAdds / count / whole,
    answeredBy: Object.fromEntries(exits.map(({ head }, place) => [head, answered[place] / count])),
  };
}

/**
 * What a network saves that answers at its first head that is sure enough, and what that costs in accuracy, for several thresholds.
 *
 * It is a curve of these pictures. A threshold chosen by it has seen them: judge it on others.
 *
 * @param scores Of one network, from `scoreDataset`; several crops cost as much a crop.
 * @param options What each head costs, as `exitCosts(model)` gives it, and the thresholds.
 * @throws InceptionError `INVALID_ARGUMENT` for the scores of an ensemble, a head without a cost, or a threshold outside 0 … 1.
 * @example
 * ```ts
 * const { points } = earlyExit(await scoreDataset(model, validation), exitCosts(model));
 * ```
 */
export function earlyExit(scores: DatasetScores, options: EarlyExitOptions): EarlyExit {
  checkOptions<EarlyExitOptions>('earlyExit', options, KNOWN_OPTIONS);
  check(scores, options);
  const { labels, crops } = scores;
  const whole = options.whole * crops;
  const priced = Object.fromEntries(Object.entries(options.exits).map(([head, cost]) => [head, cost * crops]));
  const exits = exitsOf(scores, { whole, exits: priced });
  const [main] = Object.values(scores.logProbabilities);
  const correct = main.filter((row, picture) => argMax(row) === labels[picture]).length;
  const count = labels.length;
  return {
    multiplyAdds: whole,
    top1: correct / count,
    points: (options.thresholds ?? DEFAULT_THRESHOLDS).map((threshold) => pointAt(threshold, exits, { count, whole })),
  };
}
