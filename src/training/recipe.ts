import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { checkAgainst } from '../checkAgainst.js';
import type { Augmentation } from '../data/augmentation.js';
import { checkAugmentation } from '../data/augmentation.js';
import type { Sampling } from '../data/sampling.js';
import { expectedGot, invalidArgument } from '../errors.js';
import type { NamedNetwork } from '../networks/namedNetwork.js';
import { learningOptions } from './recipeSchema.js';
import type { LearningOptions } from './trainingOptions.js';

/** A way of training as data: what it settles is done so, what it leaves out is chosen from the pictures and the machine. Plain JSON. */
export interface Recipe {
  readonly name: string;
  /** One sentence. */
  readonly description: string;
  /** Where its numbers come from. */
  readonly source?: string;
  /** Whether it goes on from a trained network's weights. */
  readonly startsFromWeights?: boolean;
  /** A network by name, GoogLeNet if it names none, with its options. @default a network chosen for the pictures */
  readonly network?: Omit<NamedNetwork, 'classes' | 'inputShape'>;
  /** The input's side, or [height, width], in pixels. */
  readonly size?: number | readonly [height: number, width: number];
  readonly batch?: number;
  readonly epochs?: number;
  /** How long training may take, where epochs are not settled. */
  readonly minutes?: number;
  readonly augmentation?: Augmentation;
  readonly sampling?: Sampling;
  readonly training: LearningOptions;
}

/** The recipes that come with the package, as `recipes/<name>.json`: copy one, change it, and give its path. */
export const RECIPE_NAMES = ['paper', 'inception-v3', 'finetune', 'fast'] as const;

const EXPECTED = `one of ${RECIPE_NAMES.join(', ')}, or the path of a .json file`;

const COUNT = { error: 'a positive integer' };
const count = z.int(COUNT).min(1, COUNT);
const text = z.string({ error: 'a text' });

const schema = z.strictObject(
  {
    name: text,
    description: text,
    source: text.optional(),
    startsFromWeights: z.boolean({ error: 'true or false' }).optional(),
    network: z.record(z.string(), z.unknown(), { error: 'a network: its architecture and options' }).optional(),
    size: z.union([count, z.tuple([count, count])], { error: 'a number of pixels, or [height, width]' }).optional(),
    batch: count.optional(),
    epochs: count.optional(),
    minutes: z.number({ error: 'a number of minutes above 0' }).positive({ error: 'a number of minutes above 0' }).optional(),
    // Checked by the data room, which knows what it means.
    augmentation: z.record(z.string(), z.unknown(), { error: 'an augmentation' }).optional(),
    sampling: z.enum(['natural', 'balanced'], { error: "'natural' or 'balanced'" }).optional(),
    training: learningOptions,
  },
  { error: 'a recipe: an object with name, description and training' },
);

/** @throws InceptionError `INVALID_ARGUMENT` with the path of everything that is wrong. */
export function checkRecipe(where: string, value: unknown): Recipe {
  const recipe = checkAgainst(schema, value, where) as Recipe;
  if (recipe.augmentation) checkAugmentation(`${where}.augmentation`, recipe.augmentation);
  return recipe;
}

/**
 * A recipe by name, from a file, or as it is given.
 *
 * @param recipe One of {@link RECIPE_NAMES}, the path of a JSON file, or the recipe itself.
 * @throws InceptionError `NOT_FOUND` if there is no such file or name; `INVALID_ARGUMENT` with the path of everything that is wrong in it.
 * @example
 * ```ts
 * const recipe = await readRecipe('inception-v3');
 * await trainFolder('photos', { recipe: { ...recipe, epochs: 20 } });
 * ```
 */
export async function readRecipe(recipe: string | Recipe): Promise<Recipe> {
  if (typeof recipe !== 'string') return checkRecipe('recipe', recipe);
  const isPackaged = (RECIPE_NAMES as readonly string[]).includes(recipe);
  if (!isPackaged && !recipe.endsWith('.json')) throw invalidArgument('recipe', EXPECTED, recipe);
  const file = isPackaged ? join(__dirname, '..', '..', 'recipes', `${recipe}.json`) : recipe;
  return checkRecipe(isPackaged ? `recipe ${recipe}` : basename(file), await parseFile(recipe, file));
}

async function parseFile(recipe: string, file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as unknown;
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw expectedGot('NOT_FOUND', 'recipe', EXPECTED, recipe, 'A path is taken from the working directory.', cause);
    throw expectedGot('INVALID_ARGUMENT', file, 'a recipe as JSON', message, 'Copy one of the package’s recipes and change it.', cause);
  }
}
