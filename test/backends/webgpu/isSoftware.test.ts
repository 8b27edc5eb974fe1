import { isSoftware } from '../../../src/backends/webgpu/isSoftware.js';

describe('isSoftware', () => {
  it.each([
    { description: 'SwiftShader driver 5.0.0', architecture: 'swiftshader', software: true },
    { description: 'llvmpipe (LLVM 15.0.6, 256 bits)', architecture: '', software: true },
    { description: 'Microsoft Basic Render Driver', architecture: 'warp', software: true },
    { description: 'NVIDIA GeForce RTX 4090', architecture: 'ada', software: false },
    { description: 'Intel(R) UHD Graphics 620 (KBL GT2)', architecture: 'gen-9', software: false },
    { description: 'AMD Radeon RX 6600 (RADV NAVI23)', architecture: 'rdna-2', software: false },
    { description: 'Apple M1 Max', architecture: 'common-3', software: false },
  ])('is $software of $description', ({ software, ...info }) => {
    expect(isSoftware({ vendor: '', device: '', ...info })).toBe(software);
  });

  it('believes an adapter that calls itself a fallback', () => {
    expect(isSoftware({ vendor: '', architecture: '', device: '', description: '', isFallbackAdapter: true })).toBe(true);
  });
});
