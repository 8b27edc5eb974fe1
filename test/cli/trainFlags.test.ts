import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadModel } from '../../src/io/loadModel.js';
import type { InceptionModel } from '../../src/networks/inceptionModel.js';
import { readRecipe } from '../../src/training/recipe.js';
import { backendUnderTest } from '../backendUnderTest.js';
import { removeFolders, temporaryFolder } from '../data/pictureFiles.js';
import { expectError, ON_BACKEND, runHere, writeColors } from './inceptionCommand.js';

let folder: string;
const at = (...names: string[]): string => join(folder, ...names);

interface Result {
  readonly plan: { readonly training: object; readonly reasons: readonly string[] };
  readonly report: { readonly settings: object; readonly engine: object };
}

/** Runs \`inception train … --json\`, which must succeed. */
async function train(data: string, out: string, ...flags: string[]): Promise<Result & { readonly said: string }> {
  const result = await runHere(['train', data, '--out', out, ...ON_BACKEND, '--json', ...flags], folder);
  expect(result).toMatchObject({ code: 0 });
  return { ...(JSON.parse(result.stdout) as Result), said: result.stderr };
}

beforeAll(async () => {
  folder = join(await temporaryFolder(), 'with späce');
  await writeColors(at('two colors'), { red: 6, blue: 6 });
  await writeColors(at('three'), { red: 6, blue: 6, green: 6 });
});
afterAll(removeFolders);

describe('inception train --engine', () => {
  const hasGraphs = backendUnderTest().startsWith('tfjs-node');

  it.each<{ flags: string[]; name: 'graph' | 'eager' }>([
    { flags: [], name: hasGraphs ? 'graph' : 'eager' },
    { flags: ['--engine', 'eager'], name: 'eager' },
  ])('$flags: the steps run as $name, and the output and the report say so', async ({ flags, name }) => {
    const { report, said } = await train('two colors', `by ${name}`, '--epochs', '4', '--no-resume', ...flags);
    const isGraph = name === 'graph';
    expect(report.engine).toEqual({ name, compileMs: isGraph ? (expect.any(Number) as number) : 0 });
    expect(said).toMatch(isGraph ? /^engine {5}graph, compiled in \d+\.\d s$/m : /^engine {5}eager$/m);
  });
});

describe('inception train --recipe', () => {
  it('by name learns as that recipe says, and says where its numbers come from', async () => {
    const { training, batch, source } = await readRecipe('fast');
    const { plan, report, said } = await train('two colors', 'fast', '--recipe', 'fast', '--epochs', '1');
    expect(plan).toMatchObject({ batch, training: { ...training, epochs: 1 } });
    expect(report.settings).toMatchObject({ gradientClip: training.gradientClip, labelSmoothing: training.labelSmoothing });
    expect(said).toContain(source);
  });

  it('from a file of one’s own: its averaged weights become the model, those without averaging stand beside it', async () => {
    const recipe = await readRecipe('fast');
    const own = { ...recipe, name: 'mine', epochs: 2, training: { ...recipe.training, learningRate: 0.07, averaging: { decay: 0.5 } } };
    await writeFile(at('my recipe.json'), JSON.stringify(own));
    const { report } = await train('two colors', 'mine', '--recipe', 'my recipe.json', '--tensorboard');
    expect(report.settings).toMatchObject({ epochs: 2, learningRate: 0.07, averaging: { decay: 0.5 } });
    const models = await Promise.all([loadModel(at('mine')), loadModel(at('mine', 'unaveraged'))]);
    const [averaged, own0] = models.map((model) => model.weights.map((weight) => [...weight.read().dataSync()]));
    expect(averaged).not.toEqual(own0);
    expect(models.map((model) => (model as InceptionModel).labels)).toEqual([['blue', 'red'], ['blue', 'red']]); // prettier-ignore
    expect(await readdir(at('mine', 'tensorboard'))).toEqual([expect.stringMatching(/^events\.out\.tfevents\.\d{10}\./)]);
    const beside = ['checkpoint.safetensors', 'history.csv', 'history.json', 'manifest.json', 'model.json', 'tensorboard', 'unaveraged'];
    expect(await readdir(at('mine'))).toEqual(expect.arrayContaining(beside));
    for (const model of models) model.dispose();
  });

  it.each([
    ['"training": { "learningRate": -1 }', /^error: bad\.json\.training\.learningRate: expected a number above 0, got -1\./m],
    ['"training": {}, "batchSize": 8', /^error: bad\.json.*batchSize/m],
    [
      '"training": { "phases": [{ "share": 2 }] }',
      /^error: bad\.json\.training\.phases\[0\]\.share: expected a number, 0 < share < 1, got 2\./m,
    ],
    ['"training": {', /^error: bad\.json: expected a recipe as JSON, got .*\. Copy one of the package’s recipes and change it\./m],
  ])('with a faulty file (%s) ends with 2 and names the place', async (rest, error) => {
    await writeFile(at('bad.json'), `{ "name": "bad", "description": "b", ${rest} }`);
    expectError(await runHere(['train', 'two colors', '--out', 'none', '--recipe', 'bad.json'], folder), 2, error);
    expect(await readdir(folder)).not.toContain('none');
  });
});

