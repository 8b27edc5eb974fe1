import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import type { ImageDataset, ViewBatch } from '../../src/data/dataset.js';
import { decodeImage } from '../../src/data/decodeImage.js';
import { decodePicture } from '../../src/data/decodePicture.js';
import { imageArrays } from '../../src/data/imageArrays.js';
import { imageFolder } from '../../src/data/imageFolder.js';
import { centerView, type PictureView } from '../../src/data/pictureView.js';
import { viewedShorterSide, writeViews } from '../../src/data/writeViews.js';

const WHOLE = centerView(1);
const CORNER: PictureView = { frame: 0, place: [0, 0], side: 0.5, mirror: false };
const BOTTOM_RIGHT: PictureView = { frame: 1, place: [1, 1], side: 0.5, mirror: false };
const mirrored = (view: PictureView): PictureView => ({ ...view, mirror: true });

/** Red is the column, green the row. */
const slope = (width: number, height: number, blue = 0): Uint8Array =>
  Uint8Array.from({ length: width * height * 3 }, (_, i) => [Math.floor(i / 3) % width, Math.floor(i / (3 * width)), blue][i % 3]);

function viewsOf(width: number, height: number, size: [number, number], views: PictureView[]): number[][] {
  const length = size[0] * size[1] * 3;
  const output = new Uint8Array(views.length * length);
  writeViews({ pixels: slope(width, height), width, height }, { size, views }, output);
  return views.map((_, index) => [...output.subarray(index * length, (index + 1) * length)]);
}

async function all(batches: AsyncIterable<ViewBatch>): Promise<ViewBatch[]> {
  const list: ViewBatch[] = [];
  for await (const batch of batches) list.push(batch);
  return list;
}

describe('writeViews', () => {
  it('copies the top left and bottom right 2 × 2 pixels of 6 × 4, and their mirror images', () => {
    const [corner, turned, last] = viewsOf(6, 4, [2, 2], [CORNER, mirrored(CORNER), BOTTOM_RIGHT]);
    expect(corner).toEqual([0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 1, 0]);
    expect(turned).toEqual([1, 0, 0, 0, 0, 0, 1, 1, 0, 0, 1, 0]);
    expect(last).toEqual([4, 2, 0, 5, 2, 0, 4, 3, 0, 5, 3, 0]);
  });

  it('turns over every view for itself, whatever came before it', () => {
    const order = [mirrored(CORNER), mirrored(BOTTOM_RIGHT), BOTTOM_RIGHT, CORNER, WHOLE];
    const together = viewsOf(6, 4, [2, 2], order);
    order.forEach((view, index) => expect(together[index]).toEqual(viewsOf(6, 4, [2, 2], [view])[0]));
  });

  it.each([
    { side: 0.5, size: 224, pixels: 448 },
    { side: 224 / 352, size: 224, pixels: 448 },
    { side: 0.25, size: 64, pixels: 256 },
  ])('a view of $side of each side for an input of $size needs $pixels decoded pixels', ({ side, size, pixels }) => {
    expect(viewedShorterSide({ size: [size, size], views: [WHOLE, { ...CORNER, side }] })).toBe(pixels);
  });
});

describe('dataset.views', () => {
  let folder: string;
  const pictures: ImageDataset[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'inception-views-'));
    for (const [index, name] of ['a', 'b'].entries()) {
      await mkdir(join(folder, name));
      for (const number of [0, 1, 2]) {
        const [width, height] = [100 + 20 * number, 90];
        const raw = { width, height, channels: 3 as const };
        await sharp(slope(width, height, 100 * index), { raw }).png().toFile(join(folder, name, `${number}.png`)); // prettier-ignore
      }
    }
  });
  afterAll(async () => {
    await Promise.all(pictures.map((dataset) => dataset.close()));
    await rm(folder, { recursive: true });
  });

  const open = async (options: object = {}): Promise<ImageDataset> => {
    const { train } = await imageFolder(folder, { size: 32, batch: 8, workers: 0, ...options });
    pictures.push(train);
    return train;
  };

  it('by default are what decodeImage gives, at any size, in the order of the files, also of pictures kept in memory', async () => {
    const [batch, ...rest] = await all((await open()).views!({ size: [48, 48] }));
    expect(rest).toHaveLength(0);
    expect(batch.shape).toEqual([6, 48, 48, 3]);
    expect([...batch.labels, ...batch.indices]).toEqual([0, 0, 0, 1, 1, 1, 0, 1, 2, 3, 4, 5]);
    const { pixels } = await decodeImage(join(folder, 'b', '1.png'), { size: 48 });
    expect(Buffer.from(batch.pixels.subarray(4 * pixels.length, 5 * pixels.length)).equals(pixels)).toBe(true);
  });

  it('are cut from the whole file: 3 views of each in batches of 2 pictures, as writeViews cuts them', async () => {
    const views = [CORNER, mirrored(CORNER), BOTTOM_RIGHT];
    const dataset = await open({ augmentation: { flip: true, crop: { area: [0.1, 1], aspect: [0.75, 1.25] } } });
    const batches = await all(dataset.views!({ size: [32, 32], views }));
    expect(batches.map(({ indices }) => [...indices])).toEqual([[0, 1], [2, 3], [4, 5]]); // prettier-ignore
    expect(batches[0].shape).toEqual([6, 32, 32, 3]);
    const whole = await decodePicture(await readFile(join(folder, 'b', '0.png')), 64, 'b/0.png');
    const expected = new Uint8Array(3 * 32 * 32 * 3);
    writeViews(whole, { size: [32, 32], views }, expected);
    expect(Buffer.from(batches[1].pixels.subarray(expected.length)).equals(expected)).toBe(true);
  });

  it('of more views than a batch holds come picture by picture', async () => {
    const batches = await all((await open({ batch: 2 })).views!({ size: [8, 8], views: [WHOLE, CORNER, BOTTOM_RIGHT] }));
    expect(batches.map(({ shape }) => shape[0])).toEqual([3, 3, 3, 3, 3, 3]);
  });

  it('of arrays are cut from the arrays', async () => {
    const dataset = imageArrays({ pixels: slope(6, 4), labels: [1], classes: ['a', 'b'], size: 2, pictureSize: [4, 6], workers: 0 });
    pictures.push(dataset);
    const [{ pixels, labels }] = await all(dataset.views!({ size: [2, 2], views: [BOTTOM_RIGHT] }));
    expect([...pixels, ...labels]).toEqual([4, 2, 0, 5, 2, 0, 4, 3, 0, 5, 3, 0, 1]);
  });
});
