// Three classifiers in one network, and what to answer: the main head, the surest of the three for each picture, or their mean.
import { digits, evaluate, googLeNet, imageArrays, predictDataset, train, useBackend, type ImageDataset } from 'tfjs-inception';

const SIDE = 28;

export async function threeHeads({ pictures = 800, epochs = 3 } = {}, print: (line: string) => void = console.log) {
  await useBackend();
  const all = digits({ workers: 0 });
  const [learnt, heldOut] = [await first(all.train, pictures, true), await first(all.validation, 500, false)];
  const model = googLeNet({
    auxiliaryHeads: true,
    classes: 10,
    widthMultiplier: 0.125,
    inputShape: [SIDE, SIDE, 3],
    stem: 'stride2',
    momentum: 0.8,
    seed: 1,
  });
  await train(model, { train: learnt.dataset }, { epochs, optimizer: 'adam', learningRate: 0.003 });

  const { heads } = await evaluate(model, heldOut.dataset);
  for (const [head, { top1 }] of Object.entries(heads)) print(`${head}: ${(100 * top1).toFixed(1)} %`);
  const accuracies: Record<string, number> = {};
  for (const combination of ['main', 'best', 'mean'] as const) {
    const answers = await predictDataset(model, heldOut.dataset, { heads: combination });
    accuracies[combination] =
      answers.filter((row, index) => row.indexOf(Math.max(...row)) === heldOut.labels[index]).length / answers.length;
    print(`heads: '${combination}': ${(100 * accuracies[combination]).toFixed(1)} %`);
  }
  const datasets = [all.train, all.validation, learnt.dataset, heldOut.dataset];
  await Promise.all(datasets.map((dataset) => dataset.close()));
  model.dispose();
  return { heads: Object.fromEntries(Object.entries(heads).map(([head, { top1 }]) => [head, top1])), accuracies };
}

/** The first pictures of a data set as one of its own, with their labels. */
async function first(dataset: ImageDataset, count: number, shuffle: boolean) {
  const pixels: Uint8Array[] = [];
  const labels: number[] = [];
  for await (const batch of dataset.batches(0)) {
    batch.labels.forEach((label, row) => {
      labels.push(label);
      pixels.push(batch.pixels.slice(row * SIDE * SIDE * 3, (row + 1) * SIDE * SIDE * 3));
    });
    if (labels.length >= count) break;
  }
  const kept = { pixels: pixels.slice(0, count), labels: labels.slice(0, count) };
  return { labels: kept.labels, dataset: imageArrays({ ...kept, classes: dataset.classes, size: SIDE, shuffle, workers: 0 }) };
}
