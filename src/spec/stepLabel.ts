import { spellShape, type TensorShape } from './shapeRow.js';
import type { ConvolutionStyle, ModuleStep, Padding, Size, Step } from './types.js';
import { bothSides, windowOf } from './windows.js';

/** What a step meets: the map or vector that enters it, and what every convolution of its network has in common. */
export interface StepSurroundings {
  readonly inputShape: TensorShape;
  readonly convolution: ConvolutionStyle;
}

const WINDOW_WORDS = { convolution: '', separableConvolution: 'sep ', maxPool: 'max ', averagePool: 'avg ' } as const;

/**
 * A step in the few words that fit into a box: `3×3, 64 /2` is a convolution of 64 filters at stride 2.
 *
 * Padding is named where it is not `'same'`; order and bias of a convolution where they are not the network's.
 */
export function stepLabel(step: Exclude<Step, ModuleStep>, { inputShape, convolution }: StepSurroundings): string {
  switch (step.op) {
    case 'convolution':
    case 'separableConvolution':
    case 'maxPool':
    case 'averagePool': {
      const filters = 'filters' in step ? `, ${step.filters}` : '';
      const notes = 'filters' in step ? convolutionNotes(step, convolution) : [];
      const window = `${WINDOW_WORDS[step.op]}${spellShape(windowOf(step, inputShape))}${filters}${strideNote(step.strides)}${paddingNote(step.padding)}`;
      return [window, ...notes].join(', ');
    }
    case 'adaptiveAveragePool':
      return `avg to ${spellShape(bothSides(step.outputSize))}`;
    case 'globalAveragePool':
      return 'global avg';
    case 'globalMaxPool':
      return 'global max';
    case 'localResponseNormalization':
      return `LRN over ${2 * step.depthRadius + 1}`;
    case 'batchNormalization':
      return 'batch norm';
    case 'relu':
      return 'ReLU';
    case 'dropout':
      return `dropout ${step.rate}`;
    case 'flatten':
      return 'flatten';
    case 'dense':
      return `dense ${step.units}${step.activation === 'relu' ? ', ReLU' : ''}${step.useBias === false ? ', no bias' : ''}`;
  }
}

const ORDER_WORDS = {
  'conv-bn-relu': 'convolution, batch norm, ReLU',
  'conv-relu-bn': 'convolution, ReLU, batch norm',
  'conv-relu': 'convolution, ReLU',
} as const;

/** A network's convolution unit in words: `convolution, batch norm, ReLU; no bias`. */
export function spellStyle({ order, useBias, batchNormalization }: ConvolutionStyle): string {
  const gamma = order !== 'conv-relu' && !batchNormalization.scale ? ', no gamma' : '';
  return `${ORDER_WORDS[order]}; ${useBias ? 'bias' : 'no bias'}${gamma}`;
}

function strideNote(strides: Size = 1): string {
  const [down, across] = bothSides(strides);
  if (down === 1 && across === 1) return '';
  return down === across ? ` /${down}` : ` /${down}×${across}`;
}

function paddingNote(padding: Padding = 'same'): string {
  if (padding === 'same') return '';
  return typeof padding === 'string' ? ` ${padding}` : ` pad ${padding.zeros}`;
}

function convolutionNotes(step: Extract<Step, { filters: number }>, style: ConvolutionStyle): string[] {
  const { order = style.order, useBias = style.useBias } = step;
  const depth = step.op === 'separableConvolution' && step.depthMultiplier !== undefined ? step.depthMultiplier : 1;
  return [
    ...(depth === 1 ? [] : [`depth ×${depth}`]),
    ...(step.activation === 'linear' ? ['linear'] : []),
    ...(order === style.order ? [] : [order === 'conv-relu' ? 'no batch norm' : order]),
    ...(useBias === style.useBias ? [] : [useBias ? 'bias' : 'no bias']),
  ];
}
