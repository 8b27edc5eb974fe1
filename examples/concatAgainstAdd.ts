// What becomes of two branches: concatenated they keep every value side by side; added they keep the channels and lose who brought what.
import { inceptionModule, tf, useBackend, type Step } from 'tfjs-inception';

/** The input as it is, and its neighborhood's maxima. */
const BRANCHES: Step[][] = [[], [{ op: 'maxPool', name: 'pool', poolSize: 3 }]];

export async function concatAgainstAdd(print: (line: string) => void = console.log) {
  await useBackend();
  const input = tf.input({ shape: [4, 4, 3] });
  const pool = tf.model({ inputs: input, outputs: inceptionModule(input, { branches: [BRANCHES[1]] }, { name: 'pooled' }) });
  const concat = tf.model({ inputs: input, outputs: inceptionModule(input, { branches: BRANCHES, merge: 'concat' }, { name: 'concat' }) });
  const add = tf.model({ inputs: input, outputs: inceptionModule(input, { branches: BRANCHES, merge: 'add' }, { name: 'add' }) });
  return tf.tidy(() => {
    const x = tf.randomUniform([1, 4, 4, 3], 0, 1, 'float32', 1);
    const [pooled, concatenated, added] = [pool, concat, add].map((model) => model.predict(x) as tf.Tensor4D);
    const result = {
      concatChannels: concatenated.shape[3],
      addChannels: added.shape[3],
      concatKeepsFirst: equal(tf.slice(concatenated, [0, 0, 0, 0], [1, 4, 4, 3]), x),
      concatKeepsSecond: equal(tf.slice(concatenated, [0, 0, 0, 3], [1, 4, 4, 3]), pooled),
      addSums: equal(added, tf.add(x, pooled)),
    };
    print(`concat: 3 and 3 channels make ${result.concatChannels}; both branches are still there: ${result.concatKeepsFirst && result.concatKeepsSecond}`); // prettier-ignore
    print(`add: 3 and 3 channels make ${result.addChannels}; every value is a sum: ${result.addSums}`);
    return result;
  });
}

function equal(a: tf.Tensor, b: tf.Tensor): boolean {
  return tf.all(tf.equal(a, b)).dataSync()[0] === 1;
}
