import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CostChange } from '../../src/cost/costChange.js';
import type { SpecDifference } from '../../src/cost/diffSpecs.js';
import { NETWORK_NAMES, variantsOf } from '../../src/spec/networkSpec.js';
import { removeFolders, temporaryFolder } from '../data/pictureFiles.js';
import { expectError, runHere } from './inceptionCommand.js';

afterAll(removeFolders);

const print = async (...args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await runHere(args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
};

describe('inception summary and cost print the published totals (arXiv:1409.4842; torchvision; TF-Slim)', () => {
  it.each([
    { flags: '--variant paper', parameters: '6,998,552', multiplyAdds: '1,582,671,872' },
    { flags: '', parameters: '7,005,832', multiplyAdds: '1,582,671,872' },
    { flags: '--variant torchvision', parameters: '6,624,904', multiplyAdds: '1,498,376,192' },
    { flags: '--variant slim', parameters: '6,617,624', multiplyAdds: '1,498,376,192' },
  ])('googlenet $flags: $parameters parameters, $multiplyAdds multiply-adds', async ({ flags, parameters, multiplyAdds }) => {
    const args = ['googlenet', ...flags.split(' ').filter(Boolean)];
    for (const command of ['summary', 'cost']) {
      const table = await print(command, ...args);
      expect(table).toContain(multiplyAdds);
      expect(table).toContain(parameters);
    }
    const { parameters: counted, multiplyAdds: total } = JSON.parse(await print('cost', ...args, '--json')) as {
      parameters: { trainable: number };
      multiplyAdds: number;
    };
    expect([counted.trainable, total]).toEqual([parameters, multiplyAdds].map((text) => Number(text.replaceAll(',', ''))));
  });

  it('with heads the paper has 13,378,280 parameters; without the top 1,025,000 fewer than without', async () => {
    expect(await print('summary', 'googlenet', '--variant', 'paper', '--heads')).toContain('13,378,280');
    expect(await print('summary', 'googlenet', '--variant', 'paper', '--no-top')).toContain(
      (6_998_552 - 1_025_000).toLocaleString('en-US'),
    );
  });

  it('googlenet:paper is --variant paper, and stands beside no other', async () => {
    expect(await print('summary', 'googlenet:paper')).toBe(await print('summary', 'googlenet', '--variant', 'paper'));
    const error = /--variant: expected none beside googlenet:paper, got 'caffe'/;
    expectError(await runHere(['cost', 'googlenet:paper', '--variant', 'caffe']), 2, error);
  });

  it('every flag reaches the spec: width, size, classes, stem', async () => {
    const flags = ['--width', '0.5', '--size', '64x96', '--classes', '7', '--stem', 'stride4'];
    const { inputShape, classes, trunk } = JSON.parse(await print('summary', 'googlenet', ...flags, '--json')) as {
      inputShape: number[];
      classes: number;
      trunk: unknown[];
    };
    expect([inputShape, classes]).toEqual([[64, 96, 3], 7]);
    expect(trunk[0]).toMatchObject({ name: 'conv1', filters: 32, kernelSize: 3, strides: 1 });
  });

  it('a spec printed with --json is one that summary reads: the same table', async () => {
    const file = join(await temporaryFolder(), 'spec.json');
    await writeFile(file, await print('summary', 'googlenet', '--variant', 'caffe', '--json'));
    expect(await print('summary', file)).toBe(await print('summary', 'googlenet', '--variant', 'caffe'));
    expectError(await runHere(['summary', file, '--width', '2']), 2, /expected no other options beside a spec file, got 'widthMultiplier'/);
  });
});

describe('inception summary of a file', () => {
  it('reads one that a shell began with a byte order mark, under any case of .json, and the spec of a saved model', async () => {
    const folder = await temporaryFolder();
    const spec = await print('summary', 'inception-v2', '--json');
    const files = [
      ['marked.json', `\uFEFF${spec}`],
      ['CAPITAL.JSON', spec],
      [
        'model.json',
        JSON.stringify({ modelTopology: {}, userDefinedMetadata: { 'tfjs-inception': { spec: JSON.parse(spec) as unknown } } }),
      ],
    ];
    const expected = await print('summary', 'inception-v2');
    for (const [name, text] of files) {
      await writeFile(join(folder, name), text);
      expect(await print('summary', join(folder, name))).toBe(expected);
    }
  });

  it('a spec nested 5,000 deep, a variant too much and a name that is nearly one are refused in a line, with what to do', async () => {
    const file = join(await temporaryFolder(), 'deep.json');
    const inner = '{"op":"module","name":"m","branches":[['.repeat(5_000) + ']]}'.repeat(5_000);
    const spec = JSON.parse(await print('summary', 'googlenet', '--json')) as object;
    await writeFile(file, JSON.stringify({ ...spec, trunk: 0 }).replace('"trunk":0', `"trunk":[${inner}]`));
    expectError(await runHere(['summary', file]), 2, /networkSpec: expected a value nested less deeply/);
    expectError(await runHere(['summary', 'googlenet:paper:x']), 2, /googLeNet\.variant: expected .*'paper'.*got 'paper:x'/);
    expectError(await runHere(['summary', 'inception-v33']), 2, /Did you mean 'inception-v3'\?/);
  });
});

describe('inception cost with a change', () => {
  it('--without inception_3a_5x5_reduce: 12,443,648 → 120,422,400 multiply-adds in that branch', async () => {
    const table = await print('cost', 'googlenet', '--variant', 'paper', '--without', 'inception_3a_5x5_reduce');
    expect(table).toMatch(/^ {2}5x5 \(was 5x5_reduce → 5x5\) .* 12,443,648 → 120,422,400 {2}× 9\.677 /m);
    expect(table).toMatch(/^whole network .* 1,582,671,872 → 1,690,650,624 {2}× 1\.068 /m);
  });

  it('--set and --without, each as often as one likes, as JSON: what costChange returns', async () => {
    const flags = ['--set', 'inception_3a_5x5.filters=64', '--set', 'inception_3a_5x5.kernelSize=3x1', '--set', 'pool1.op=averagePool'];
    const { stages, whole } = JSON.parse(await print('cost', 'googlenet', ...flags, '--without', 'inception_4*', '--json')) as CostChange;
    expect(whole.multiplyAdds.ratio).toBeLessThan(1);
    expect(stages.map(({ name }) => name.after ?? `no ${name.before}`)).toEqual([
      ...['pool1', 'inception_3a', 'inception_3b'],
      ...['4a', '4b', '4c', '4d', '4e'].map((position) => `no inception_${position}`),
      ...['pool4', 'inception_5a'],
    ]);
  });

  it('summary --json writes the changed network, which diff and cost read and change again', async () => {
    const file = join(await temporaryFolder(), 'mine.json');
    await writeFile(
      file,
      await print('summary', 'googlenet', '--heads', '--without', 'auxiliary_4a', '--set', 'dropout.rate=0.5', '--json'),
    );
    const text = await print('diff', 'googlenet', file);
    expect(text).toMatch(/^dropout: rate 0\.4 → 0\.5$/m);
    expect(text).toContain(`auxiliary_4d: an auxiliary head only in ${file}`);
    expect(await print('cost', file, '--without', 'dropout')).toMatch(/^dropout, taken out /m);
  });

  it.each([
    { flags: ['--without', 'inception_3a_5x5_reduc'], error: /such as inception_3a_5x5_reduce, .*, got 'inception_3a_5x5_reduc'/ },
    { flags: ['--set', 'inception_3a_5x5.filters'], error: /--set: expected STEP\.FIELD=VALUE, as inception_3a_5x5\.filters=64, got / },
    {
      flags: ['--set', 'inception_3a_5x5.filters=many'],
      error: /changeSpec\.inception_3a_5x5\.filters: expected a positive integer, got 'many'/,
    },
    {
      flags: ['--set', 'conv1.filters=8', '--without', 'conv1'],
      error: /--without: expected a step that --set does not change, got 'conv1'/,
    },
    { flags: ['--heads', '--without', 'inception_4a'], error: /changeSpec\.inception_4a: expected a step that no head hangs on/ },
    { flags: ['--set', 'inception_3a_5x5.strides=2'], error: /inception_3a: expected branches of equal height and width to concatenate/ },
  ])('$flags: exit code 2', async ({ flags, error }) => {
    expectError(await runHere(['cost', 'googlenet', ...flags]), 2, error);
  });
});

describe('inception diff', () => {
  it('paper against torchvision: one line for the 3×3 kernel of all nine 5×5 branches, nine differences as JSON', async () => {
    expect(await print('diff', 'googlenet:paper', 'googlenet:torchvision')).toMatch(/^all 9 modules: 5x5\.kernelSize 5 → 3$/m);
    const differences = JSON.parse(await print('diff', 'googlenet:paper', 'googlenet:torchvision', '--json')) as SpecDifference[];
    expect(differences.filter(({ path, a, b }) => path.endsWith('_5x5.kernelSize') && a === 5 && b === 3)).toHaveLength(9);
  });

  it('googlenet against inception-v3: inception_3a beside mixed_5b, with their shapes', async () => {
    expect(await print('diff', 'googlenet', 'inception-v3')).toMatch(/^≠ inception_3a {2}→ 28×28×256 +mixed_5b {2}→ 35×35×256$/m);
  });

  it('--heads: where they hang, and what they weigh', async () => {
    expect(await print('diff', 'googlenet', 'inception-v3', '--heads')).toMatch(
      /^auxiliary_4a: after inception_4a, weight 0\.3 \| auxiliary_6e: /m,
    );
  });

  it('a network against itself: no difference', async () => {
    expect(await print('diff', 'googlenet', 'googlenet:batchnorm')).toBe('no difference\n');
  });
});

it('--help lists the variants of every network, the defaults first', async () => {
  const { stdout } = await runHere(['cost', '--help']);
  const text = stdout.replace(/\s+/g, ' ');
  for (const name of NETWORK_NAMES) expect(text).toContain(`${variantsOf(name).join(', ')} (${name})`);
});

describe('Spec files that cannot be read', () => {
  it.each([
    { what: 'nothing there', content: undefined, code: 1, error: /expected a spec file, got 'nothing'\. Check the path/ },
    { what: 'no JSON', content: '{', code: 2, error: /expected a spec as JSON, got .*inception summary googlenet --json prints one/ },
    { what: 'no spec', content: '{"name":"mine"}', code: 2, error: /^networkSpec\.trunk: expected an array of steps/m },
  ])('$what: exit code $code', async ({ content, code, error }) => {
    const file = join(await temporaryFolder(), 'damaged.json');
    if (content !== undefined) await writeFile(file, content);
    expectError(await runHere(['summary', content === undefined ? 'none.json' : file]), code, error);
  });
});
