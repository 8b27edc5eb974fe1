import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import { augmentations } from '../../examples/augmentations.js';
import { runExample } from './runExample.js';

describe('augmentations', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'augmentations-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('writes a sheet of 7 rows of 8 views, its first row all alike, each other row of two views or more, and prints what the README shows', async () => {
    const file = join(folder, 'augmentations.png');
    const { result, lines } = await runExample((print) => augmentations(print, file));
    const readme = await readFile(resolve('examples/README.md'), 'utf8');
    expect(readme).toContain(`$ npm run example -- augmentations\n${lines.join('\n')}\n\`\`\``);
    const { data, info } = await sharp(file).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height, info.channels]).toEqual([924, 808, 3]);
    const view = (row: number, column: number): string =>
      Array.from({ length: 112 }, (_, y) => {
        const start = ((row * 116 + y) * info.width + column * 116) * 3;
        return data.subarray(start, start + 112 * 3).toString('base64');
      }).join();
    const different = Array.from({ length: 7 }, (_, row) => new Set(Array.from({ length: 8 }, (_, column) => view(row, column))).size);
    // Mirrored or not are two; all others are as many as there are epochs.
    expect(different).toEqual([1, 8, 2, 8, 8, 8, 8]);
    const mixed = [result.shares.mixup, result.shares.cutmix].flat();
    expect(mixed.every((share) => share >= 0 && share < 1)).toBe(true);
  });
});
