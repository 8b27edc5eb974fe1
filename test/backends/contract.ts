import * as tf from '@tensorflow/tfjs';
import type { BackendName } from '../../src/backends/backendDriver.js';
import { missingKernels } from '../../src/backends/missingKernels.js';
import { useBackend, type BackendReport } from '../../src/backends/useBackend.js';

/** What a driver must keep, on every backend alike. */
export interface BackendContract {
  readonly name: BackendName;
  readonly device: 'cuda' | 'cpu';
  readonly engine: RegExp;
  /** TensorFlow.js' own name for it. */
  readonly registeredAs: string;
}

/** Runs the contract against a backend, or says why it cannot. */
export function describeBackend({ name, device, engine, registeredAs }: BackendContract): void {
  describe(`backend ${name}`, () => {
    let report: BackendReport | undefined;
    let reason = '';

    beforeAll(async () => {
      try {
        report = await useBackend(name);
      } catch (error) {
        reason = (error as Error).message;
      }
    });

    /** A test that passes over itself, with the reason in the log, where the backend is not installed. */
    const whereItStarts = (title: string, body: (found: BackendReport) => void | Promise<void>) => {
      it(title, async () => {
        if (report === undefined) {
          process.stdout.write(`skipped on ${name}: ${reason}\n`);
          expect(['cpu', 'wasm']).not.toContain(name);
          return;
        }
        await body(report);
      });
    };

    whereItStarts('reports its name, its device and its engine, and is the active one', (found) => {
      expect({ name: found.name, device: found.device, rejected: found.rejected }).toEqual({ name, device, rejected: [] });
      expect(found.engine).toMatch(engine);
      expect(found.threads).toBeGreaterThanOrEqual(1);
      expect(tf.getBackend()).toBe(registeredAs);
    });

    whereItStarts('has every kernel of a training step', (found) => {
      expect(missingKernels(name)).toEqual([]);
      expect(found.trains).toBe(true);
    });

    whereItStarts('takes over tensors that cpu made, and gives them back', async () => {
      await useBackend('cpu');
      const x = tf.tensor1d([1, 2, 3]);
      await useBackend(name);
      const squares = tf.square(x);
      await useBackend('cpu');
      const sum = tf.sum(squares);
      expect(sum.dataSync()[0]).toBe(14);
      tf.dispose([x, squares, sum]);
      await useBackend(name);
    });

    whereItStarts('takes a gradient step through convolution, pooling, normalization and a dense layer, and keeps no tensor', () => {
      const before = tf.memory().numTensors;
      tf.tidy(() => {
        const pictures = tf.randomUniform<tf.Rank.R4>([2, 9, 9, 3], -1, 1, 'float32', 1);
        const kernel = tf.variable(tf.randomUniform<tf.Rank.R4>([3, 3, 3, 4], -1, 1, 'float32', 2));
        const depthwise = tf.variable(tf.randomUniform<tf.Rank.R4>([3, 3, 4, 1], -1, 1, 'float32', 3));
        const dense = tf.variable(tf.randomUniform<tf.Rank.R2>([4, 2], -1, 1, 'float32', 4));
        const variables = [kernel, depthwise, dense];
        const loss = (): tf.Scalar => {
          const convolved = tf.relu(tf.conv2d(pictures, kernel, 2, 'same'));
          const pooled = tf.avgPool(tf.maxPool(tf.localResponseNormalization(convolved, 2), 3, 1, 'same'), 2, 1, 'same');
          const features: tf.Tensor2D = tf.mean(tf.depthwiseConv2d(pooled, depthwise, 1, 'same'), [1, 2]);
          return tf.losses.softmaxCrossEntropy(tf.eye(2), tf.matMul(features, dense));
        };
        const { grads } = tf.variableGrads(loss);
        const moved = (step: number): number => {
          variables.forEach((variable: tf.Variable) => variable.assign(tf.add(variable, tf.mul(grads[variable.name], step))));
          return loss().dataSync()[0];
        };
        const [ahead, behind] = [moved(1e-2), moved(-2e-2)];
        const squares = Object.values(grads).reduce((sum, gradient) => sum + tf.sum(tf.square(gradient)).dataSync()[0], 0);
        // The loss changes by the distance gone along the gradient times the gradient's square.
        expect((ahead - behind) / (2e-2 * squares)).toBeCloseTo(1, 2);
        tf.dispose(variables);
      });
      expect(tf.memory().numTensors).toBe(before);
    });
  });
}
