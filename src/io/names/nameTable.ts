import type { NetworkName } from '../../spec/networkSpec.js';
import type { LayerNames } from './layerNames.js';

/** Whose names and layouts weights can follow, beside our own. */
export const NAME_SOURCES = ['keras', 'torchvision', 'timm', 'facenet', 'cadene', 'caffe'] as const;

/** See {@link NAME_SOURCES}. */
export type NameSource = (typeof NAME_SOURCES)[number];

/** Which tensor of a source is which weight of ours, for one network. */
export interface NameTable {
  readonly source: NameSource;
  readonly network: NetworkName;
  /** Our variant that computes what the source's network does, from the same preprocessing. */
  readonly variant: string;
  /** How the source spells and lays out a layer's weights. */
  readonly dialect: 'keras' | 'torch' | 'caffe';
  /** Every layer with weights, in the source's order, auxiliary heads included. */
  readonly layers: readonly LayerNames[];
}
