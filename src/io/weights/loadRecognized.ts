import { expectedGot } from '../../errors.js';
import type { InceptionModel } from '../../networks/inceptionModel.js';
import { buildNetwork } from '../../networks/inceptionNet.js';
import { networkSpec } from '../../spec/networkSpec.js';
import type { NetworkSpec } from '../../spec/types.js';
import { applyWeights } from './applyWeights.js';
import { buildWithin } from '../topology/buildWithin.js';
import type { WeightFile } from '../modelFile.js';
import { describeMatch, matchNames } from '../names/recognizeNetwork.js';
import type { WeightReport } from './weightReport.js';

/** "Background" comes first in checkpoints of TF-slim and what was converted from them. */
const IMAGENET_CLASSES = { stored: 1001, used: 1000 };

/** A model, and what was done to fill it. */
interface LoadedModel {
  readonly model: InceptionModel;
  readonly weights: WeightReport;
}

/** As torchvision does itself, unless told otherwise. */
const HEADS_LEFT_OUT =
  'The auxiliary heads are left out: those of the ImageNet weights of torchvision were never trained. ' +
  "For a file whose heads were: loadWeights into googLeNet({ variant: 'torchvision', auxiliaryHeads: true }).";

/**
 * A model for a file that holds nothing but weights, where their names tell which network of the library they are of: its variant that
 * computes what the source's does, with the classes and heads that the file has; but for the heads of torchvision's own GoogLeNet.
 *
 * @param where The caller's name, for messages.
 * @param file Stays open.
 * @returns The model with the file's weights, and with ImageNet's labels where it has 1000 classes of a source that trains on them; and what went where.
 * @throws InceptionError `UNSUPPORTED_FORMAT` if no network is recognised; `WEIGHTS_MISMATCH`, `CORRUPT_WEIGHTS`. No tensor is left then.
 */
export async function loadRecognized(where: string, file: WeightFile): Promise<LoadedModel> {
  const matched = matchNames(file.tensors);
  if (!matched) {
    const expected = 'a model, or weights of a network that shows in their names';
    const advice = 'Build the network and call loadWeights(model, path).';
    throw expectedGot('UNSUPPORTED_FORMAT', file.file, expected, [...file.tensors.keys()].slice(0, 4), advice);
  }
  const { network, variant, classes, auxiliaryHeads, includeTop } = describeMatch(matched);
  const used = classes === IMAGENET_CLASSES.stored ? IMAGENET_CLASSES.used : classes;
  const hasHeads = auxiliaryHeads && includeTop;
  const areUntrained = hasHeads && network === 'googlenet' && variant === 'torchvision' && used === IMAGENET_CLASSES.used;
  const isEmbedding = !includeTop && matched.slots.some(({ ours, theirs }) => ours === 'embedding/kernel' && matched.tensors.has(theirs));
  const spec = networkSpec(network, {
    variant,
    auxiliaryHeads: hasHeads && !areUntrained,
    includeTop: includeTop || isEmbedding,
    ...(includeTop && { classes: used }),
  });
  // A face network without its classifier is for what lies under that: it ends there.
  const model = build(file, isEmbedding ? { ...spec, classes: 0 } : spec);
  try {
    const weights = await applyWeights(where, model, file, { matched });
    return { model, weights: areUntrained ? { ...weights, notes: [...weights.notes, HEADS_LEFT_OUT] } : weights };
  } catch (error) {
    model.dispose();
    throw error;
  }
}

function build(file: WeightFile, spec: NetworkSpec): InceptionModel {
  try {
    return buildWithin(file, () => buildNetwork(spec, { isOverwritten: () => true }));
  } catch (cause) {
    throw expectedGot('WEIGHTS_MISMATCH', file.file, `the weights of ${spec.name} at full width`, (cause as Error).message, '', cause);
  }
}
