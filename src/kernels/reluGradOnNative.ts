import * as tf from '@tensorflow/tfjs';
import { attributes, NATIVE, nativeKernel } from './nativeBackend.js';

type Inputs = Readonly<Record<'dy' | 'x', tf.TensorInfo>>;

/** `dy` where `x` is above 0, and 0 elsewhere, in one operation. `x` may be ReLU's input or its output. */
export const reluGrad = nativeKernel<Inputs, unknown>('ReluGrad', ({ inputs: { dy, x }, backend }) =>
  backend.executeSingleOutput('ReluGrad', attributes(backend, { types: ['T'] }), [dy, x]),
);

/** Ours, so that it is not laid over itself. */
const registered = new WeakSet<tf.GradConfig>();

/**
 * Lets ReLU's gradient use {@link reluGrad} on the native backend. TensorFlow.js' own is `dy · step(x)`, and tfjs-node makes a step of five
 * operations and a tensor of ones that JavaScript writes. A gradient belongs to no backend, so this one asks which is active; on every
 * other it is TensorFlow.js' own. Calling it again changes nothing.
 */
export function registerReluGradient(): void {
  const original = tf.getGradient(tf.Relu);
  if (registered.has(original)) return;
  const isNative = (): boolean => tf.getBackend() === NATIVE;
  const gradient: tf.GradConfig = {
    ...original,
    // The output serves as well, and is kept anyway, as the input of what follows.
    get inputsToSave() {
      return isNative() ? [] : original.inputsToSave;
    },
    get outputsToSave() {
      return isNative() ? [true] : original.outputsToSave;
    },
    gradFunc: (dy, saved, attrs) => {
      if (!isNative()) return original.gradFunc(dy, saved, attrs);
      return { x: () => tf.engine().runKernel('ReluGrad', { dy: dy as tf.Tensor, x: saved[0] }) };
    },
  };
  registered.add(gradient);
  tf.unregisterGradient(tf.Relu);
  tf.registerGradient(gradient);
}
