import * as tf from '@tensorflow/tfjs';
import { InceptionError, invalidArgument } from '../errors.js';
import { namedSteps } from '../spec/namedSteps.js';
import { specOfSteps } from '../spec/specOfSteps.js';
import { traceShapes } from '../spec/traceShapes.js';
import type { Step } from '../spec/types.js';

/** What stands for an unknown height or width: an even and an odd size, since branches may fit together at one and not at the other. */
const STAND_INS = [224, 225];

/**
 * Makes sure, before the first layer exists, that steps can be built over `x`. (A build that fails halfway would leave the weights of its
 * first half behind, for nobody to dispose of.)
 *
 * @param where The public call, for messages about `x`.
 * @param name The block's name, for messages about its steps.
 * @throws InceptionError `INVALID_ARGUMENT` if `x` is no map of known channels, branches cannot be merged, or a step needs to know the
 *   height and width; `INPUT_TOO_SMALL` if a window does not fit.
 */
export function assertBuildable(x: tf.SymbolicTensor, steps: readonly Step[], where: string, name: string): void {
  const shape = x instanceof tf.SymbolicTensor ? x.shape : undefined;
  if (shape?.length !== 4 || shape[3] === null) {
    const advice = 'Make one with tf.input({ shape: [height, width, channels] }).';
    throw invalidArgument(`${where}.x`, 'a symbolic tensor [batch, height, width, channels] of known channels', shape ?? x, advice);
  }
  const [, height, width, channels] = shape;
  const trace = (side: number): void => void traceShapes(specOfSteps(name, steps, [height ?? side, width ?? side, channels]));
  if (height !== null && width !== null) return trace(0);
  assertSizeFree(steps, shape);
  assertAtSomeSize(trace);
}

function assertSizeFree(steps: readonly Step[], shape: tf.Shape): void {
  const bound = namedSteps(steps, '').find(({ step }) => step.op === 'flatten' || (step.op === 'maxPool' && step.padding === 'ceil'));
  if (bound === undefined) return;
  const kind = bound.step.op === 'flatten' ? 'a flatten step' : "a max pool with padding 'ceil'";
  throw invalidArgument(bound.name, `an input of known height and width for ${kind}`, shape);
}

function assertAtSomeSize(trace: (side: number) => void): void {
  const faults = STAND_INS.flatMap((side) => {
    try {
      trace(side);
      return [];
    } catch (error) {
      return [error];
    }
  });
  if (faults.length < STAND_INS.length) return;
  if (!(faults[0] instanceof InceptionError)) throw faults[0];
  const { code, message } = faults[0];
  throw new InceptionError(code, `${message} (The input's unknown sides were taken as ${STAND_INS[0]}.)`);
}
