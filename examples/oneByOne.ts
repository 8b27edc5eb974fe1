// What a 1×1 convolution does: it mixes channels, pixel by pixel, and leaves height and width alone.
import { costOfSteps, tf, useBackend, type Step } from 'tfjs-inception';

export async function oneByOne(print: (line: string) => void = console.log) {
  await useBackend();
  const result = tf.tidy(() => {
    const plain = tf.reshape<tf.Rank.R3>(tf.range(0, 36), [6, 6, 1]);
    const doubled = tf.conv2d(plain, tf.tensor4d([2], [1, 1, 1, 1]), 1, 'same');
    const timesTwo = differenceOf(doubled, tf.mul(plain, 2));

    const deep = tf.randomNormal<tf.Rank.R3>([6, 6, 32], 0, 1, 'float32', 1);
    const flattened = tf.conv2d(deep, tf.randomNormal<tf.Rank.R4>([1, 1, 32, 1], 0, 1, 'float32', 2), 1, 'same');

    // The same numbers as weights of a dense layer over each pixel's 32 channels.
    const kernel = tf.randomNormal<tf.Rank.R4>([1, 1, 32, 12], 0, 1, 'float32', 3);
    const convolved = tf.conv2d(deep, kernel, 1, 'same');
    const dense = tf.matMul(tf.reshape(deep, [36, 32]), tf.reshape(kernel, [32, 12]));
    const againstDense = differenceOf(tf.reshape(convolved, [36, 12]), dense);
    return { doubledShape: doubled.shape, timesTwo, flattenedShape: flattened.shape, againstDense };
  });
  print(`6×6×1 by one 1×1 kernel of value 2: ${result.doubledShape.join('×')}, every element doubled (difference ${result.timesTwo})`);
  print(`6×6×32 by one 1×1×32 kernel: ${result.flattenedShape.join('×')}`);
  print(`A 1×1 convolution equals a dense layer over channels to a millionth of the largest value: ${result.againstDense < 1e-6}`);

  const steps: Step[] = [
    { op: 'convolution', name: '3x3', filters: 64, kernelSize: 3 },
    { op: 'convolution', name: '1x1', filters: 28, kernelSize: 1 },
  ];
  const mixed = costOfSteps(steps, [28, 28, 16]).rows.map(({ name, outputShape, multiplyAdds }) => ({ name, outputShape, multiplyAdds }));
  for (const { name, outputShape, multiplyAdds } of mixed)
    print(`${name}: ${outputShape.join('×')}, ${multiplyAdds.toLocaleString('en-US')} multiply-adds`);
  return { ...result, mixed };
}

/** max|a − b| / max|b| */
function differenceOf(a: tf.Tensor, b: tf.Tensor): number {
  return tf.div(tf.max(tf.abs(tf.sub(a, b))), tf.max(tf.abs(b))).dataSync()[0];
}
