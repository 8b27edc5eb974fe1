import * as tf from '@tensorflow/tfjs';
import { drawInTrainingStep, runTrainingStep } from '../../src/layers/trainingStep.js';

describe('runTrainingStep', () => {
  const step = (seed: number, number: number) => ({ seed: tf.scalar(seed), step: tf.scalar(number) });

  it('gives each layer seed and step, and counts its draws from 0 in every step', () => {
    const [first, second] = [{}, {}];
    const running = step(1, 2);
    for (let round = 0; round < 2; round++) {
      const draws = runTrainingStep(running, () => [first, second, first].map((layer) => drawInTrainingStep(layer)));
      expect(draws.map((each) => each?.draw)).toEqual([0, 0, 1]);
      expect(draws[0]?.seed).toBe(running.seed);
      expect(draws[0]?.step).toBe(running.step);
    }
  });

  it('is over when it returns, when it throws, and restores the step it was called in', () => {
    const [outer, inner] = [step(1, 1), step(2, 2)];
    expect(drawInTrainingStep({})).toBeUndefined();
    runTrainingStep(outer, () => {
      expect(runTrainingStep(inner, () => drawInTrainingStep({})?.seed)).toBe(inner.seed);
      expect(drawInTrainingStep({})?.seed).toBe(outer.seed);
    });
    const failure = new Error('in the body');
    expect(() =>
      runTrainingStep(outer, () => {
        throw failure;
      }),
    ).toThrow(failure);
    expect(drawInTrainingStep({})).toBeUndefined();
  });

  it('refuses a body that returns a promise', () => {
    expect(() => runTrainingStep(step(1, 1), () => Promise.resolve())).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: expect.stringMatching(/^runTrainingStep\.body: expected a synchronous function, got Promise/),
      }),
    );
  });
});
