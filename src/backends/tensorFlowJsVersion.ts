/** The one release of TensorFlow.js whose gradients, kernels, addon and file formats this library was written against. */
export const TENSORFLOW_JS = '4.22.0';
