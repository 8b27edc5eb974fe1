import type { z } from 'zod';
import * as field from './fields.js';
import { checkAgainst } from '../checkAgainst.js';
import { invalidArgument } from '../errors.js';
import type { Shape } from './types.js';

/** How many of the published stem's three halvings are left; for GoogLeNet's, where its first module stands. */
const STEMS = ['stride8', 'stride4', 'stride2'] as const;
export type Stem = (typeof STEMS)[number];

/** What every network of the library can be asked for. */
export interface NetworkOptions {
  /** `[height, width, channels]` in pixels. @default the published size */
  readonly inputShape?: Shape;
  /** Not used where `includeTop` is false. @default 1000 */
  readonly classes?: number;
  /** Whose network: see the builder. @default the builder's first */
  readonly variant?: string;
  /** Adds the classifiers in the middle of the trunk. @default false */
  readonly auxiliaryHeads?: boolean;
  /** Whether the network ends in a classifier. Without it its output is the last feature map, or what `pooling` makes of it. @default true */
  readonly includeTop?: boolean;
  /** One number a channel instead of a map; only with `includeTop: false`. */
  readonly pooling?: 'avg' | 'max';
  /**
   * Multiplies every filter count, and the units of dense layers under the classifiers; each product is rounded to the nearest multiple
   * of 8, at least 8. @default 1
   */
  readonly widthMultiplier?: number;
  /** The share of features dropped before the main classifier, 0 ≤ dropout < 1; not used without the top. @default the variant's */
  readonly dropout?: number;
  /** `'linear'` returns logits. @default 'softmax' */
  readonly classifierActivation?: 'softmax' | 'linear';
  /** Of the model. @default the network's name */
  readonly name?: string;
  /**
   * How much the stem shrinks the picture, after arXiv:1512.00567 §8 (fewer strides for low resolution): `'stride8'` is the published one;
   * in `'stride4'` the first convolution has stride 1 and a 3×3 kernel (GoogLeNet: for about 64–96 pixels a side); in `'stride2'` the first pool
   * goes too, or the first module that halves the map keeps its size (for about 32–64 pixels). @default 'stride8'
   */
  readonly stem?: Stem;
  /** Ends the trunk after this module, such as `'inception_4d'`; heads that hang further on go with the rest. @default the last module */
  readonly finalModule?: string;
  /** Share of batch normalisation's moving average that stays at each step, between 0 and 1. Without effect where a variant has none. @default the variant's */
  readonly momentum?: number;
}

const schema: z.ZodType<NetworkOptions> = field
  .object({
    inputShape: field.shape.optional(),
    classes: field.channelCount.optional(),
    variant: field.text.optional(),
    auxiliaryHeads: field.trueOrFalse.optional(),
    includeTop: field.trueOrFalse.optional(),
    pooling: field.oneOf(['avg', 'max']).optional(),
    widthMultiplier: field.widthMultiplier.optional(),
    dropout: field.dropoutRate.optional(),
    classifierActivation: field.oneOf(['softmax', 'linear']).optional(),
    name: field.layerName.optional(),
    stem: field.oneOf(STEMS).optional(),
    finalModule: field.text.optional(),
    momentum: field.momentum.optional(),
  })
  .refine(({ includeTop = true, pooling }) => !includeTop || pooling === undefined, {
    path: ['pooling'],
    error: 'no pooling beside the top (give includeTop: false)',
  })
  .refine(({ includeTop = true, auxiliaryHeads = false }) => includeTop || !auxiliaryHeads, {
    path: ['auxiliaryHeads'],
    error: 'false where includeTop is false',
  });

/**
 * Checks a network's options.
 *
 * @param where The builder's name, for the message: `googLeNet.classes: expected a positive integer, got 2.5.`
 * @throws InceptionError `INVALID_ARGUMENT` naming every unknown key and unusable value.
 */
export function checkNetworkOptions(options: unknown, where: string): NetworkOptions {
  return checkAgainst(schema, options, where);
}

/**
 * The variant asked for, or the first.
 *
 * @throws InceptionError `INVALID_ARGUMENT` listing the variants there are.
 */
export function chooseVariant<Variant>(
  variants: Readonly<Record<string, Variant>>,
  name: string | undefined,
  where: string,
): [string, Variant] {
  const names = Object.keys(variants);
  const chosen = name ?? names[0];
  if (!names.includes(chosen)) throw invalidArgument(`${where}.variant`, names.map((known) => `'${known}'`).join(' | '), name);
  return [chosen, variants[chosen]];
}
