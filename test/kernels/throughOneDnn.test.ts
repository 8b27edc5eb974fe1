import type { NativeBackend } from '../../src/kernels/nativeBackend.js';
import { throughOneDnn } from '../../src/kernels/throughOneDnn.js';

const backend = (isUsingGpuDevice = false): NativeBackend => ({ isUsingGpuDevice }) as NativeBackend;

/** Runs three times on one backend, and counts. */
function threeTimes(on: NativeBackend, run: () => string): { tried: number; results: (string | undefined)[] } {
  let tried = 0;
  const results = [1, 2, 3].map(() =>
    throughOneDnn(on, () => {
      tried++;
      return run();
    }),
  );
  return { tried, results };
}

const failing = (message: string) => () => {
  throw new Error(message);
};

describe('throughOneDnn', () => {
  it('gives what the operation gives', () => {
    expect(threeTimes(backend(), () => 'y')).toEqual({ tried: 3, results: ['y', 'y', 'y'] });
  });

  it.each([
    "Invalid TF_Status: 5\nMessage: Op type not registered '_MklNativeMaxPool' in binary running on host.",
    'Invalid TF_Status: 5\nMessage: Could not find device for node: {{node _MklNativeMaxPool}}',
  ])('tries once where there is none: %s', (message) => {
    expect(threeTimes(backend(), failing(message))).toEqual({ tried: 1, results: [undefined, undefined, undefined] });
  });

  it('tries again after any other failure, which is left to the kernel that takes over', () => {
    expect(threeTimes(backend(), failing('OOM when allocating tensor')).tried).toBe(3);
  });

  it('never tries on a GPU', () => {
    expect(threeTimes(backend(true), () => 'y')).toEqual({ tried: 0, results: [undefined, undefined, undefined] });
  });
});
