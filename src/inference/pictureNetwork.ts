import type * as tf from '@tensorflow/tfjs';
import type { Preprocessing } from '../networks/preprocessPictures.js';

/** A model that classifies pictures, whoever made it: what its files say of it, and what the caller added. */
export interface PictureNetwork {
  readonly name: string;
  /** Its input in pixels. */
  readonly size: readonly [height: number, width: number];
  readonly classes: number;
  /** One a class, or none. */
  readonly labels: readonly string[];
  readonly preprocessing: Preprocessing;
  /** From preprocessed pictures to the heads that are to answer, and to nothing else. It shares the model's weights and owns none. */
  readonly graph: tf.LayersModel | tf.GraphModel;
  /** The names of those heads, in the order of the graph's outputs. */
  readonly headNames: readonly string[];
  /** What the heads give: logits become probabilities by a softmax. */
  readonly endsIn: 'probabilities' | 'logits';
  /** How many pictures it takes at once, at most. */
  readonly atOnce: number;
  /** What training validated with, if the record of it that is saved with the model says so. */
  readonly cropFraction?: number;
}

/** Views computed at once: no engine gains more from larger batches, and 8 pictures of 299² are 8 MB. */
export const VIEWS_AT_ONCE = 8;
