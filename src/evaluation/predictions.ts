import { stringify } from 'csv-stringify/sync';
import { argMax } from './metrics.js';
import type { DatasetScores } from './scoreDataset.js';

/** What a model says of one picture of a dataset. */
export interface DatasetPrediction {
  /** The picture's: `class/file` for folders. */
  readonly name: string;
  /** The class it is of. */
  readonly label: string;
  /** The class it was taken for: the main classifier's answer. */
  readonly predicted: string;
  readonly isCorrect: boolean;
  /** That it is of the class it was taken for, 0 to 1. */
  readonly confidence: number;
  /** That it is of its own class, 0 to 1. */
  readonly labelProbability: number;
}

/**
 * The main classifier's answer for every picture, in the dataset's order.
 *
 * @param scores From `scoreDataset`.
 * @example
 * ```ts
 * const mistakes = predictionsOf(await scoreDataset(model, validation)).filter(({ isCorrect }) => !isCorrect);
 * mistakes.sort((a, b) => b.confidence - a.confidence); // the most confident first
 * ```
 */
export function predictionsOf({ classes, names, labels, logProbabilities }: DatasetScores): DatasetPrediction[] {
  const [rows] = Object.values(logProbabilities);
  return rows.map((row, picture) => {
    const answer = argMax(row);
    const label = labels[picture];
    return {
      ...{ name: names[picture], label: classes[label], predicted: classes[answer], isCorrect: answer === label },
      ...{ confidence: Math.exp(row[answer]), labelProbability: Math.exp(row[label]) },
    };
  });
}

/** With more classes than this a table of a column each is one that nobody can read. */
const MOST_CLASS_COLUMNS = 100;

/** How many of the likeliest classes are listed instead. */
const LIKELIEST = 5;

/** The classes of a row, the likeliest first, equals by index. */
function likeliest(row: Float64Array): number[] {
  const order = Array.from(row, (_, index) => index).sort((a, b) => row[b] - row[a] || a - b);
  return order.slice(0, LIKELIEST);
}

/**
 * Every prediction as a table: name, label, predicted, correct (1 or 0), confidence, label_probability, then a column `p_<class>` for each
 * class; of more than 100 classes the five likeliest and their probabilities.
 *
 * @param scores From `scoreDataset`.
 * @returns CSV as RFC 4180 defines it, probabilities as the shortest text that reads back as the same double.
 */
export function predictionsCsv(scores: DatasetScores): string {
  const { classes, logProbabilities } = scores;
  const [rows] = Object.values(logProbabilities);
  const showsAll = classes.length <= MOST_CLASS_COLUMNS;
  const places = Array.from({ length: LIKELIEST }, (_, place) => place + 1);
  const header = showsAll ? classes.map((name) => `p_${name}`) : places.flatMap((place) => [`class_${place}`, `p_${place}`]);
  const cells = (row: Float64Array): (string | number)[] =>
    showsAll ? Array.from(row, Math.exp) : likeliest(row).flatMap((index) => [classes[index], Math.exp(row[index])]);
  const lines = predictionsOf(scores).map(({ name, label, predicted, isCorrect, confidence, labelProbability }, picture) => [
    ...[name, label, predicted, isCorrect ? 1 : 0, confidence, labelProbability],
    ...cells(rows[picture]),
  ]);
  const table = [['name', 'label', 'predicted', 'correct', 'confidence', 'label_probability', ...header], ...lines];
  return stringify(table, { record_delimiter: 'windows' });
}
