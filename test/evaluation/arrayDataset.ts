import type { ImageBatch, ImageDataset } from '../../src/data/dataset.js';

/** A fixed sequence of numbers in [0, 1): mulberry32. */
export function randomNumbers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface Pictures {
  readonly classes: readonly string[];
  /** Height and width, the same. */
  readonly size: number;
  readonly pixels: readonly Uint8Array[];
  readonly labels: readonly number[];
}

/** Pictures held in memory as a dataset; `shuffled` orders them anew each epoch, as a function of the epoch alone. */
export function arrayDataset({ classes, size, pixels, labels }: Pictures, batch: number, shuffled = false): ImageDataset {
  const order = (epoch: number): number[] => {
    const indices = pixels.map((_, index) => index);
    const random = randomNumbers(epoch);
    for (let last = indices.length - 1; shuffled && last > 0; last--) {
      const other = Math.floor(random() * (last + 1));
      [indices[last], indices[other]] = [indices[other], indices[last]];
    }
    return indices;
  };
  return {
    classes,
    classCounts: classes.map((_, label) => labels.filter((own) => own === label).length),
    count: pixels.length,
    size: [size, size],
    batch,
    batchesPerEpoch: Math.ceil(pixels.length / batch),
    nameOf: String,
    close: async () => {},
    async *batches(epoch, from = 0): AsyncGenerator<ImageBatch, void, undefined> {
      const indices = order(epoch);
      for (let start = from * batch; start < indices.length; start += batch) {
        const part = indices.slice(start, start + batch);
        const values = new Uint8Array(part.length * size * size * 3);
        part.forEach((index, position) => values.set(pixels[index], position * size * size * 3));
        yield {
          pixels: values,
          shape: [part.length, size, size, 3],
          labels: Int32Array.from(part, (index) => labels[index]),
          indices: Int32Array.from(part),
        };
      }
    },
  };
}

/** Horizontal, vertical and diagonal stripes of any phase and color under noise: no single pixel tells the class. */
export function stripes(count: number, size: number, seed: number): Pictures {
  const random = randomNumbers(seed);
  const directions = [
    [0, 1],
    [1, 0],
    [1, 1],
  ];
  const labels = Array.from({ length: count }, (_, index) => index % 3);
  const pixels = labels.map((label) => {
    const [across, down] = directions[label];
    const phase = Math.floor(random() * 4);
    const color = [random(), random(), random()];
    const picture = new Uint8Array(size * size * 3);
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        const bright = (x * across + y * down + phase) % 4 < 2 ? 140 : 60;
        for (let channel = 0; channel < 3; channel++) {
          picture[(y * size + x) * 3 + channel] = bright * (0.5 + color[channel]) + 30 * random();
        }
      }
    }
    return picture;
  });
  return { classes: ['horizontal', 'vertical', 'diagonal'], size, pixels, labels };
}
