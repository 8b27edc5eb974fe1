import { bottleneck } from '../../examples/bottleneck.js';
import { dimensionReduction } from '../../examples/dimensionReduction.js';
import { largeKernels } from '../../examples/largeKernels.js';
import { runExample } from './runExample.js';

describe('bottleneck: thirty-two 5×5 convolutions on 28×28×192', () => {
  it('need 120,422,400 multiplications, through 16 channels 2,408,448 + 10,035,200 = 12,443,648', async () => {
    const { result, lines } = await runExample(bottleneck);
    expect(result).toEqual({
      straight: 120_422_400,
      parts: [2_408_448, 10_035_200],
      through: 12_443_648,
      outputShape: '28×28×32',
      moduleShape: '28×28×256',
    });
    expect(lines[1]).toBe('through 16 channels: 2,408,448 + 10,035,200 = 12,443,648, also to 28×28×32');
  });
});

describe('dimensionReduction: module 3a, naive and reduced', () => {
  it('costs 303,464,448 multiply-adds naive, 128,049,152 reduced, and the naive output grows to 416 channels', async () => {
    const { result } = await runExample(dimensionReduction);
    expect(result.naive).toMatchObject({ outputShape: '28×28×416', multiplyAdds: 28 * 28 * 192 * (64 + 9 * 128 + 25 * 32) });
    expect(result.reduced).toMatchObject({ outputShape: '28×28×256', multiplyAdds: 128_049_152 });
    expect(result.saved).toBeCloseTo(2.37, 2);
  });

  it('has 387,520 trainable parameters naive, 164,064 reduced, a gamma and a beta a filter among them', async () => {
    const { result } = await runExample(dimensionReduction);
    expect(result.naive.parameters).toBe(192 * (64 + 9 * 128 + 25 * 32) + 2 * (64 + 128 + 32));
    expect(result.reduced.parameters).toBe(192 * (64 + 96 + 16 + 32) + 9 * 96 * 128 + 25 * 16 * 32 + 2 * (64 + 96 + 128 + 16 + 32 + 32));
  });

  it('pays 120,422,400 multiply-adds for the naive 5×5 branch, 12,443,648 for the reduced one', async () => {
    const { result } = await runExample(dimensionReduction);
    expect(result.naive.branches[2].multiplyAdds).toBe(120_422_400);
    expect(result.reduced.branches[2].multiplyAdds).toBe(12_443_648);
  });
});

describe('largeKernels: 3×3 and 5×5 filters by depth, arXiv:1409.4842, Table 1', () => {
  it.each([
    { name: 'inception_3a', large: 160, of: 256, filters1x1: 64 },
    { name: 'inception_3b', large: 288, of: 480, filters1x1: 128 },
    { name: 'inception_4a', large: 256, of: 512, filters1x1: 192 },
    { name: 'inception_4b', large: 288, of: 512, filters1x1: 160 },
    { name: 'inception_4c', large: 320, of: 512, filters1x1: 128 },
    { name: 'inception_4d', large: 352, of: 528, filters1x1: 112 },
    { name: 'inception_4e', large: 448, of: 832, filters1x1: 256 },
    { name: 'inception_5a', large: 448, of: 832, filters1x1: 256 },
    { name: 'inception_5b', large: 512, of: 1024, filters1x1: 384 },
  ])('$name: $large of $of', async ({ name, large, of, filters1x1 }) => {
    const { result } = await runExample(largeKernels);
    const found = result.find((row) => row.name === name);
    expect(found).toEqual({ name, large, share: large / of, timesOneByOne: large / filters1x1 });
  });
});