describe('inception train --arch', () => {
  it('inception-v3:slim --heads learns that network, of a size and width that suit it, and says so; evaluate and classify take it', async () => {
    const { plan, report, said } = await train('two colors', 'v3', '--arch', 'inception-v3:slim', '--heads', '--epochs', '1');
    expect(plan).toMatchObject({
      network: { architecture: 'inception-v3', variant: 'slim', auxiliaryHeads: true, stem: 'stride2', inputShape: [32, 32, 3] },
    });
    expect(report.settings).toMatchObject({ headWeights: { main: 1, auxiliary_6e: 0.4 } });
    expect(said).toContain('inception-v3:slim with its auxiliary heads: as asked');
    expect(said).toMatch(/network {4}inception-v3, \d{3},\d{3} parameters/);
    const evaluated = await runHere(['evaluate', 'v3', 'two colors', '--json', ...ON_BACKEND], folder);
    expect(JSON.parse(evaluated.stdout)).toMatchObject({ heads: { auxiliary_6e: { loss: expect.any(Number) as number } } });
    const [first] = JSON.parse((await runHere(['classify', 'v3', 'two colors/red/0.png', '--json'], folder)).stdout) as [
      { label: string },
    ][];
    expect(first.map(({ label }) => label).sort()).toEqual(['blue', 'red']);
  });

  it('xception, ended, goes on with --resume, and gives its weights to a network of three classes', async () => {
    const flags = ['--arch', 'xception', '--size', '32', '--epochs', '2'];
    await train('two colors', 'xception', ...flags);
    const again = await runHere(['train', 'two colors', '--out', 'xception', ...flags, '--resume', '--json'], folder);
    expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining('nothing to resume') as string });
    const other = ['train', 'two colors', '--out', 'xception', ...flags, '--arch', 'inception-v4', '--resume'];
    expectError(await runHere(other, folder), 1, /network/);
    const { said } = await train('three', 'xception three', '--weights', 'xception', '--freeze-to', 'block4', '--epochs', '2');
    expect(said).toContain('stages up to block4 stay as they are');
    const model = (await loadModel(at('xception three'))) as InceptionModel;
    expect([model.spec.name, model.labels]).toEqual(['xception', ['blue', 'green', 'red']]);
    model.dispose();
  });
});

describe('inception train --weights', () => {
  it('alone takes the recipe finetune: first the new classifier, then all', async () => {
    const { report, said } = await train('three', 'tuned', '--weights', 'fast', '--epochs', '3');
    expect(report.settings).toMatchObject({
      layerDecay: 0.9,
      phases: [
        { epochs: 1, freezeTo: 'trunk' },
        { epochs: 2, learningRate: 0.02 },
      ],
    });
    expect(said).toContain('from the weights of fast, ');
  });

  it('--freeze-to inception_3a gives a net of two colors a third: the frozen stages keep every bit, the others learn', async () => {
    const flags = ['--weights', 'fast', '--freeze-to', 'inception_3a', '--recipe', 'fast', '--epochs', '1'];
    const { report } = await train('three', 'three colors', ...flags);
    expect(report.settings).toMatchObject({ freezeTo: 'inception_3a' });
    const [before, after] = (await Promise.all([loadModel(at('fast')), loadModel(at('three colors'))])) as InceptionModel[];
    expect(after.labels).toEqual(['blue', 'green', 'red']);
    const values = (model: InceptionModel): Map<string, string> =>
      new Map(model.weights.map((weight) => [weight.originalName, String(weight.read().dataSync())]));
    const [was, is] = [values(before), values(after)];
    const changed = [...was.keys()].filter((name) => is.get(name) !== was.get(name));
    const isFrozen = (name: string): boolean => /^(conv\d|inception_3a)/.test(name);
    expect(changed.filter(isFrozen)).toEqual([]);
    expect(changed.length).toBeGreaterThan(10);
    expect([...was.keys()].filter(isFrozen).length).toBeGreaterThan(10);
    before.dispose();
    after.dispose();
  });
});

it('inception train --help names every flag, what the folder holds, and how to go on', async () => {
  const { stdout } = await runHere(['train', '--help'], folder);
  const flags = [
    'out',
    'validation',
    'minutes',
    'recipe',
    'arch',
    'heads',
    'weights',
    'freeze-to',
    'size',
    'epochs',
    'batch',
    'learning-rate',
    'seed',
  ];
  const more = ['sampling', 'duplicates', 'strict', 'cache', 'resume', 'no-resume', 'accept-changes', 'checkpoint-minutes', 'tensorboard'];
  for (const flag of [...flags, ...more, 'backend', 'json']) expect(stdout).toMatch(new RegExp(`^ +--${flag}\\b`, 'm'));
  for (const name of ['checkpoint.safetensors', 'manifest.json', 'history.json', 'history.csv', 'unaveraged/'])
    expect(stdout).toContain(name);
  for (const recipe of ['auto', 'paper', 'inception-v3', 'finetune', 'fast']) expect(stdout).toContain(recipe);
  expect(stdout).toMatch(/\n {2}\$ inception train photos --out model .*--resume$/m);
});
