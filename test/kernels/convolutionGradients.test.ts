import fc from 'fast-check';
import { useBackend } from '../../src/backends/useBackend.js';
import { convolutionCases, cornerCounter, type ConvolutionCase } from './convolutionCases.js';
import { difference, numbers, runKernel, runOnBoth, wholeNumbers, type Values } from './twoBackends.js';

interface GradientKernel {
  readonly kernel: string;
  readonly kind: 'full' | 'depthwise' | 'pooling';
  readonly inputs: (c: ConvolutionCase) => Record<string, Values>;
  readonly attrs: (c: ConvolutionCase) => Record<string, unknown>;
}

const x = ({ x: shape, seed }: ConvolutionCase) => numbers(shape, seed);
const filter = ({ filter: shape, seed }: ConvolutionCase) => numbers(shape, seed + 1);
const dy = ({ dy: shape, seed }: ConvolutionCase) => numbers(shape, seed + 2);
const filterShape = ({ filter: shape }: ConvolutionCase) => ({ filterShape: shape, dataFormat: 'NHWC' });
const inputShape = ({ x: shape }: ConvolutionCase) => ({ inputShape: shape, dataFormat: 'NHWC' });

const KERNELS: GradientKernel[] = [
  { kernel: 'Conv2DBackpropFilter', kind: 'full', inputs: (c) => ({ x: x(c), dy: dy(c) }), attrs: filterShape },
  { kernel: 'Conv2DBackpropInput', kind: 'full', inputs: (c) => ({ dy: dy(c), filter: filter(c) }), attrs: inputShape },
  {
    kernel: 'DepthwiseConv2dNativeBackpropFilter',
    kind: 'depthwise',
    inputs: (c) => ({ x: x(c), dy: dy(c) }),
    attrs: (c) => ({ ...filterShape(c), dilations: [1, 1] }),
  },
  {
    kernel: 'DepthwiseConv2dNativeBackpropInput',
    kind: 'depthwise',
    inputs: (c) => ({ dy: dy(c), filter: filter(c) }),
    attrs: (c) => ({ ...inputShape(c), dilations: [1, 1] }),
  },
  {
    kernel: 'MaxPoolGrad',
    kind: 'pooling',
    // Equal numbers within a window: which of them counts as the largest is part of what is compared.
    inputs: (c) => ({ dy: dy(c), input: wholeNumbers(c.x, c.seed), output: numbers(c.dy, 0) }),
    attrs: (c) => ({ filterSize: [c.filter[0], c.filter[1]] }),
  },
];

describe.each(KERNELS)('$kernel on wasm', ({ kernel, kind, inputs, attrs }) => {
  it('equals cpu to 1e-5 over 120 shapes, strides and paddings, and leaks nothing', async () => {
    const corners = cornerCounter();
    const property = fc.asyncProperty(convolutionCases(kind), async (c) => {
      corners.count(c);
      const { strides, pad, dimRoundingMode } = c;
      const { cpu, wasm } = await runOnBoth(kernel, inputs(c), { strides, pad, dimRoundingMode, ...attrs(c) });
      expect(difference(wasm[0], cpu[0])).toBeLessThanOrEqual(1e-5);
    });
    await fc.assert(property, { seed: 20140917, numRuns: 120 });
    expect(corners.missed()).toEqual([]);
  });
});

describe('convolution gradients on wasm', () => {
  beforeAll(() => useBackend('wasm'));

  const c: ConvolutionCase = { x: [2, 20, 30, 5], filter: [3, 3, 5, 9], dy: [2, 20, 30, 9], strides: [1, 1], pad: 'same', seed: 7 };

  it('equal cpu to 1e-5 where 1,200 positions are added up, in more than one tile', async () => {
    for (const { kernel, inputs, attrs } of KERNELS.filter(({ kind }) => kind === 'full')) {
      const { cpu, wasm } = await runOnBoth(kernel, inputs(c), { strides: 1, pad: 'same', ...attrs(c) });
      expect(difference(wasm[0], cpu[0])).toBeLessThanOrEqual(1e-5);
    }
  });

  it('take the output size from dy: TensorFlow.js forgets the rounding mode on the way back', async () => {
    const inputs = { x: numbers([1, 6, 6, 2], 1), dy: numbers([1, 4, 4, 3], 2) };
    const pad = [
      [0, 0],
      [0, 1],
      [0, 1],
      [0, 0],
    ];
    const attrs = { strides: 2, pad, filterShape: [2, 2, 2, 3], dataFormat: 'NHWC' };
    await useBackend('cpu');
    const [expected] = runKernel('Conv2DBackpropFilter', inputs, { ...attrs, dimRoundingMode: 'ceil' });
    await useBackend('wasm');
    expect(difference(runKernel('Conv2DBackpropFilter', inputs, attrs)[0], expected)).toBeLessThanOrEqual(1e-5);
  });

  it.each(KERNELS.filter(({ kind }) => kind !== 'pooling'))('$kernel refuses dilations and NCHW by name', ({ kernel, inputs, attrs }) => {
    const small: ConvolutionCase = { ...c, x: [1, 5, 5, 1], filter: [3, 3, 1, 1], dy: [1, 5, 5, 1] };
    const run = (more: object) => () => runKernel(kernel, inputs(small), { strides: 1, pad: 'same', ...attrs(small), ...more });
    expect(run({ dilations: [2, 1] })).toThrow(`${kernel} on wasm: expected dilations of 1, got 2,1.`);
    expect(run({ dataFormat: 'NCHW' })).toThrow(`${kernel} on wasm: expected dataFormat 'NHWC', got 'NCHW'.`);
  });
});
