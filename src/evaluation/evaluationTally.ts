import { CalibrationTally, type Calibration } from './calibration.js';
import type { CropCount } from './crops.js';
import { HeadTally, argMax, perClass, rankOf, type ClassEvaluation, type HeadEvaluation } from './metrics.js';
import type { ScoredBatch } from './scoreBatches.js';
import type { LogProbabilities } from './scorer.js';

/** How often a picture's own class was among the likeliest. */
export interface TopKAccuracy {
  readonly k: number;
  /** The share of pictures whose own class is among the `k` highest, 0 to 1. */
  readonly accuracy: number;
}

/** How well one model of several does alone. `loss`, `top1` and `top5` are its main classifier's. */
export interface MemberEvaluation extends HeadEvaluation {
  /** The model's name. */
  readonly name: string;
  /** Each of its classifiers by name, main first. */
  readonly heads: Readonly<Record<string, HeadEvaluation>>;
}

/** How well a model does on a dataset. Plain JSON: every number is finite. */
export interface Evaluation extends HeadEvaluation {
  /** Every classifier by name, main first. `loss`, `top1` and `top5` beside it are the main one's. */
  readonly heads: Readonly<Record<string, HeadEvaluation>>;
  /** Pictures by true class (row) and by the main classifier's answer (column). */
  readonly confusion: readonly (readonly number[])[];
  readonly perClass: readonly ClassEvaluation[];
  /** Whether the main classifier is right as often as it says. */
  readonly calibration: Calibration;
  readonly classes: readonly string[];
  readonly count: number;
  /** The share of the most frequent class, 0 to 1: what answering it always would reach. */
  readonly majorityShare: number;
  /** The main classifier's, for every `k` that was asked for. Absent where none was. */
  readonly topK?: readonly TopKAccuracy[];
  /** How many views of each picture were averaged. Absent for one. */
  readonly crops?: CropCount;
  /** Each model of an ensemble alone, in the order given; the rest is what they reach together. Absent for one model. */
  readonly members?: readonly MemberEvaluation[];
}

class HeadTallies {
  private readonly tallies: Record<string, HeadTally> = {};

  add(logProbabilities: LogProbabilities, labels: Int32Array): void {
    for (const [head, rows] of Object.entries(logProbabilities)) {
      const tally = (this.tallies[head] ??= new HeadTally());
      rows.forEach((row, index) => tally.add(row, labels[index]));
    }
  }

  result(): HeadEvaluation & { readonly heads: Record<string, HeadEvaluation> } {
    const heads = Object.fromEntries(Object.entries(this.tallies).map(([head, tally]) => [head, tally.result()]));
    return { ...Object.values(heads)[0], heads };
  }
}

/** What else an evaluation is to say. */
export interface TallyOptions {
  readonly topK: readonly number[];
  readonly crops: CropCount;
}

/** Adds up what a model says of pictures, batch by batch. */
export class EvaluationTally {
  /** Pictures so far. */
  count = 0;
  private readonly heads = new HeadTallies();
  private readonly members = new Map<number, { readonly name: string; readonly heads: HeadTallies }>();
  private readonly confusion: number[][];
  private readonly calibration = new CalibrationTally();
  private readonly amongFirst: number[];

  constructor(
    private readonly classes: readonly string[],
    private readonly options: TallyOptions,
  ) {
    this.confusion = classes.map(() => classes.map(() => 0));
    this.amongFirst = options.topK.map(() => 0);
  }

  add({ labels, logProbabilities, members = [] }: Omit<ScoredBatch, 'indices'>): void {
    this.heads.add(logProbabilities, labels);
    const [mainRows] = Object.values(logProbabilities);
    mainRows.forEach((row, index) => this.addMain(row, labels[index]));
    members.forEach(({ name, logProbabilities: own }, index) => {
      const member = this.members.get(index) ?? { name, heads: new HeadTallies() };
      this.members.set(index, member);
      member.heads.add(own, labels);
    });
    this.count += labels.length;
  }

  /** Of at least one picture. */
  result(): Evaluation {
    const { classes, confusion, count } = this;
    const classCounts = confusion.map((row) => row.reduce((sum, value) => sum + value, 0));
    const { topK, crops } = this.options;
    return {
      ...this.heads.result(),
      confusion,
      perClass: perClass(confusion, classes),
      calibration: this.calibration.result(),
      classes,
      count,
      majorityShare: Math.max(...classCounts) / count,
      ...(topK.length > 0 && { topK: topK.map((k, index) => ({ k, accuracy: this.amongFirst[index] / count })) }),
      ...(crops > 1 && { crops }),
      ...(this.members.size > 0 && { members: [...this.members.values()].map(({ name, heads }) => ({ name, ...heads.result() })) }),
    };
  }

  private addMain(row: Float64Array, label: number): void {
    const answer = argMax(row);
    this.confusion[label][answer]++;
    this.calibration.add(Math.exp(row[answer]), answer === label);
    const rank = rankOf(label, row);
    this.options.topK.forEach((k, index) => {
      if (rank < k) this.amongFirst[index]++;
    });
  }
}
