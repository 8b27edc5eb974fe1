/**
 * Times every kernel of the wasm backend from now on, without the kernels that each calls itself.
 *
 * @param tf The TensorFlow.js that runs them.
 * @returns A function that gives the rows since its last call, the dearest first: `{ kernel, calls, ms }`.
 */
export function watchKernels(tf) {
  let spent = new Map();
  const open = [];
  for (const kernel of tf.getKernelsForBackend('wasm')) {
    const { kernelName, kernelFunc } = kernel;
    const timed = (args) => {
      const start = performance.now();
      open.push(0);
      const out = kernelFunc(args);
      const elapsed = performance.now() - start;
      const inner = open.pop();
      if (open.length > 0) open[open.length - 1] += elapsed;
      const row = spent.get(kernelName) ?? { calls: 0, ms: 0 };
      spent.set(kernelName, { calls: row.calls + 1, ms: row.ms + elapsed - inner });
      return out;
    };
    tf.unregisterKernel(kernelName, 'wasm');
    tf.registerKernel({ ...kernel, kernelFunc: timed });
  }
  return () => {
    const rows = [...spent].map(([kernel, { calls, ms }]) => ({ kernel, calls, ms })).sort((a, b) => b.ms - a.ms);
    spent = new Map();
    return rows;
  };
}
