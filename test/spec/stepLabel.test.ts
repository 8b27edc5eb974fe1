import { stepLabel, spellStyle } from '../../src/spec/stepLabel.js';
import { BATCH_NORMALIZED, BIASED, NORMALIZED_LAST } from '../../src/spec/convolutionStyles.js';
import type { ModuleStep, Step } from '../../src/spec/types.js';

const convolution = { op: 'convolution', name: 'c', filters: 64, kernelSize: 3 } as const;
const separable = { ...convolution, op: 'separableConvolution' } as const;
const pool = { op: 'maxPool', name: 'p', poolSize: 3 } as const;

describe('a step in a few words, on a map of 9×9×32 in a network of convolution, batch norm, ReLU', () => {
  it.each<{ step: Exclude<Step, ModuleStep>; label: string }>([
    { step: convolution, label: '3×3, 64' },
    { step: { ...convolution, kernelSize: [1, 7], strides: 2, padding: 'valid' }, label: '1×7, 64 /2 valid' },
    { step: { ...convolution, strides: [2, 1], padding: { zeros: 3 } }, label: '3×3, 64 /2×1 pad 3' },
    { step: { ...convolution, activation: 'linear', useBias: true }, label: '3×3, 64, linear, bias' },
    { step: { ...convolution, order: 'conv-relu', useBias: false }, label: '3×3, 64, no batch norm' },
    { step: { ...convolution, order: 'conv-relu-bn' }, label: '3×3, 64, conv-relu-bn' },
    { step: { ...convolution, kernelSize: 15, shrinkToFit: true, padding: 'valid' }, label: '9×9, 64 valid' },
    { step: separable, label: 'sep 3×3, 64' },
    { step: { ...separable, kernelSize: 7, strides: 2, depthMultiplier: 8 }, label: 'sep 7×7, 64 /2, depth ×8' },
    { step: { ...pool, strides: 2, padding: 'ceil' }, label: 'max 3×3 /2 ceil' },
    { step: { ...pool, op: 'averagePool', strides: 1 }, label: 'avg 3×3' },
    { step: { op: 'adaptiveAveragePool', name: 'p', outputSize: 4 }, label: 'avg to 4×4' },
    { step: { op: 'globalAveragePool', name: 'p' }, label: 'global avg' },
    { step: { op: 'globalMaxPool', name: 'p' }, label: 'global max' },
    { step: { op: 'localResponseNormalization', name: 'n', depthRadius: 2, bias: 1, alpha: 1, beta: 1 }, label: 'LRN over 5' },
    { step: { op: 'batchNormalization', name: 'n' }, label: 'batch norm' },
    { step: { op: 'relu', name: 'r' }, label: 'ReLU' },
    { step: { op: 'dropout', name: 'd', rate: 0.4 }, label: 'dropout 0.4' },
    { step: { op: 'flatten', name: 'f' }, label: 'flatten' },
    { step: { op: 'dense', name: 'd', units: 1024, activation: 'relu' }, label: 'dense 1024, ReLU' },
    { step: { op: 'dense', name: 'd', units: 512, useBias: false }, label: 'dense 512, no bias' },
  ])('$label', ({ step, label }) => {
    expect(stepLabel(step, { inputShape: [9, 9, 32], convolution: BATCH_NORMALIZED })).toBe(label);
  });

  it('what every convolution has in common is said once: order, bias, gamma', () => {
    expect(spellStyle(BIASED)).toBe('convolution, ReLU; bias');
    expect(spellStyle(NORMALIZED_LAST)).toBe('convolution, ReLU, batch norm; bias');
    const batchNormalization = { ...BATCH_NORMALIZED.batchNormalization, scale: false };
    expect(spellStyle({ ...BATCH_NORMALIZED, batchNormalization })).toBe('convolution, batch norm, ReLU; no bias, no gamma');
    expect(spellStyle({ ...BIASED, batchNormalization })).toBe('convolution, ReLU; bias');
  });
});
