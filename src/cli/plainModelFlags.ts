import { CAFFE_MEANS, SYMMETRIC } from '../spec/preprocessings.js';
import type { Preprocessing } from '../spec/types.js';
import { oneOf } from './arguments.js';

/** How models of other tools want their pictures, by what is usual. */
const PREPROCESSINGS = {
  symmetric: SYMMETRIC,
  unit: { channelOrder: 'rgb', scale: 1 / 255, offset: [0, 0, 0] },
  raw: { channelOrder: 'rgb', scale: 1, offset: [0, 0, 0] },
  caffe: CAFFE_MEANS,
} as const satisfies Readonly<Record<string, Preprocessing>>;

const NAMES = Object.keys(PREPROCESSINGS) as (keyof typeof PREPROCESSINGS)[];

const preprocessing = (text: string): Preprocessing => PREPROCESSINGS[oneOf('--preprocessing', NAMES)(text)];

/** `--preprocessing`: what a model that is not this package's does not say of its input. */
export const PREPROCESSING_FLAG = [
  '--preprocessing <name>',
  'how a plain Keras or TensorFlow.js model takes its pictures: symmetric (-1 to 1), unit (0 to 1), raw (0 to 255), caffe (BGR less its mean)',
  preprocessing,
] as const;

/** `--labels`: the names of the classes. */
export const LABELS_FLAG = ['--labels <names>', 'the names of the classes: imagenet, or a text file with one a line'] as const;
