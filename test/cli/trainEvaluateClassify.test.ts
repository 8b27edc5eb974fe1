import { cp, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { costOf } from '../../src/cost/costOf.js';
import { networkSpec } from '../../src/spec/networkSpec.js';
import { version } from '../../src/version.js';
import { backendUnderTest } from '../backendUnderTest.js';
import { expectError, InceptionCommand, ON_BACKEND, runHere, writeColors } from './inceptionCommand.js';

let inception: InceptionCommand;
let folder: string;
const at = (...names: string[]): string => join(folder, ...names);

beforeAll(async () => {
  inception = await InceptionCommand.create();
  folder = join(inception.sources.folder, 'földer with späce');
  await writeColors(at('photos'), { red: 12, blue: 12 });
  await writeColors(at('others'), { red: 3, blue: 1 });
  await writeFile(at('others', 'red', 'damaged.png'), 'no picture');
  await writeColors(at('unknown'), { red: 1, green: 1 });
});
afterAll(() => inception.remove());

const succeed = async (...args: string[]): Promise<{ stdout: string; stderr: string }> => {
  const { code, stdout, stderr } = await inception.run(args, folder);
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.any(String) as string });
  return { stdout, stderr };
};

interface Trained {
  readonly model: string;
  readonly backend: { readonly name: string };
  readonly plan: { readonly size: readonly number[]; readonly reasons: readonly string[] };
  readonly report: {
    readonly epochs: readonly unknown[];
    readonly best: { readonly epoch: number; readonly validation: { readonly top1: number } };
  };
}

