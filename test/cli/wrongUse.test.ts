import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NATIVE_HOME_VARIABLE } from '../../src/backends/native/nativeHome.js';
import { removeFolders, temporaryFolder, writeClasses } from '../data/pictureFiles.js';
import type { ChildResult } from '../io/compiledSources.js';
import { expectError, runHere, writeColors } from './inceptionCommand.js';

let folder: string;
beforeAll(async () => {
  folder = await temporaryFolder();
  await writeColors(join(folder, 'photos'), { red: 2, blue: 2 });
  await writeColors(join(folder, 'one'), { red: 2 });
  await writeClasses(join(folder, 'emptied'), { red: 0, blue: 0 });
  await mkdir(join(folder, 'empty'));
  // What the errors say must not depend on what this machine has.
  process.env[NATIVE_HOME_VARIABLE] = join(folder, 'empty');
  for (const name of ['damaged', 'heic']) {
    await writeClasses(join(folder, name), { red: 0, blue: 0 });
    const file = name === 'heic' ? 'a.heic' : 'a.jpg';
    for (const color of ['red', 'blue']) await writeFile(join(folder, name, color, file), 'no picture');
  }
  await mkdir(join(folder, 'other'));
  for (const file of ['other/notes.txt', 'text.txt', 'file']) await writeFile(join(folder, file), 'hello');
});
afterAll(removeFolders);

const run = (line: string): Promise<ChildResult> => runHere(line.split(' ').filter(Boolean), folder);

describe('inception --help', () => {
  it('without a command it prints the help, and ends with 2', async () => {
    const { code, stdout, stderr } = await run('');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('Usage: inception');
  });

  it.each(['', 'quickstart', 'train', 'evaluate', 'classify', 'convert', 'summary', 'cost', 'diff', 'doctor', 'native'])(
    'inception %s --help has an example',
    async (command) => {
      const { code, stdout, stderr } = await run(`${command} --help`);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(new RegExp(`Examples?:\n  \\$ inception ${command}`));
      if (command !== '') expect(stdout).toContain('--json');
    },
  );
});

