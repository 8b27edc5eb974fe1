import type { ShapeRow } from '../spec/shapeRow.js';

/** What a drawn step is, as far as its look goes. `'merge'` joins branches; `'terminal'` is where a network begins or ends. */
export type StepKind =
  | 'convolution'
  | 'separable'
  | 'maxPool'
  | 'averagePool'
  | 'dense'
  | 'dropout'
  | 'normalization'
  | 'activation'
  | 'reshape'
  | 'merge'
  | 'terminal';

/** The kind of every operation that a network's trace can hold. */
export const KIND_OF: Readonly<Record<ShapeRow['op'], StepKind>> = {
  convolution: 'convolution',
  projection: 'convolution',
  separableConvolution: 'separable',
  maxPool: 'maxPool',
  globalMaxPool: 'maxPool',
  averagePool: 'averagePool',
  adaptiveAveragePool: 'averagePool',
  globalAveragePool: 'averagePool',
  localResponseNormalization: 'normalization',
  batchNormalization: 'normalization',
  relu: 'activation',
  dense: 'dense',
  classifier: 'dense',
  flatten: 'reshape',
  dropout: 'dropout',
  module: 'merge',
};
