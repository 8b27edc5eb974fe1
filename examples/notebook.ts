// The notebook of an Inception module: Conv2d_BN and Inception(x, 64) on 224×224×3, compiled with SGD, and its summary's numbers.
import { conv2dBN, inceptionModule, tf, useBackend } from 'tfjs-inception';

/** The notebook's `Conv2d_BN`: convolution with bias and ReLU, then batch normalization. */
function convolutionBN(x: tf.SymbolicTensor, filters: number, kernelSize: number): tf.SymbolicTensor {
  return conv2dBN(x, { filters, kernelSize, order: 'conv-relu-bn' });
}

/** The notebook's `Inception`, line by line. */
function inception(x: tf.SymbolicTensor, filters: number): tf.SymbolicTensor {
  const branch1x1 = convolutionBN(x, filters, 1);
  const branch3x3 = convolutionBN(convolutionBN(x, filters, 1), filters, 3);
  const branch5x5 = convolutionBN(convolutionBN(x, filters, 1), filters, 5);
  const pooled = tf.layers.maxPooling2d({ poolSize: 3, strides: 1, padding: 'same' }).apply(x) as tf.SymbolicTensor;
  const branchPool = convolutionBN(pooled, filters, 1);
  return tf.layers.concatenate({ axis: 3 }).apply([branch1x1, branch3x3, branch5x5, branchPool]) as tf.SymbolicTensor;
}

/** A model of one module over `[side, side, 3]`. */
function modelOf(build: (x: tf.SymbolicTensor) => tf.SymbolicTensor, side: number): tf.LayersModel {
  const input = tf.input({ shape: [side, side, 3] });
  return tf.model({ inputs: input, outputs: build(input), name: 'inception' });
}

export async function notebook(print: (line: string) => void = console.log) {
  await useBackend();
  const model = modelOf((x) => inception(x, 64), 224);
  model.compile({ loss: 'categoricalCrossentropy', optimizer: 'sgd', metrics: ['accuracy'] });
  const rows = model.layers.map((layer) => ({
    layer: layer.getClassName(),
    outputShape: (layer.outputShape as tf.Shape).slice(1).join('×'),
    parameters: layer.countParams(),
  }));
  for (const { layer, outputShape, parameters } of rows) {
    print(`${layer.padEnd(20)} ${outputShape.padEnd(12)} ${parameters.toLocaleString('en-US').padStart(8)}`);
  }
  const total = model.countParams();
  print(`${total.toLocaleString('en-US')} parameters in all; trained with ${model.optimizer.getClassName()}`);

  const short = modelOf((x) => inceptionModule(x, 64), 224);
  print(`inceptionModule(x, 64) has ${short.countParams().toLocaleString('en-US')}`);
  const difference = largestDifference();
  print(`With the same weights their outputs differ by ${difference}`);

  const result = { rows, total, short: short.countParams(), optimizer: model.optimizer.getClassName(), difference };
  for (const built of [model, short]) built.dispose();
  return result;
}

/** Between the notebook's module and ours, on a 16×16 picture, once ours has been given the notebook's weights. */
function largestDifference(): number {
  const theirs = modelOf((x) => inception(x, 8), 16);
  const ours = modelOf((x) => inceptionModule(x, 8), 16);
  ours.setWeights(theirs.getWeights());
  const difference = tf.tidy(() => {
    const picture = tf.randomUniform([1, 16, 16, 3], 0, 1, 'float32', 1);
    const [a, b] = [theirs, ours].map((model) => model.predict(picture) as tf.Tensor);
    return tf.max(tf.abs(tf.sub(a, b))).dataSync()[0];
  });
  for (const model of [theirs, ours]) model.dispose();
  return difference;
}
