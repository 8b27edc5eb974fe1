import * as tf from '@tensorflow/tfjs';
import { distinct } from '../blocks/applyStep.js';
import { invalidArgument } from '../errors.js';
import { InceptionModel } from './inceptionModel.js';

/** What the main classifier reads: in most networks one number a channel, averaged over the last map. */
const FEATURES = 'features';

/** A model over the layers of another. */
class SharedLayersModel extends tf.LayersModel {
  /** Frees what is its own, such as an optimizer. The layers are not. */
  override dispose(): ReturnType<tf.LayersModel['dispose']> {
    this.layers = [];
    return super.dispose();
  }
}

/**
 * The part of a network from its input to one or more of its stages: what it sees in a picture rather than what it calls it.
 *
 * It shares the network's layers: no weight is copied, training the one trains the other, and disposing of it leaves the network whole. It is
 * of use until the network is disposed of. Its input is the network's, preprocessed as by `model.preprocess`.
 *
 * @param endpoints Names among `model.endpoints`; or `'features'` for what the main classifier reads (GoogLeNet: 1024 numbers a picture),
 *   such as nearest-neighbour search and a classifier of your own want. In a network without a top that is its output.
 * @returns For one name a model of one output, for an array one output each in the order of the names; `predict` returns them so.
 * @throws InceptionError `INVALID_ARGUMENT` if no name is given, one is given twice, or the network has no such stage; the message lists
 *   those it has.
 * @example
 * ```ts
 * const extractor = featureExtractor(model, 'features');
 * const features = tf.tidy(() => extractor.predict(model.preprocess(images)) as tf.Tensor2D); // [batch, 1024]
 * ```
 */
export function featureExtractor<Endpoint extends string>(
  model: InceptionModel<Endpoint>,
  endpoints: NoInfer<Endpoint> | typeof FEATURES | readonly (NoInfer<Endpoint> | typeof FEATURES)[],
): tf.LayersModel {
  if (!(model instanceof InceptionModel)) {
    throw invalidArgument(
      'featureExtractor.model',
      'an InceptionModel',
      model,
      'Give tf.model({ inputs, outputs }) the layers of other models.',
    );
  }
  const known: Readonly<Record<string, tf.SymbolicTensor>> = { [FEATURES]: classifierInput(model), ...model.endpoints };
  const names: readonly string[] = [endpoints].flat();
  assertNames(names, Object.keys(known));
  const name = `${model.name}_features`;
  const tensors = names.map((each) => known[each]);
  // Two names may stand for one tensor, such as the last stage and the features of a network without a top.
  return new SharedLayersModel({ inputs: model.inputs, outputs: distinct(tensors, `${name}_copy`), name });
}

function classifierInput(model: InceptionModel): tf.SymbolicTensor {
  const { main } = model.logits;
  return main === undefined ? model.outputs[0] : main.inputs[0];
}

function assertNames(names: readonly string[], known: readonly string[]): void {
  const where = 'featureExtractor.endpoints';
  const expected = `names of stages (${known.join(', ')})`;
  if (names.length === 0) throw invalidArgument(where, expected, names);
  const unknown = names.findIndex((name) => !known.includes(name));
  if (unknown >= 0) throw invalidArgument(where, expected, names[unknown]);
  const twice = names.findIndex((name, index) => names.indexOf(name) !== index);
  if (twice >= 0) throw invalidArgument(where, 'every name once', names[twice]);
}