describe('Wrong use ends with 2 and says what would have been right', () => {
  it.each([
    ['trian photos', /unknown command 'trian'\n\(Did you mean train\?\)\ninception --help/],
    ['train --out m', /missing required argument 'data'\ninception --help/],
    ['train photos', /required option '--out <model>' not specified/],
    ['train photos --out m --sise 3', /unknown option '--sise'\n\(Did you mean --size\?\)/],
    ['train photos --out m --size 0', /^error: --size: expected pixels up to 4,096, as 224 or 240x320 \(height x width\), got '0'\.$/m],
    ['train photos --out m --size abc', /^error: --size: expected pixels .*, got 'abc'\.$/m],
    ['train photos --out m --size 100x', /^error: --size: .*got '100x'\.$/m],
    ['train photos --out m --epochs 1e9', /^error: --epochs: expected a whole number from 1 to 100,000, got '1e9'\.$/m],
    ['train photos --out m --epochs 0', /^error: --epochs: /m],
    ['train photos --out m --batch -1', /^error: --batch: expected a whole number from 1 to 4,096, got '-1'\.$/m],
    ['train photos --out m --minutes 0', /^error: --minutes: expected a number above 0, got '0'\.$/m],
    ['train photos --out m --minutes Infinity', /^error: --minutes: /m],
    ['train photos --out m --learning-rate x', /^error: --learning-rate: expected a number above 0, got 'x'\.$/m],
    ['train photos --out m --validation 2', /^error: --validation: expected a share between 0 and 1, or a folder, got '2'\./m],
    ['train photos --out m --seed 16777216', /^error: --seed: expected a whole number from 0 to 16,777,215, got '16777216'\.$/m],
    [
      'train photos --out m --recipe best',
      /^error: recipe: expected one of paper, inception-v3, finetune, fast, or the path of a \.json file, got 'best'\.$/m,
    ],
    [
      'train photos --out m --recipe finetune',
      /^error: trainFolder\.recipe: expected weights to start from, as finetune does, got undefined\. Give a trained model \(weights, --weights\)\.$/m,
    ],
    [
      'train photos --out m --freeze-to inception_3b',
      /^error: trainFolder\.freezeTo: expected weights to start from, got undefined\. Untrained stages/m,
    ],
    ['train photos --out m --weights', /option '--weights <model>' argument missing/],
    ['train photos --out m --sampling odd', /^error: --sampling: expected one of natural, balanced, got 'odd'\.$/m],
    ['train photos --out m --checkpoint-minutes 0', /^error: --checkpoint-minutes: expected a number above 0, got '0'\.$/m],
    ['train photos --out m --arch resnet', /^error: --arch: expected one of googlenet, .*, xception, got 'resnet'\.$/m],
    ['train photos --out m --arch inception-v3:caffe', /^error: --arch inception-v3: expected one of keras, slim, .*, got 'caffe'\.$/m],
    [
      'train photos --out m --arch xception --heads',
      /^error: xception\.auxiliaryHeads: expected false, since this network has no auxiliary heads, got true\./m,
    ],
    [
      'train photos --out m --arch inception-v4 --size 22',
      /^error: .*inception-v4 needs an inputShape of at least 23×23, and has 22×22\.$/m,
    ],
    [
      'train photos --out m --arch inception-v3 --heads --size 28',
      /^error: .*inception-v3 needs an inputShape of at least 29×29, and has 28×28\.$/m,
    ],
    [
      'train photos --out m --recipe paper --arch inception-v3',
      /^error: trainFolder\.network: expected none beside recipe paper, which names its own, got .*\. Copy the recipe and change its network\.$/m,
    ],
    [
      'train photos --out m --recipe inception-v3 --size 100',
      /^error: .*inception-v3 needs an inputShape of at least 107×107, and has 100×100\.$/m,
    ],
    [
      'train photos --out m --weights model --arch xception',
      /^error: trainFolder\.network: expected none beside weights, which have their own, got .*\. Leave out network \(--arch, --heads\)\.$/m,
    ],
    [
      'train photos --out m --backend gpu',
      /^error: --backend: expected one of auto, tfjs-node-gpu, webgpu, tfjs-node, wasm, cpu, got 'gpu'\.$/m,
    ],
    ['train photos --out photos', /^error: --out: expected a folder outside the pictures in photos, got 'photos'\./m],
    ['train photos --out photos/../photos/model', /^error: --out: expected a folder outside the pictures/m],
    ['train photos --out m --validation one --out one/m', /^error: --out: expected a folder outside the pictures in one/m],
    ['quickstart --data photos --out photos/x', /^error: --out: expected a folder outside the pictures/m],
    ['train photos --out other', /^error: --out: expected a new or empty folder.*got 'other with notes.txt in it'\./m],
    ['evaluate m', /missing required argument 'data'/],
    ['classify m', /missing required argument 'images'/],
    ['classify m photos', /^error: inception classify: expected picture files, got 'the folder photos'\. Give photos\/\*\.jpg\.$/m],
    ['classify m text.txt --top 0', /^error: --top: expected a whole number from 1/m],
    ['classify m text.txt --heads all', /^error: --heads: expected one of main, best, mean, got 'all'\.$/m],
    [
      'summary resnet',
      /^error: networkSpec: expected one of 'googlenet', .*, 'xception', got 'resnet'\. Did you mean 'inception-resnet-v1'\?$/m,
    ],
    ['summary googlenet --variant keras', /^error: googLeNet\.variant: expected 'batchnorm' \| 'paper' \| .*, got 'keras'\.$/m],
    ['summary googlenet --heads --size 20', /expected .*65.*20/],
    ['cost googlenet --stem stride3', /^error: --stem: expected one of stride8, stride4, stride2, got 'stride3'\.$/m],
  ])('inception %s', async (line, error) => {
    const before = (await readdir(folder)).sort();
    expectError(await run(line), 2, error);
    expect((await readdir(folder)).sort()).toEqual(before);
  });
});

describe('What cannot be done ends with 1, and says what to do', () => {
  it.each([
    ['train none --out m', /imageFolder\.path: expected a folder, got 'none'\. Check the path/],
    ['train text.txt --out m', /got 'the file text\.txt'\. Give the folder that holds one folder of pictures per class, or a manifest/],
    ['train empty --out m', /expected one folder of pictures per class in empty, got no folder\. Make a folder for each class/],
    ['train one --out m', /expected two class folders or more, got \[ 'red' \]\. Add a folder/],
    ['train emptied --out m', /expected a readable picture in every class, got 'none in blue, red'/],
    ['train damaged --out m', /2 could not be read; the first, damaged\/blue\/a\.jpg: /],
    ['train heic --out m', /HEIC photos cannot be decoded here\. Convert them: heif-convert IN\.heic OUT\.jpg/],
    ['train photos --out m --validation none', /imageFolder\.validation: expected a folder, got 'none'\. Check the path/],
    [
      'train photos --out m --recipe none.json',
      /recipe: expected one of .*, or the path of a \.json file, got 'none\.json'\. A path is taken from the working directory\./,
    ],
    ['train photos --out m --weights none', /expected a model at none\/model\.json, got no such file/],
    ['train photos --out file', /--out: expected to write file, got ENOTDIR/],
    ['train photos --out m --backend tfjs-node', /tfjs-node is not installed\. Install it with `npx inception native install`\./],
    ['quickstart --data none --out q', /imageFolder\.path: expected a folder, got 'none'/],
    ['evaluate none photos', /expected a model at none\/model\.json, got no such file\. Check the path/],
    ['classify none photos/red/0.png', /expected a model at none\/model\.json, got no such file/],
    ['classify none none.jpg', /inception classify: expected picture files, got 'none\.jpg'\. Check the path/],
  ])('inception %s', async (line, error) => {
    const before = (await readdir(folder)).sort();
    expectError(await run(line), 1, error);
    expect((await readdir(folder)).sort()).toEqual(before);
  });
});
