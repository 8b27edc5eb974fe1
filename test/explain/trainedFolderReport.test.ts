import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import * as tf from '@tensorflow/tfjs';
import { uniform } from '../../src/data/random.js';
import { imageFolder, type SplitImageFolder } from '../../src/data/imageFolder.js';
import { evaluate } from '../../src/evaluation/evaluate.js';
import { dataSummary } from '../../src/explain/dataSummary.js';
import { dataFingerprint, repeatRecord } from '../../src/explain/repeatRecord.js';
import { trainingReportHtml } from '../../src/explain/report.js';
import { trainedFolderReport } from '../../src/explain/trainedFolderReport.js';
import { decodeImage } from '../../src/data/decodeImage.js';
import { googLeNet } from '../../src/networks/googLeNet.js';
import { version } from '../../src/version.js';
import { backendUnderTest, useBackendUnderTest } from '../backendUnderTest.js';
import { removeFolders, temporaryFolder } from '../data/pictureFiles.js';
import { brokenMarkup } from './brokenMarkup.js';
import { trainingOf } from './sampleRun.js';

/** A hundred blurred patches of color: no two numbers look alike. */
async function writePatches(path: string, number: number): Promise<void> {
  const pixels = Uint8Array.from({ length: 300 }, (_, at) => Math.floor(uniform(number, at) * 256));
  await sharp(pixels, { raw: { width: 10, height: 10, channels: 3 } }).resize(100, 100, { kernel: 'cubic' }).png().toFile(path); // prettier-ignore
}

/** A folder with one picture in two classes, and one in both halves of the split. */
async function folderWithDuplicates(): Promise<string> {
  const root = await temporaryFolder();
  for (const [place, numbers] of Object.entries({
    'train/a': [0, 1, 2],
    'train/b': [10, 11, 12],
    'validation/a': [5],
    'validation/b': [15],
  })) {
    await mkdir(join(root, place), { recursive: true });
    for (const number of numbers) await writePatches(join(root, place, `${number}.png`), number);
  }
  await cp(join(root, 'train/a/1.png'), join(root, 'train/b/copy.png'));
  await cp(join(root, 'train/b/11.png'), join(root, 'validation/b/seen.png'));
  return root;
}

let root: string;
let folder: SplitImageFolder;
const read = (path: string): Promise<SplitImageFolder> =>
  imageFolder(join(path, 'train'), { size: 48, validation: join(path, 'validation'), workers: 0 });

beforeAll(async () => {
  await useBackendUnderTest();
  root = await folderWithDuplicates();
  folder = await read(root);
});
afterAll(removeFolders);

describe('dataSummary', () => {
  it('shows the conflict of labels before the picture on both sides, each with its pictures of 96 × 96', async () => {
    const { train, validation, duplicates } = await dataSummary(folder);
    expect({ train, validation }).toEqual({ train: [3, 4], validation: [1, 2] });
    const shown = duplicates!.shown!;
    expect(shown.map(({ kind, group }) => [kind, group.pictures.map(({ name }) => name)])).toEqual([
      ['exact', ['a/1.png', 'b/copy.png']],
      ['exact', ['b/11.png', 'b/seen.png']],
    ]);
    const { pixels } = await decodeImage(join(root, 'validation/b/seen.png'), { size: 96, cropFraction: 1 });
    expect(shown[1].pictures[1]).toEqual({ pixels, height: 96, width: 96 });
  });

  it('shows a picture that has gone since as missing', async () => {
    const copy = join(await temporaryFolder(), 'copy');
    await cp(root, copy, { recursive: true });
    const other = await read(copy);
    await rm(join(copy, 'validation/b/seen.png'));
    const { duplicates } = await dataSummary(other);
    expect(duplicates!.shown![1].pictures.map((picture) => picture !== undefined)).toEqual([true, false]);
  });
});

describe('repeatRecord', () => {
  it('names versions, backend, seed, data and date', () => {
    const { command, facts } = repeatRecord(folder, { backend: 'wasm (x)', seed: 7, command: ['inception', 'train'], date: new Date(0) });
    expect(command).toEqual(['inception', 'train']);
    expect(Object.fromEntries(facts.map(({ name, value }) => [name, value]))).toEqual({
      'tfjs-inception': version,
      'TensorFlow.js': tf.version.tfjs,
      'Node.js': process.versions.node,
      backend: 'wasm (x)',
      platform: expect.stringContaining(process.arch) as string,
      processor: expect.stringMatching(/ cores?, [\d.]+ [GM]iB of memory$/) as string,
      seed: 7,
      'pictures (SHA-256 of the split)': expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      date: '1970-01-01T00:00:00.000Z',
    });
  });

  it('has one fingerprint for the same pictures in another place, and another once one picture has moved', async () => {
    const copy = join(await temporaryFolder(), 'copy');
    await cp(root, copy, { recursive: true });
    expect(dataFingerprint(await read(copy))).toBe(dataFingerprint(folder));
    await rm(join(copy, 'train/b/copy.png'));
    expect(dataFingerprint(await read(copy))).not.toBe(dataFingerprint(folder));
    expect(dataFingerprint({ train: folder.train, validation: { ...folder.validation, manifest: undefined } })).toBeUndefined();
  });
});

describe('trainedFolderReport', () => {
  it('makes of a training all that a page shows, exits of the heads included, and leaves no tensor', async () => {
    const network = {
      classes: 2,
      inputShape: [48, 48, 3] as [number, number, number],
      widthMultiplier: 0.125,
      auxiliaryHeads: true,
      stem: 'stride4' as const,
    };
    const model = googLeNet(network);
    const evaluation = await evaluate(model, folder.validation);
    const training = { epochs: 2, learningRate: 0.05 };
    const plan = { network, size: [48, 48] as const, batch: 4, augmentation: { flip: true }, training, reasons: ['first', 'second'] };
    const trained = { model, folder, plan, report: trainingOf([1, 0.5], evaluation), evaluation };
    const options = {
      backend: backendUnderTest(),
      seed: 3,
      command: ['npx', 'inception', 'train', 'photos'],
      settings: [{ name: 'mine', value: 'own' }],
    };
    const content = await trainedFolderReport(trained, options);
    expect(content.settings).toEqual([
      { name: 'mine', value: 'own' },
      { name: 'input', value: '48 × 48 pixels (height × width)' },
      { name: 'augmentation', value: 'flip' },
      { name: 'choices', value: ['first', 'second'] },
    ]);
    expect(content.heldOut!.sample).toHaveLength(3);
    expect(content.earlyExit!.top1).toBeCloseTo(evaluation.top1, 6);
    const page = trainingReportHtml(content);
    expect(brokenMarkup(page)).toBeUndefined();
    for (const heading of ['Data', 'Training', 'Network', 'Settings', 'To repeat this run']) expect(page).toContain(`>${heading}</h2>`);
    expect(page).toContain('Answering early');
    const before = tf.memory().numTensors;
    await trainedFolderReport(trained, options);
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
  });
});
