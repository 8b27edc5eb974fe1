import * as tf from '@tensorflow/tfjs';
import { ensureBackend } from '../../src/backends/ensureBackend.js';
import { useBackend } from '../../src/backends/useBackend.js';
import { CompiledSources } from '../io/compiledSources.js';
import { freshProcess } from './freshProcess.js';

describe('ensureBackend', () => {
  let sources: CompiledSources;

  beforeAll(async () => void (sources = await CompiledSources.create()));
  afterAll(() => sources.remove());

  it('returns at once after useBackend, whatever it chose', async () => {
    await useBackend('cpu');
    await ensureBackend();
    expect(tf.getBackend()).toBe('cpu');
  });

  it('finds the WebAssembly binary from a folder that has nothing to do with it, and builds on cpu meanwhile', async () => {
    const { stdout: printed } = await freshProcess(
      sources,
      `
      const { ensureBackend } = source('ensureBackend');
      const ready = ensureBackend();
      const x = tf.tensor1d([1, 2]);
      await ready;
      console.log(tf.getBackend(), tf.sum(x).dataSync()[0]);`,
      { env: { TFJS_INCEPTION_NATIVE: __dirname } },
    );
    expect(printed.trim().split('\n').at(-1)).toBe('wasm 3');
  });

  it('keeps wasm where the application chose it itself', async () => {
    const { stdout: printed } = await freshProcess(
      sources,
      `
      load('@tensorflow/tfjs-backend-wasm');
      await tf.setBackend('wasm');
      const backend = tf.backend();
      await source('ensureBackend').ensureBackend();
      console.log(tf.getBackend(), tf.backend() === backend, source('missingKernels').missingKernels('wasm').length);`,
    );
    expect(printed.trim()).toBe('wasm true 0');
  });

  it("leaves uncaught errors to the application's own handler", async () => {
    const { stdout: printed } = await freshProcess(
      sources,
      `
      process.on('uncaughtException', (error) => { console.log('handled', error.message); process.exit(0); });
      await source('useBackend').useBackend('wasm');
      console.log(process.listenerCount('uncaughtException'), process.listenerCount('unhandledRejection'));
      setTimeout(() => { throw new Error('mine'); });`,
    );
    expect(printed.trim().split('\n')).toEqual(['1 0', 'handled mine']);
  });

  it("prints no advertisement on cpu, and leaves TensorFlow.js' warnings on", async () => {
    const { stdout: printed } = await freshProcess(
      sources,
      `
      const warnings = [];
      console.warn = (...words) => warnings.push(words);
      await source('useBackend').useBackend('cpu');
      tf.tensor1d([1, 2]).dispose();
      console.log(warnings.length, tf.env().getBool('PROD'));`,
    );
    expect(printed.trim()).toBe('0 false');
  });
});
