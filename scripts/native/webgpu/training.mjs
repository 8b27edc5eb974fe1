// Trains a narrow GoogLeNet on stripes, evaluates, saves, loads and predicts, all on the backend named; prints what it found.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClassifier, evaluate, googLeNet, imageArrays, loadModel, saveModel, tf, train, useBackend } from 'tfjs-inception';

const SIDE = 32;
const CLASSES = ['across', 'down', 'plain'];

/** Stripes across, stripes down, or none; the phase differs from picture to picture. */
function picture(label, index) {
  const pixels = new Uint8Array(SIDE * SIDE * 3).fill(128);
  if (label === 2) return pixels;
  for (let pixel = 0; pixel < SIDE * SIDE; pixel++) {
    const along = label === 0 ? Math.floor(pixel / SIDE) : pixel % SIDE;
    pixels.fill((along + index) % 8 < 4 ? 40 : 220, 3 * pixel, 3 * pixel + 3);
  }
  return pixels;
}

const labels = Array.from({ length: 24 }, (_, index) => index % 3);
const data = imageArrays({ pixels: labels.map(picture), labels, classes: CLASSES, size: SIDE, pictureSize: SIDE, batch: 8, seed: 1 });

const { device } = await useBackend(process.argv[2]);
const model = googLeNet({
  classes: CLASSES.length,
  inputShape: [SIDE, SIDE, 3],
  stem: 'stride4',
  widthMultiplier: 0.125,
  dropout: 0,
  seed: 1,
});
const losses = [];
const tensors = [];
const options = { epochs: 4, optimizer: 'sgd', learningRate: 0.03, seed: 1 };
await train(
  model,
  { train: data },
  {
    ...options,
    onStep: ({ loss }) => {
      losses.push(loss);
      tensors.push(tf.memory().numTensors);
    },
  },
);
const { top1 } = await evaluate(model, data);

const folder = mkdtempSync(join(tmpdir(), 'inception-webgpu-'));
try {
  await saveModel(model, join(folder, 'model'));
  const loaded = await loadModel(join(folder, 'model'));
  const classifier = await createClassifier(loaded, { engine: 'tfjs' });
  const image = tf.tensor3d(picture(1, 3), [SIDE, SIDE, 3], 'int32');
  const [best] = await classifier.classify(image);
  image.dispose();
  console.log(JSON.stringify({ device, losses, tensors, top1, best }));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
