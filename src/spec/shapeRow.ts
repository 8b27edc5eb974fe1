import type { Step } from './types.js';

/** `[height, width, channels]` of a map or `[features]` of a vector, without the batch. */
export type TensorShape = readonly number[];

/** Where a row stands in its network. */
export interface ShapeRowPlace {
  /** `'trunk'`, `'top'`, or the auxiliary head's name. */
  readonly part: string;
  /** The name of the outermost module it belongs to, if any. */
  readonly module?: string;
  /** The index of its branch in that module; none for the module's merge. */
  readonly branch?: number;
}

/** One operation with the shapes that enter and leave it. */
export interface ShapeRow extends ShapeRowPlace {
  /** The full name, from which layer names are made: `inception_3a_5x5_reduce`. */
  readonly name: string;
  /** `'module'` is the merge of its branches, `'projection'` a residual module's 1×1 convolution, `'classifier'` a head's last layer. */
  readonly op: Step['op'] | 'projection' | 'classifier';
  /** Where the spec says so: `trunk[7].branches[2][0]`. */
  readonly path: string;
  /** The spec's own step; none for a projection or a classifier. */
  readonly step?: Step;
  readonly inputShape: TensorShape;
  readonly outputShape: TensorShape;
}

/** A shape as messages and tables write it: `28×28×192`. */
export function spellShape(shape: TensorShape): string {
  return shape.join('×');
}

/** A name within a module or head: `inception_3a` and `5x5_reduce` make `inception_3a_5x5_reduce`. */
export function fullName(prefix: string | undefined, name: string): string {
  return prefix === undefined ? name : `${prefix}_${name}`;
}
