import type * as tf from '@tensorflow/tfjs';
import { ForwardPass } from '../compile/forwardPass.js';
import { InceptionModel } from '../networks/inceptionModel.js';
import { logitsGraph } from './logitsGraph.js';

/** A hold on a model's forward pass. */
export interface ForwardPassHold {
  /** From preprocessed pictures to one `[batch, classes]` a head: an InceptionModel's logits, any other model's outputs. */
  readonly pass: ForwardPass;
  /** Whether somebody else held it already. */
  readonly isShared: boolean;
  /** To be called once; what the last one lets go of is freed. */
  release(): void;
}

interface Held {
  readonly pass: ForwardPass;
  holders: number;
}

const held = new WeakMap<tf.LayersModel, Held>();

/**
 * Keeps a model's forward pass, with the graphs that it has become, for as long as somebody needs it: a training holds it from its first
 * validation to its last, so that no epoch makes graphs anew.
 *
 * @throws InceptionError `INVALID_ARGUMENT` if it is an InceptionModel without a classifier.
 */
export function holdForwardPass(model: tf.LayersModel): ForwardPassHold {
  const entry = held.get(model) ?? { pass: forwardPassOf(model), holders: 0 };
  held.set(model, entry);
  entry.holders += 1;
  return {
    pass: entry.pass,
    isShared: entry.holders > 1,
    release() {
      entry.holders -= 1;
      if (entry.holders > 0) return;
      held.delete(model);
      entry.pass.dispose();
    },
  };
}

function forwardPassOf(model: tf.LayersModel): ForwardPass {
  if (!(model instanceof InceptionModel)) return new ForwardPass(model);
  const graph = logitsGraph(model as InceptionModel);
  return new ForwardPass(model, (input) => graph.run(input, false));
}