describe('inception train, evaluate, classify', () => {
  let trained: Trained;
  let said: string;
  beforeAll(async () => {
    const { stdout, stderr } = await succeed('train', 'photos', '--out', 'the model', '--epochs', '8', ...ON_BACKEND, '--json');
    trained = JSON.parse(stdout) as Trained;
    said = stderr;
  });

  it('train prints plan and report as JSON, all else on standard error, and says what comes next', () => {
    expect(trained).toMatchObject({ model: 'the model', backend: { name: backendUnderTest() }, plan: { size: [32, 32] } });
    expect(trained.report.epochs).toHaveLength(8);
    expect(trained.report.best.validation.top1).toBe(1);
    for (const reason of trained.plan.reasons) expect(said).toContain(`  ${reason}\n`);
    expect(said).toContain('  training    20 pictures (blue 10, red 10)\n  validation  4 pictures (blue 2, red 2)\n');
    expect(said.match(/^epoch +\d+ {3}loss \d\.\d{3} top-1 .* held out: /gm)).toHaveLength(8);
    expect(said).toContain('next       npx inception classify "the model" PICTURE\n');
  });

  it('the saved model holds the record of its training', async () => {
    const { userDefinedMetadata } = JSON.parse(await readFile(at('the model', 'model.json'), 'utf8')) as {
      userDefinedMetadata: Record<string, { labels: string[]; training: Trained['report'] }>;
    };
    expect(userDefinedMetadata['tfjs-inception'].labels).toEqual(['blue', 'red']);
    expect(userDefinedMetadata['tfjs-inception'].training).toEqual(trained.report);
  });

  it('evaluate --json prints the evaluation: top1 as a fraction, every head, the confusion; what cannot be read is named', async () => {
    const { stdout, stderr } = await succeed('evaluate', 'the model', 'others', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      top1: 1,
      top5: 1,
      loss: expect.any(Number) as number,
      heads: { main: { top1: 1 } },
      confusion: [
        [1, 0],
        [0, 3],
      ],
      classes: ['blue', 'red'],
      count: 4,
      majorityShare: 0.75,
    });
    expect(stderr).toMatch(/^left out 1 unreadable file:\n {2}others\/red\/damaged\.png: /);
  });

  it('evaluate prints the same for people', async () => {
    const { stdout } = await succeed('evaluate', 'the model', 'others');
    expect(stdout).toContain('4 pictures, 2 classes; always saying the largest class would reach 75.0 %\nmain           top-1 100.0 %');
    expect(stdout).toMatch(/^red {8}3 {2}100\.0 % {3}100\.0 % {3}100\.0 % {5}0 {5}3$/m);
  });

  it('classify prints the likeliest classes of each picture; --json one array a picture, probabilities adding up to 1', async () => {
    const files = [join('others', 'red', '0.png'), join('others', 'blue', '0.png')];
    const { stdout } = await succeed('classify', 'the model', ...files, '--json');
    const predictions = JSON.parse(stdout) as { label: string; index: number; probability: number }[][];
    expect(predictions.map(([first]) => [first.label, first.index])).toEqual([
      ['red', 1],
      ['blue', 0],
    ]);
    for (const row of predictions) expect(row.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 5);
    const text = (await succeed('classify', 'the model', ...files, '--top', '1')).stdout;
    expect(text).toMatch(/^others\/red\/0\.png\n {2}red {2}[ \d]{3}\.\d %\nothers\/blue\/0\.png\n {2}blue {2}[ \d]{3}\.\d %\n$/);
  });

  it('summary reads the spec of a trained network, and counts what cost counts', async () => {
    const { userDefinedMetadata } = JSON.parse(await readFile(at('the model', 'model.json'), 'utf8')) as {
      userDefinedMetadata: Record<string, { spec: object }>;
    };
    await writeFile(at('spec.json'), JSON.stringify(userDefinedMetadata['tfjs-inception'].spec));
    const expected = costOf(
      networkSpec('googlenet', {
        inputShape: [32, 32, 3],
        classes: 2,
        stem: 'stride2',
        widthMultiplier: 0.25,
        finalModule: 'inception_4a',
      }),
    );
    const { stdout } = await succeed('cost', 'spec.json', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ parameters: { ...expected.parameters }, multiplyAdds: expected.multiplyAdds });
  });

  it('train replaces a model of ours, says so, and leaves no file of the old one', async () => {
    await cp(at('the model'), at('old'), { recursive: true });
    const { stderr } = await succeed('train', 'photos', '--out', 'old', '--epochs', '1', '--seed', '5');
    expect(stderr).toContain('the one in old stays until this training is done, and is then replaced\n');
    const weights = expect.stringMatching(/^weights-\w{16}\.bin$/) as string;
    const beside = ['checkpoint.safetensors', 'history.csv', 'history.json', 'manifest.json', 'model.json', 'report.html'];
    expect((await readdir(at('old'))).sort()).toEqual([...beside, weights]);
    expect(await readFile(at('old', 'model.json'))).not.toEqual(await readFile(at('the model', 'model.json')));
  });

  it('train --strict fails on a picture that cannot be read; without it, the picture is named and left out', async () => {
    expectError(
      await runHere(['train', 'others', '--out', 'strict', '--strict'], folder),
      1,
      /1 that are not:\n {2}others\/red\/damaged\.png: /,
    );
  });

  it.each([
    { what: 'truncated weights', damage: 'weights', error: /weights-\w+\.bin: expected \d+ bytes, got 1000\./ },
    {
      what: 'an altered description',
      damage: 'altered',
      error: /model\.json: expected the checksum .* It was altered since it was saved\./,
    },
    { what: 'a truncated description', damage: 'truncated', error: /model\.json: expected JSON, got 1000 characters that are none/ },
    { what: 'a description of another tool', damage: 'foreign', error: /model\.json at .*: expected / },
  ])('a model with $what is refused by evaluate and classify, naming the file', async ({ damage, error }) => {
    const model = at(damage);
    await cp(at('the model'), model, { recursive: true });
    const weights = (await readdir(model)).find((name) => name.endsWith('.bin')) as string;
    const description = await readFile(join(model, 'model.json'), 'utf8');
    if (damage === 'weights') await truncate(join(model, weights), 1000);
    if (damage === 'truncated') await truncate(join(model, 'model.json'), 1000);
    if (damage === 'altered') await writeFile(join(model, 'model.json'), description.replace('"blue"', '"azure"'));
    if (damage === 'foreign') await writeFile(join(model, 'model.json'), '{"model":"mine"}');
    expectError(await runHere(['evaluate', damage, 'photos'], folder), 1, error);
    expectError(await runHere(['classify', damage, join('photos', 'red', '0.png')], folder), 1, error);
  });

  it('evaluate refuses classes that the model does not know', async () => {
    expectError(await runHere(['evaluate', 'the model', 'unknown'], folder), 2, /classes blue, red, got \[ 'green' \]\. Rename or remove/);
  });

  it('classify refuses a file that is no picture, with a stack trace and its cause only after --verbose', async () => {
    await writeFile(at('text.jpg'), 'hello');
    const line = ['classify', 'the model', 'text.jpg'];
    expectError(await runHere(line, folder), 1, /^error: text\.jpg: expected a JPEG, PNG, .* picture, got one that does not decode/m);
    for (const args of [
      [...line, '--verbose'],
      ['--verbose', ...line],
    ]) {
      const { code, stderr } = await inception.run(args, folder);
      expect(code).toBe(1);
      expect(stderr).toMatch(/^ {4}at .*decodePicture/m);
      expect(stderr).toMatch(/^caused by: Error: Input /m);
    }
  });

  it('classify answers for every picture that can be read, then says which cannot', async () => {
    await writeFile(at('cut.jpg'), 'hello');
    await writeFile(at('nothing.png'), '');
    const [red, blue] = [join('others', 'red', '0.png'), join('others', 'blue', '0.png')];
    const pictures = [red, 'cut.jpg', blue, 'nothing.png'];
    const alone = JSON.parse((await succeed('classify', 'the model', red, blue, '--json')).stdout) as { probability: number }[][];
    // A batch is computed in other blocks than one picture.
    const alike = (answer: (typeof alone)[number]): object[] =>
      answer.map((prediction) => ({ ...prediction, probability: expect.closeTo(prediction.probability, 4) as number }));
    const { stdout } = await runHere(['classify', 'the model', ...pictures, '--json'], folder);
    expect(JSON.parse(stdout)).toEqual([alike(alone[0]), [], alike(alone[1]), []]);
    expect(JSON.parse((await runHere(['classify', 'the model', 'cut.jpg', '--json'], folder)).stdout)).toEqual([[]]);
    const ended = await runHere(['classify', 'the model', ...pictures, '--top', '1'], folder);
    expect(ended.stdout.replace(/[\d.]+ %/g, '%').replace(/ +/g, ' ')).toBe(
      `${red}\n red %\ncut.jpg\n cannot be read\n${blue}\n blue %\nnothing.png\n cannot be read\n`,
    );
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/^error: inception classify: expected pictures, got 2 of 4 that cannot be read:$/m);
    expect(ended.stderr).toMatch(
      /^ {2}cut\.jpg: expected a JPEG, .* does not decode .*\n {2}nothing\.png: expected a picture, got an empty file\.$/m,
    );
  });

  it('says which package does not load, and how to install it, without a stack trace', async () => {
    const lacking = await inception.sources.script(
      'lacking.cjs',
      `require.cache[require.resolve('sharp')] = { get exports() { throw new Error('Could not load the "sharp" module'); }, loaded: true };`,
    );
    const { code, stdout, stderr } = await inception.start(['cost', 'googlenet'], undefined, lacking).ended;
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toBe(
      'error: inception: expected every package that it needs, got: Could not load the "sharp" module\n' +
        'Install the packages anew on this machine, optional ones too: npm install --include=optional.\n',
    );
  });

  it("--version is the package's", async () => {
    expect((await succeed('--version')).stdout).toBe(`${version}\n`);
  });
});
