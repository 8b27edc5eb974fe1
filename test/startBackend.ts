/** Runs before the tests of each file of a run that asks for a backend (jest.config.js), and proves after them that they computed on it. */
import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { backendUnderTest } from './backendUnderTest.js';
import { useBackend } from '../src/backends/useBackend.js';

/** The one way by which TensorFlow.js' native backend computes. */
interface NativeBackend {
  binding: { executeOp(...call: unknown[]): unknown };
}

let operations = 0;
let engine = '';

beforeAll(async () => {
  const report = await useBackend(backendUnderTest());
  engine = report.engine;
  if (tf.getBackend() === 'tensorflow') countOperations();
  else countKernels();
});

function countOperations(): void {
  const backend = tf.backend() as unknown as NativeBackend;
  const { binding } = backend;
  const executeOp: NativeBackend['binding']['executeOp'] = (...call) => {
    operations++;
    return binding.executeOp(...call);
  };
  backend.binding = Object.create(binding, { executeOp: { value: executeOp } }) as NativeBackend['binding'];
}

/** Elsewhere: what TensorFlow.js runs while the backend is the active one. */
function countKernels(): void {
  const started = tf.getBackend();
  const tensorflow = tf.engine();
  const runKernel = tensorflow.runKernel.bind(tensorflow) as (...call: unknown[]) => unknown;
  tensorflow.runKernel = ((...call: unknown[]) => {
    if (tensorflow.backendName === started) operations++;
    return runKernel(...call);
  }) as typeof tensorflow.runKernel;
}

/** For test/backendReporter.cjs, which adds them up and fails the run where a file computed nothing. */
afterAll(() => {
  const folder = process.env.INCEPTION_TEST_OPERATIONS;
  const file = relative(process.cwd(), expect.getState().testPath ?? '');
  if (folder !== undefined)
    writeFileSync(join(folder, `${file.replaceAll(/[\\/]/g, '+')}.json`), JSON.stringify({ file, operations, engine }));
});
