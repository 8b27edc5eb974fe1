import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { classBalance } from '../../src/data/classBalance.js';
import { describeFolder } from '../../src/data/describeFolder.js';
import { duplicateReport, findDuplicates } from '../../src/data/duplicateReport.js';
import { imageFolder } from '../../src/data/imageFolder.js';
import type { ImageFolderOptions } from '../../src/data/imageFolderOptions.js';
import { uniform } from '../../src/data/random.js';
import { expectFailure, namesOf, removeFolders, temporaryFolder } from './pictureFiles.js';

afterEach(removeFolders);

const read = (path: string, options: Partial<ImageFolderOptions> = {}) =>
  imageFolder(path, { size: 32, batch: 4, workers: 0, shuffle: false, ...options });

/** A picture like no other of its number: 24 blurred spots of color, 160 × 120. */
function scene(number: number): sharp.Sharp {
  const draw = (spot: number, of: number, most: number): number => Math.floor(uniform(number, spot, of) * most);
  const spots = Array.from(
    { length: 24 },
    (_, spot) =>
      `<circle cx="${draw(spot, 0, 160)}" cy="${draw(spot, 1, 120)}" r="${8 + draw(spot, 2, 30)}" fill="rgb(${draw(spot, 3, 256)},${draw(spot, 4, 256)},${draw(spot, 5, 256)})"/>`,
  );
  return sharp(Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="160" height="120">${spots.join('')}</svg>`))
    .flatten()
    .blur(4);
}

/** A folder of class folders with scenes: `{ 'train/a': [0, 1] }` writes scenes 0 and 1 as PNGs into train/a. */
async function scenes(folders: Readonly<Record<string, readonly number[]>>): Promise<string> {
  const root = await temporaryFolder();
  for (const [below, numbers] of Object.entries(folders)) {
    await mkdir(join(root, below), { recursive: true });
    for (const number of numbers)
      await scene(number)
        .png()
        .toFile(join(root, below, `${number}.png`));
  }
  return root;
}

/** The same scene as another program might have saved it. */
const SAVED_AGAIN = [
  { what: 'as JPEG of quality 60', save: (png: Buffer) => sharp(png).jpeg({ quality: 60 }), least: 10 },
  { what: 'at half the size', save: (png: Buffer) => sharp(png).resize(80, 60).jpeg({ quality: 90 }), least: 10 },
  { what: 'cropped by 2 %', save: (png: Buffer) => sharp(png).extract({ left: 2, top: 1, width: 156, height: 118 }), least: 8 },
];

describe('Pictures that are there more than once', () => {
  it('are none among 40 scenes', async () => {
    const root = await scenes({ a: Array.from({ length: 20 }, (_, i) => i), b: Array.from({ length: 20 }, (_, i) => 20 + i) });
    const folder = await read(root, { validation: 0.5 });
    expect(folder.duplicates).toEqual({
      exact: { groups: [], count: 0, acrossSplit: 0, acrossClasses: 0, alone: 0, heldOutInTraining: 0 },
      near: { groups: [], count: 0, acrossSplit: 0, acrossClasses: 0, alone: 0, heldOutInTraining: 0 },
      heldOutInTraining: 0,
      dropped: 0,
    });
    expect(describeFolder(folder)).not.toMatch(/duplicates|conflict|copies|unbalanced/);
  });

  it.each(SAVED_AGAIN)('are found where a scene was saved again $what, $least of 10 or more', async ({ save, least }) => {
    const numbers = Array.from({ length: 10 }, (_, i) => i);
    const root = await scenes({ 'train/a': numbers, 'train/b': [20, 21], 'val/a': [30], 'val/b': [31] });
    for (const number of numbers) await save(await scene(number).png().toBuffer()).toFile(join(root, `val/a/again-${number}.jpg`));
    const { duplicates } = await read(join(root, 'train'), { validation: join(root, 'val') });
    const { near, exact } = duplicates!;
    expect(exact.count).toBe(0);
    expect(near.count).toBeGreaterThanOrEqual(least);
    expect([near.acrossSplit, near.heldOutInTraining, duplicates?.heldOutInTraining]).toEqual(Array(3).fill(near.count));
    const found = near.groups.map(({ pictures }) => /\d+/.exec(pictures[0].name)![0]);
    expect(near.groups).toEqual(
      found.map((number) => ({
        pictures: [
          { name: `a/${number}.png`, label: 'a', side: 'train' },
          { name: `a/again-${number}.jpg`, label: 'a', side: 'validation' },
        ],
        count: 2,
        acrossSplit: true,
        acrossClasses: false,
      })),
    );
  });

  it('are counted by kind and named, the worst first: two classes, both sides, one side', async () => {
    const root = await scenes({ 'train/a': [0, 1, 2, 3], 'train/b': [10, 11], 'val/a': [20], 'val/b': [21] });
    const copy = (from: string, to: string): Promise<void> => copyFile(join(root, from), join(root, to));
    await copy('train/a/0.png', 'train/a/same.png');
    await copy('train/a/1.png', 'val/a/same.png');
    await copy('train/a/2.png', 'train/b/same.png');
    await scene(3).jpeg({ quality: 70 }).toFile(join(root, 'val/b/3.jpg'));
    const folder = await read(join(root, 'train'), { validation: join(root, 'val') });
    expect(folder.duplicates).toMatchObject({
      exact: { count: 3, acrossSplit: 1, acrossClasses: 1, heldOutInTraining: 1 },
      near: { count: 1, acrossSplit: 1, acrossClasses: 1, heldOutInTraining: 1 },
      heldOutInTraining: 2,
    });
    expect(folder.duplicates?.exact.groups.map(({ pictures }) => pictures.map(({ name }) => name))).toEqual([
      ['a/2.png', 'b/same.png'],
      ['a/1.png', 'a/same.png'],
      ['a/0.png', 'a/same.png'],
    ]);
    expect(describeFolder(folder).split('\n').slice(3)).toEqual([
      "  duplicates: 1 held-out picture is a training picture too, 1 more looks like one: accuracy may look better than it is; leave them out of training with duplicates: 'drop' (--duplicates drop)",
      '    a/1.png (a, train) = a/same.png (a, validation)',
      '    a/3.png (a, train) = b/3.jpg (b, validation)',
      '  label conflicts: 1 picture in several classes, 1 group of pictures that look alike in several classes; see which label is right',
      '    a/2.png (a, train) = b/same.png (b, train)',
      '    a/3.png (a, train) = b/3.jpg (b, validation)',
      '  copies: 1 picture more than once on one side; remove copies, or they count as often',
    ]);
  });

  it("are left out of training with 'drop' where they are held out, so that validation stays whole; the manifest then lacks them", async () => {
    const root = await scenes({ 'train/a': [0, 1, 2], 'train/b': [10, 11], 'val/a': [20], 'val/b': [21] });
    await copyFile(join(root, 'train/a/1.png'), join(root, 'val/a/same.png'));
    await scene(2).jpeg({ quality: 70 }).toFile(join(root, 'val/a/2.jpg'));
    const folder = await read(join(root, 'train'), { validation: join(root, 'val'), duplicates: 'drop' });
    expect(await namesOf(folder.train)).toEqual(['a/0.png', 'b/10.png', 'b/11.png']);
    expect([folder.validation?.count, folder.duplicates?.dropped, folder.balance.counts]).toEqual([4, 2, [1, 2]]);
    expect(describeFolder(folder)).toContain('  duplicates: 2 training pictures left out, as 1 held-out picture is a training picture too, 1 more looks like one'); // prettier-ignore
    await copyFile(join(root, 'train/a/0.png'), join(root, 'val/a/0.png'));
    await expectFailure(
      () => read(join(root, 'train'), { validation: join(root, 'val'), duplicates: 'drop' }),
      'EMPTY_DATASET',
      /imageFolder\.duplicates: expected pictures of every class that are not held out, got 'nothing but copies of held-out pictures in a'/,
    );
  });

  it('are not looked for in files that are not read, and cannot be dropped then', async () => {
    const root = await scenes({ a: [0], b: [1] });
    expect((await read(root, { verify: false })).duplicates).toBeUndefined();
    await expectFailure(
      () => read(root, { verify: false, duplicates: 'drop' }),
      'INVALID_ARGUMENT',
      /verify: expected true with duplicates/,
    );
    await expectFailure(() => read(root, { duplicates: 'keep' as 'drop' }), 'INVALID_ARGUMENT', /'report' or 'drop', got 'keep'/);
  });

  it('are counted in full, and listed to a hundred groups with a hundred pictures each', () => {
    const pictures = Array.from({ length: 300 }, (_, at) => ({
      ...{ name: `${at}`, label: 'a', side: 'train' as const },
      fingerprint: { sha256: String(at % 150), perceptualHash: '0'.repeat(16), thumbnail: '\0'.repeat(216) },
    }));
    const { exact, near } = duplicateReport(pictures, findDuplicates(pictures), 0);
    expect([exact.count, exact.groups.length]).toEqual([150, 100]);
    expect([near.count, near.groups[0].count, near.groups[0].pictures.length]).toEqual([1, 300, 100]);
  });
});

describe('Classes', () => {
  it.each([
    { counts: [10, 10], ratio: 1, isUnbalanced: false },
    { counts: [49, 10], ratio: 4.9, isUnbalanced: false },
    { counts: [50, 10], ratio: 5, isUnbalanced: true },
    { counts: [3, 0], ratio: Infinity, isUnbalanced: true },
  ])('of $counts pictures have the ratio $ratio', ({ counts, ratio, isUnbalanced }) => {
    expect(classBalance(['many', 'few'], counts)).toMatchObject({ counts, largest: 'many', ratio, isUnbalanced });
    expect(classBalance(['many', 'few'], counts).advice === undefined).toBe(!isUnbalanced);
  });

  it('that are unbalanced are named in the summary with what to try', async () => {
    const root = await scenes({ a: [0, 1, 2, 3, 4], b: [10] });
    expect(describeFolder(await read(root))).toBe(
      `${root}: 2 classes\n  training    6 pictures (a 5, b 1)\n  unbalanced: a has 5 times as many pictures as b; accuracy will favour it. Add pictures of the small classes, or train with sampling: 'balanced' or classWeights: 'balanced'.`,
    );
  });
});
