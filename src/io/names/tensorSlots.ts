import type { LayerNames } from './layerNames.js';
import type { NameTable } from './nameTable.js';
import type { TensorLayout } from './tensorLayout.js';

/** A weight of ours and the tensor that holds it in a source. */
export interface TensorSlot {
  /** `inception_3a_1x1_conv/kernel` */
  readonly ours: string;
  /** `inception3a.branch1.conv.weight` */
  readonly theirs: string;
  readonly layout: TensorLayout;
}

/** Ours, theirs and the layout of one weight of a layer, without the layer's names. */
type Part = readonly [ours: string, theirs: string, layout: TensorLayout];

const VECTOR: TensorLayout = { kind: 'vector' };
const SAME: TensorLayout = { kind: 'same' };
const OUTPUTS_FIRST: TensorLayout = { kind: 'OIHW' };

const TORCH_STATISTICS: readonly Part[] = [
  ['gamma', '.weight', VECTOR],
  ['beta', '.bias', VECTOR],
  ['moving_mean', '.running_mean', VECTOR],
  ['moving_variance', '.running_var', VECTOR],
];

const KERAS_PARTS: Readonly<Record<LayerNames['kind'], readonly string[]>> = {
  convolution: ['kernel', 'bias'],
  separableConvolution: ['depthwise_kernel', 'pointwise_kernel', 'bias'],
  batchNormalization: ['gamma', 'beta', 'moving_mean', 'moving_variance'],
  dense: ['kernel', 'bias'],
};

/** Every tensor that a source may have of a network, in the source's order. Which of them it has is for the file to say. */
export function tensorSlots({ dialect, layers }: NameTable): TensorSlot[] {
  const slotsOf = { torch: torchSlots, caffe: caffeSlots, keras: kerasSlots }[dialect];
  return layers.flatMap(slotsOf);
}

function torchSlots(layer: LayerNames): TensorSlot[] {
  const { ours, kind, theirs, pointwise } = layer;
  if (kind === 'batchNormalization') return slots(layer, TORCH_STATISTICS);
  if (kind !== 'separableConvolution') {
    return slots(layer, [
      ['kernel', '.weight', kernelLayout(layer)],
      ['bias', '.bias', VECTOR],
    ]);
  }
  return [
    { ours: `${ours}/depthwise_kernel`, theirs: `${theirs}.weight`, layout: { kind: 'depthwise' } },
    { ours: `${ours}/pointwise_kernel`, theirs: `${pointwise}.weight`, layout: OUTPUTS_FIRST },
  ];
}

/** Caffe numbers a layer's tensors. */
const caffeSlots = (layer: LayerNames): TensorSlot[] =>
  slots(layer, [
    ['kernel', '/0', kernelLayout(layer)],
    ['bias', '/1', VECTOR],
  ]);

const kerasSlots = (layer: LayerNames): TensorSlot[] =>
  slots(
    layer,
    KERAS_PARTS[layer.kind].map((part): Part => [part, `/${part}`, SAME]),
  );

const slots = ({ ours, theirs }: LayerNames, parts: readonly Part[]): TensorSlot[] =>
  parts.map(([own, other, layout]) => ({ ours: `${ours}/${own}`, theirs: `${theirs}${other}`, layout }));

const kernelLayout = ({ kind, mapSide = 1 }: LayerNames): TensorLayout => (kind === 'dense' ? { kind: 'OI', mapSide } : OUTPUTS_FIRST);
