import { evenly } from './evenly.js';
import { invalidArgument } from '../errors.js';
import { combineHeads, type HeadCombination } from '../evaluation/heads.js';
import { argMax } from '../evaluation/metrics.js';
import { scoreBatches, type ScoreOptions } from '../evaluation/scoreBatches.js';
import type { PicturePrediction } from './predictionCards.js';
import type { ReportPicture } from './pictureUri.js';

type Model = Parameters<typeof scoreBatches>[0];
type Dataset = Parameters<typeof scoreBatches>[1];

export interface HeldOutPicturesOptions extends ScoreOptions {
  /** Whose answer counts in a network of several heads. Default `'main'`. */
  readonly heads?: HeadCombination;
  /** How many pictures to take evenly from the whole set. Default 12. */
  readonly sample?: number;
  /** How many of the mistakes to take, the most confident first. Default 24. */
  readonly mistakes?: number;
  /** How many answers to keep for each picture. Default 3. */
  readonly topK?: number;
}

/** Some pictures of a dataset with a model's answers. */
export interface HeldOutPictures {
  /** Evenly spread over the dataset, so that they show what is usual. */
  readonly sample: readonly PicturePrediction[];
  /** Wrong answers, the most confident first. */
  readonly mistakes: readonly PicturePrediction[];
}

/**
 * Classifies a dataset and keeps some pictures of it to show: usual ones, and the most confident mistakes.
 *
 * @param model As `evaluate` takes it.
 * @returns Pictures as the model saw them, `[height, width, 3]`. Which ones is a function of dataset and model alone.
 * @throws InceptionError `INVALID_ARGUMENT` if a number asked for is negative or no integer; otherwise as `evaluate`.
 */
export async function heldOutPictures(model: Model, dataset: Dataset, options: HeldOutPicturesOptions = {}): Promise<HeldOutPictures> {
  const { sample = 12, mistakes = 24, topK = 3, heads = 'main', ...scoreOptions } = options;
  for (const [name, value] of Object.entries({ sample, mistakes, topK })) {
    if (!Number.isInteger(value) || value < 0) throw invalidArgument(`heldOutPictures.${name}`, 'an integer, 0 or more', value);
  }
  const { classes } = dataset;
  const answers: Answer[] = [];
  for await (const { labels, indices, logProbabilities } of scoreBatches(model, dataset, scoreOptions)) {
    for (const [row, index] of indices.entries()) {
      const byHead = Object.entries(logProbabilities).map(([head, rows]) => [head, rows[row].map(Math.exp)] as const);
      const probabilities = combineHeads(Object.fromEntries(byHead), heads);
      const answer = argMax(probabilities);
      const isRight = answer === labels[row];
      // Never a row for every picture: 100,000 of them with 1,000 classes would be a gigabyte.
      answers[index] = {
        index,
        label: labels[row],
        isRight,
        sureness: probabilities[answer],
        predictions: surest(probabilities, classes, topK),
      };
    }
  }
  const usual = evenly(answers, sample);
  const wrong = answers
    .filter(({ isRight }) => !isRight)
    .sort((a, b) => b.sureness - a.sureness)
    .slice(0, mistakes);
  const pictures = await picturesOf(dataset, new Set([...usual, ...wrong].map(({ index }) => index)));
  const shown = ({ index, label, predictions }: Answer): PicturePrediction => ({
    name: dataset.nameOf(index),
    picture: pictures.get(index) as ReportPicture,
    truth: classes[label],
    predictions,
  });
  return { sample: usual.map(shown), mistakes: wrong.map(shown) };
}

interface Answer {
  readonly index: number;
  readonly label: number;
  readonly isRight: boolean;
  /** The probability of the answer. */
  readonly sureness: number;
  readonly predictions: PicturePrediction['predictions'];
}

function surest(probabilities: readonly number[], classes: readonly string[], topK: number): PicturePrediction['predictions'] {
  const left = [...probabilities];
  return Array.from({ length: Math.min(topK, left.length) }, () => {
    const best = argMax(left);
    left[best] = -Infinity;
    return { label: classes[best], probability: probabilities[best] };
  });
}

/** Reads the dataset once more and keeps only the pictures asked for, so that a large set never stands in memory whole. */
async function picturesOf(dataset: Dataset, wanted: ReadonlySet<number>): Promise<Map<number, ReportPicture>> {
  const pictures = new Map<number, ReportPicture>();
  if (wanted.size === 0) return pictures;
  for await (const { pixels, shape, indices } of dataset.batches(0)) {
    const [, height, width, channels] = shape;
    const length = height * width * channels;
    indices.forEach((index, row) => {
      if (wanted.has(index)) pictures.set(index, { pixels: pixels.slice(row * length, (row + 1) * length), height, width });
    });
    if (pictures.size === wanted.size) break;
  }
  return pictures;
}
