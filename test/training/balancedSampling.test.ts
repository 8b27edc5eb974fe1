import { useBackend } from '../../src/backends/useBackend.js';
import type { ImageDataset } from '../../src/data/dataset.js';
import { digits } from '../../src/data/digits.js';
import { imageArrays } from '../../src/data/imageArrays.js';
import type { Sampling } from '../../src/data/sampling.js';
import { googLeNet } from '../../src/networks/googLeNet.js';
import { train } from '../../src/training/train.js';

const PICTURE = 28 * 28 * 3;

/** The pictures of a dataset that are wanted, by their number and class. */
async function chosen(dataset: ImageDataset, wanted: (number: number, label: number) => boolean) {
  const pixels: Uint8Array[] = [];
  const labels: number[] = [];
  for await (const batch of dataset.batches(0)) {
    batch.labels.forEach((label, row) => {
      if (!wanted(batch.indices[row], label)) return;
      pixels.push(batch.pixels.slice(row * PICTURE, (row + 1) * PICTURE));
      labels.push(label);
    });
  }
  return { pixels, labels, classes: dataset.classes, size: 28, workers: 0 };
}

it('of digits whose upper five are eight times rarer, four epochs with balanced sampling get 20 points more right than natural ones', async () => {
  await useBackend('wasm');
  const all = digits({ workers: 0 });
  const rare = await chosen(all.train, (number, label) => number % (label < 5 ? 5 : 40) === 0);
  const validation = imageArrays({ ...(await chosen(all.validation, (number) => number % 4 === 0)), shuffle: false });
  const top1 = async (sampling: Sampling): Promise<number> => {
    const model = googLeNet({
      classes: 10,
      widthMultiplier: 0.125,
      inputShape: [28, 28, 3],
      stem: 'stride2',
      momentum: 0.8,
      seed: 1,
      finalModule: 'inception_3b',
    });
    const data = { train: imageArrays({ ...rare, sampling }), validation };
    const report = await train(model, data, { epochs: 4, optimizer: 'adam', learningRate: 0.003 });
    model.dispose();
    return report.best.validation!.top1;
  };
  const [natural, balanced] = [await top1('natural'), await top1('balanced')];
  expect(balanced - natural).toBeGreaterThan(0.2);
});
