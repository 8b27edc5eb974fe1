import type { ImageDataset } from '../data/dataset.js';
import { invalidArgument } from '../errors.js';

/**
 * How much the pictures of a class count, by class; those not named count 1. `'balanced'`: every class counts the same in all. Balanced
 * sampling (`sampling: 'balanced'` of `imageFolder`) has the same end by drawing classes equally often; with both, rare classes count twice.
 */
export type ClassWeights = 'balanced' | Readonly<Record<string, number>>;

/**
 * One weight a class, by name, in the order of the classes: `'balanced'` is `count / (classes · count of the class)`, so that the mean
 * over the pictures is 1.
 *
 * @throws InceptionError `INVALID_ARGUMENT` for a class that there is not, or a weight that is negative or not finite.
 */
export function classWeightsOf(
  { classes, classCounts, count }: ImageDataset,
  given: ClassWeights | undefined,
): Record<string, number> | undefined {
  if (given === undefined) return undefined;
  if (given === 'balanced') {
    const present = classCounts.filter((size) => size > 0).length;
    return Object.fromEntries(classes.map((name, index) => [name, classCounts[index] === 0 ? 0 : count / (present * classCounts[index])]));
  }
  if (typeof given !== 'object' || given === null) throw invalidArgument('train.classWeights', "'balanced', or a weight by class", given);
  for (const [name, weight] of Object.entries(given)) {
    if (!classes.includes(name)) throw invalidArgument('train.classWeights', `classes among ${classes.join(', ')}`, name);
    if (!(weight >= 0 && Number.isFinite(weight))) throw invalidArgument(`train.classWeights.${name}`, 'a number, 0 or more', weight);
  }
  return Object.fromEntries(classes.map((name) => [name, given[name] ?? 1]));
}
