import { execFileSync } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { start } from '../io/compiledSources.js';
import { InceptionCommand, writeColors } from './inceptionCommand.js';

let inception: InceptionCommand;
let folder: string;
beforeAll(async () => {
  inception = await InceptionCommand.create();
  folder = inception.sources.folder;
  await writeColors(join(folder, 'photos'), { red: 30, blue: 30 });
});
afterAll(() => inception.remove());

/** Command lines of processes that run from the folder of this test. */
const running = (): string[] =>
  execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(join(folder, 'dist')));

const TRAIN = ['train', 'photos', '--out', 'model', '--epochs', '500', '--backend', 'wasm'];

(process.platform === 'win32' ? describe.skip : describe)('Ctrl-C (not on Windows, which has no signals)', () => {
  it.each<{ phase: string; args: readonly string[]; after: string; signal: NodeJS.Signals; code: number; notice: string }>([
    { phase: 'while measuring', args: TRAIN, after: 'backend ', signal: 'SIGINT', code: 130, notice: 'nothing was saved in model' },
    { phase: 'while training', args: TRAIN, after: 'epoch   2', signal: 'SIGINT', code: 130, notice: 'nothing was saved in model' },
    { phase: 'as SIGTERM', args: TRAIN, after: 'epoch   1', signal: 'SIGTERM', code: 143, notice: 'nothing was saved in model' },
    {
      phase: 'in a quickstart',
      args: ['quickstart', '--data', 'photos', '--out', 'quick'],
      after: 'epoch   1',
      signal: 'SIGINT',
      code: 130,
      notice: 'nothing was saved in',
    },
  ])('$phase ends it with $code, and leaves neither files nor processes', async ({ args, after, signal, code, notice }) => {
    const before = (await readdir(folder)).sort();
    const run = inception.start(args);
    await run.printed(after);
    run.child.kill(signal);
    const { code: exitCode, stdout, stderr } = await run.ended;
    expect({ exitCode, stdout }).toEqual({ exitCode: code, stdout: '' });
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(new RegExp(`^stopped: ${notice}`));
    expect((await readdir(folder)).sort()).toEqual(before);
    expect(running()).toEqual([]);
  });

  /** Writes for a second, as far as the process knows. */
  const WRITING = `
    const { leaveOnInterrupt, finishFirst, sayIfStopped } = require('./dist/cli/interrupt.js');
    leaveOnInterrupt();
    sayIfStopped('nothing was saved');
    finishFirst(async () => {
      console.log('writing');
      await new Promise((resolve) => setTimeout(resolve, 1000));
      console.log('written');
      sayIfStopped('all is saved');
    }).then(() => console.log('went on'));
  `;

  it('while files are written it ends after them; a second time it ends at once', async () => {
    const script = await inception.sources.script('writing.js', WRITING);
    const once = start(process.execPath, [script]);
    await once.printed('writing');
    once.child.kill('SIGINT');
    const { code, stdout, stderr } = await once.ended;
    expect({ code, stdout }).toEqual({ code: 130, stdout: 'writing\nwritten\n' });
    expect(stderr).toBe('\nstopping once the files are written; Ctrl-C again leaves at once\n\nstopped: all is saved\n');
    const twice = start(process.execPath, [script]);
    await twice.printed('writing');
    twice.child.kill('SIGINT');
    await twice.printed('stopping once');
    twice.child.kill('SIGINT');
    expect(await twice.ended).toMatchObject({ code: 130, stdout: 'writing\n' });
  });
});

describe('A reader that goes away', () => {
  it('standard output closed: exit code 0, no stack trace', async () => {
    const { child, ended } = inception.start(['summary', 'googlenet', '--json']);
    child.stdout?.destroy();
    expect(await ended).toMatchObject({ code: 0, stderr: '' });
  });

  it('standard error closed: the training goes on and saves its model', async () => {
    const run = inception.start(['train', 'photos', '--out', 'unread', '--epochs', '2', '--size', '32', '--json']);
    await run.printed('backend');
    run.child.stderr?.destroy();
    const { code, stdout } = await run.ended;
    expect([code, (JSON.parse(stdout) as { model: string }).model]).toEqual([0, 'unread']);
    expect(await readdir(join(folder, 'unread'))).toContain('model.json');
  });
});
