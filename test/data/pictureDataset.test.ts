import { setImmediate as turn } from 'node:timers/promises';
import { NO_AUGMENTATION } from '../../src/data/augmentation.js';
import { PictureDataset } from '../../src/data/pictureDataset.js';
import { PicturePool } from '../../src/data/picturePool.js';
import type { PictureTask, PictureTaskResult } from '../../src/data/pictureTask.js';

/** A pool that counts what it is asked for and finishes tasks in the reverse of their order. */
class CountingPool extends PicturePool {
  asked = 0;
  private readonly finish: (() => void)[] = [];

  constructor() {
    super(0);
  }

  override async run<Task extends PictureTask>(task: Task): Promise<PictureTaskResult<Task>> {
    this.asked++;
    await new Promise<void>((resolve) => this.finish.push(resolve));
    if (task.kind !== 'batch') throw new Error('only batches are asked for');
    return Uint8Array.from(task.items.flatMap(({ index }) => [index, index, index])) as PictureTaskResult<Task>;
  }

  async finishAll(): Promise<void> {
    await turn();
    for (const finish of this.finish.splice(0).reverse()) finish();
  }
}

const datasetOf = (pool: PicturePool, prefetch: number): PictureDataset =>
  new PictureDataset({
    classes: ['a'],
    pictures: Array.from({ length: 10 }, (_, i) => ({ name: String(i), label: 0, source: { path: String(i) } })),
    preparation: { size: [1, 1], cropFraction: 1, augmentation: NO_AUGMENTATION, seed: 0 },
    batch: 1,
    shuffle: false,
    prefetch,
    pool,
    release: () => pool.close(),
  });

describe('prefetching', () => {
  it.each([0, 1, 3])('asks for the batch that is awaited and %i more, never for others', async (prefetch) => {
    const pool = new CountingPool();
    const batches = datasetOf(pool, prefetch).batches(0)[Symbol.asyncIterator]();
    for (let taken = 1; taken <= 3; taken++) {
      const next = batches.next();
      await pool.finishAll();
      await next;
      await turn();
      expect(pool.asked).toBe(taken + prefetch);
    }
    await batches.return!(undefined);
    expect(pool.asked).toBe(3 + prefetch);
  });

  it('asks for nothing before the loop starts', () => {
    const pool = new CountingPool();
    datasetOf(pool, 2).batches(0);
    expect(pool.asked).toBe(0);
  });

  it('keeps the order of batches that are finished in another', async () => {
    const pool = new CountingPool();
    const seen: number[] = [];
    const all = (async () => {
      for await (const { pixels } of datasetOf(pool, 4).batches(0)) seen.push(pixels[0]);
    })();
    while (seen.length < 10) await pool.finishAll();
    await all;
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});
