import type { GoogLeNetOptions } from '../spec/googlenet.js';
import type { InceptionModel } from './inceptionModel.js';
import type { BuildOptions } from './inceptionNet.js';
import { publishedNetwork } from './publishedNetwork.js';

/** The trunk's stages by which a GoogLeNet's endpoints are called; variants without normalisations, smaller stems and a `finalModule` leave some out. */
export type GoogLeNetEndpoint =
  | 'conv1'
  | 'conv2_reduce'
  | 'conv2'
  | `norm${1 | 2}`
  | `pool${1 | 2 | 3 | 4}`
  | `inception_${'3a' | '3b' | '4a' | '4b' | '4c' | '4d' | '4e' | '5a' | '5b'}`;

/** A GoogLeNet's classifiers; the auxiliary ones only with `auxiliaryHeads`, none without the top. */
export type GoogLeNetHead = 'main' | 'auxiliary_4a' | 'auxiliary_4d';

/**
 * GoogLeNet, the first Inception network: nine modules, 22 layers with weights.
 *
 * Input `[batch, 224, 224, 3]` by default, any size down to the computed minimum. Trainable parameters at 1000 classes: 7,005,832
 * (`'batchnorm'`), 6,998,552 (`'paper'`, `'caffe'`), 6,624,904 (`'torchvision'`), 6,617,624 (`'slim'`).
 *
 * @param options Variant, classes, input, heads, width, stem and seed; see {@link GoogLeNetOptions}.
 * @returns `[batch, classes]` probabilities; with `auxiliaryHeads` an array of three: main, auxiliary_4a, auxiliary_4d.
 * @throws InceptionError `INVALID_ARGUMENT` if an option is unknown or not usable; `INPUT_TOO_SMALL` with the minimum below it.
 * @see Szegedy et al. 2014, arXiv:1409.4842, Table 1.
 * @example
 * ```ts
 * const model = googLeNet({ classes: 10, inputShape: [96, 96, 3], stem: 'stride4' });
 * model.countParams();
 * ```
 */
export function googLeNet(options: GoogLeNetOptions & Pick<BuildOptions, 'seed'> = {}): InceptionModel<GoogLeNetEndpoint, GoogLeNetHead> {
  return publishedNetwork('googlenet', options, 'googLeNet');
}
