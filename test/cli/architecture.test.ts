import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
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

describe('inception diff', () => {
  it('paper against torchvision names the 3×3 kernel of all nine 5×5 branches', async () => {
    const text = await print('diff', 'googlenet:paper', 'googlenet:torchvision');
    expect(text.match(/^inception_\w+.*kernelSize: 5 → 3$/gm)).toHaveLength(9);
    const differences = JSON.parse(await print('diff', 'googlenet:paper', 'googlenet:torchvision', '--json')) as { path: string }[];
    expect(differences).toHaveLength(text.trim().split('\n').length);
  });

  it('a network against itself: no difference', async () => {
    expect(await print('diff', 'googlenet', 'googlenet:batchnorm')).toBe('no difference\n');
  });
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
