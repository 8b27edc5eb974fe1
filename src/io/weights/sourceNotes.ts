import type { InceptionModel } from '../../networks/inceptionModel.js';
import { computesAlike } from '../names/computesAlike.js';
import type { NameTable } from '../names/nameTable.js';

/** What the notes depend on beside the table. */
interface Loaded {
  readonly model: InceptionModel;
  /** The names of our weights that the file has. */
  readonly used: readonly string[];
  /** Whether the caller knows how pictures were normalised. */
  readonly isNormalizationKnown: boolean;
}

/** What one should know of a source's weights that no comparison of names and shapes shows. */
export function sourceNotes(table: NameTable, { model, used, isNormalizationKnown }: Loaded): string[] {
  const { source, network, variant } = table;
  return [
    source === 'torchvision' && network === 'googlenet' && used.some((name) => name.startsWith('auxiliary_')) && UNTRAINED_HEADS,
    !isNormalizationKnown && source === 'torchvision' && TRANSFORM_INPUT,
    !isNormalizationKnown && source === 'timm' && network === 'inception-v3' && GLUON,
    !computesAlike(model.spec, table) && otherVariant(model, network, variant),
  ].filter((note) => note !== false);
}

const UNTRAINED_HEADS =
  'Torchvision never trained the auxiliary heads of its ImageNet GoogLeNet: if this is that file, theirs are random numbers; train them or use the main head.';

const TRANSFORM_INPUT =
  "Torchvision's own weights were trained on −1 to 1, which is what `transform_input=True` makes of its pictures and this network's preprocessing " +
  'of 0–255. For weights that were trained with `transform_input=False` give { normalization: { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } }.';

const GLUON =
  "timm's checkpoints of Inception v3 want −1 to 1, but for gluon_in1k: with that give { normalization: { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } }.";

const otherVariant = ({ spec }: InceptionModel, network: string, variant: string): string =>
  `The weights are of a network that pads or normalises as ${network}'s variant '${variant}' does, and this model is its '${spec.variant}': ` +
  `outputs differ, the more the smaller the pictures. Build the network with { variant: '${variant}' } for the same outputs.`;
