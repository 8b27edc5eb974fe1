/** A layer of ours and the one that holds its weights in a source. */
export interface LayerNames {
  /** `inception_3a_1x1_conv` */
  readonly ours: string;
  readonly kind: 'convolution' | 'separableConvolution' | 'batchNormalization' | 'dense';
  /** `inception3a.branch1.conv`; of torch's separable convolutions the first of the two. */
  readonly theirs: string;
  /** Torch's second convolution of a separable one. */
  readonly pointwise?: string;
  /** Of a dense layer: the map whose values it takes as one vector is this many pixels a side. Default: it takes a vector. */
  readonly mapSide?: number;
}

/** Names that belong together: ours, theirs. */
export type NamePair = readonly [ours: string, theirs: string];

/** Pairs of a module's branches, under the module's own two names. */
export function inModule([ours, theirs]: NamePair, branches: readonly NamePair[]): NamePair[] {
  return branches.map(([own, other]) => [`${ours}_${own}`, `${theirs}.${other}`]);
}

/** Torch's usual unit: `.conv` and `.bn` of one module. */
export const torchUnits = (pairs: readonly NamePair[]): LayerNames[] =>
  pairs.flatMap(([ours, theirs]) => [convolution(`${ours}_conv`, `${theirs}.conv`), batchNormalization(`${ours}_bn`, `${theirs}.bn`)]);

export const convolution = (ours: string, theirs: string): LayerNames => ({ ours, kind: 'convolution', theirs });

export const batchNormalization = (ours: string, theirs: string): LayerNames => ({ ours, kind: 'batchNormalization', theirs });

export const dense = (ours: string, theirs: string): LayerNames => ({ ours, kind: 'dense', theirs });
