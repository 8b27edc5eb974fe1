import { z } from 'zod';
import type { Padding, Shape, Size } from './types.js';

/** The fields that specs and options are made of. Each says what it accepts in the words of the error message. */
const says = (error: string): { error: string } => ({ error });

const COUNT = says('a positive integer');
export const positiveInteger = z.int(COUNT).min(1, COUNT);

// A layer of more could hardly be held in memory, whatever stands before it.
const MOST_CHANNELS = 1_000_000;

/** Of filters, units, channels and classes. */
export const channelCount = positiveInteger.max(MOST_CHANNELS, says(`a positive integer up to ${MOST_CHANNELS.toLocaleString('en-US')}`));

export const integer = z.int(says('an integer'));

const WHOLE = says('a whole number, 0 or more');
export const wholeNumber = z.int(WHOLE).min(0, WHOLE);

const POSITIVE = says('a positive number');
export const positiveNumber = z.number(POSITIVE).positive(POSITIVE);

export const finiteNumber = z.number(says('a finite number'));

const NOT_NEGATIVE = says('a number, 0 or more');
export const numberFrom0 = z.number(NOT_NEGATIVE).min(0, NOT_NEGATIVE);

const RATE = says('a number from 0 to below 1');
export const dropoutRate = z.number(RATE).min(0, RATE).lt(1, RATE);

const MOMENTUM = says('a number between 0 and 1');
export const momentum = z.number(MOMENTUM).gt(0, MOMENTUM).lt(1, MOMENTUM);

export const trueOrFalse = z.boolean(says('true or false'));

export const text = z.string(says('a text'));

const LINE = says('a text of one line');
export const line = z.string(LINE).regex(/^[^\p{Cc}]*$/u, LINE);

// Wider by more, no published network could be held in memory.
const WIDEST = 100;
const WIDTH = says(`a positive number up to ${WIDEST}`);
export const widthMultiplier = z.number(WIDTH).positive(WIDTH).max(WIDEST, WIDTH);

// Names become layer names: Keras 3 refuses a slash in them, tfjs anything but a letter or digit at their beginning, and JavaScript
// reorders the records of tensors whose names are numbers.
const NAME = says("a name of letters, digits, '_', '-' and '.', without '/', that begins with a letter or digit and is no number");
export const layerName = z.string(NAME).regex(/^(?!\d+$)[A-Za-z0-9][A-Za-z0-9_.-]*$/, NAME);

/** One of a few words, which the message lists. */
export function oneOf<const Words extends readonly string[]>(words: Words): z.ZodType<Words[number]> {
  return z.enum(words, says(words.map((word) => `'${word}'`).join(' | ')));
}

export const activation = oneOf(['relu', 'linear']);

/** An object with these fields and no others. */
export function object<Fields extends z.ZodRawShape>(fields: Fields) {
  return z.strictObject(fields, says('an object'));
}

/** An array whose elements answer for themselves. */
export function listOf<T>(element: z.ZodType<T>, what: string, least = 0): z.ZodType<T[]> {
  const error = says(least > 0 ? `${what}, at least ${least}` : what);
  return z.array(element, error).min(least, error);
}

export const shape: z.ZodType<Shape> = z.tuple(
  [positiveInteger, positiveInteger, positiveInteger],
  says('[height, width, channels], three positive integers'),
);

export const size: z.ZodType<Size> = z.union(
  [positiveInteger, z.tuple([positiveInteger, positiveInteger])],
  says('a positive integer or two of them, [height, width]'),
);

const zeros = z.strictObject({ zeros: wholeNumber });

export const maxPoolPadding: z.ZodType<Padding> = z.union(
  [z.enum(['same', 'valid', 'ceil']), zeros],
  says("'same' | 'valid' | 'ceil' | { zeros: n }"),
);

/** Of convolutions and average pools. */
export const padding: z.ZodType<Exclude<Padding, 'ceil'>> = z.union(
  [z.enum(['same', 'valid']), zeros],
  says("'same' | 'valid' | { zeros: n } (only max pools know 'ceil')"),
);
