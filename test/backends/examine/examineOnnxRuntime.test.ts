import { examineOnnxRuntime } from '../../../src/backends/examine/examineOnnxRuntime.js';

describe('examineOnnxRuntime where none can be tried', () => {
  it.each([
    { why: 'none is there', problem: undefined, reason: 'onnxruntime-node is not installed' },
    { why: 'the installed one is damaged', problem: 'a.so: expected 2 bytes, got 1.', reason: 'a.so: expected 2 bytes, got 1.' },
  ])('says that $why', async ({ problem, reason }) => {
    const packages = [
      { name: 'webgpu', problem: 'another' },
      { name: 'onnxruntime-node', problem },
    ];
    expect(await examineOnnxRuntime(packages)).toEqual({ works: false, reason });
  });
});
