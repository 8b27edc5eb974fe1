import { cp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChildResult } from '../io/compiledSources.js';
import { expectError, InceptionCommand, ON_BACKEND, runHere, writeColors } from './inceptionCommand.js';

let inception: InceptionCommand;
let folder: string;
const at = (...names: string[]): string => join(folder, ...names);

const train = (data: string, out: string, ...flags: string[]): string[] => ['train', data, '--out', out, ...ON_BACKEND, ...flags];
const EPOCHS = ['--epochs', '10'];

/** Runs in this process, and must succeed. */
async function succeed(...args: string[]): Promise<ChildResult> {
  const result = await runHere(args, folder);
  expect(result).toMatchObject({ code: 0 });
  return result;
}

const fail = async (args: readonly string[], exitCode: number, error: RegExp): Promise<void> =>
  expectError(await runHere(args, folder), exitCode, error);

/** The model's weight files, which are named for their content: equal names are equal bits. */
async function weightFiles(out: string): Promise<string[]> {
  const names = (await readdir(at(out))).filter((name) => name.startsWith('weights-'));
  expect(names.length).toBeGreaterThan(0);
  return names.sort();
}

/** Every file of a folder, with its time and its bytes. */
async function filesOf(out: string): Promise<unknown[]> {
  const files = (await readdir(at(out), { withFileTypes: true })).filter((entry) => entry.isFile()).map(({ name }) => at(out, name));
  return Promise.all(files.map(async (file) => ({ file, changed: (await stat(file)).ctimeMs, bytes: await readFile(file, 'base64') })));
}

beforeAll(async () => {
  inception = await InceptionCommand.create();
  folder = inception.sources.folder;
  await writeColors(at('photos'), { red: 12, blue: 12 });
  await succeed(...train('photos', 'whole', ...EPOCHS));
  const { code, stdout, stderr } = await inception.interrupted(train('photos', 'stopped', ...EPOCHS, '--resume'), 'epoch   1');
  expect({ code, stdout, stderr }).toEqual({ code: 130, stdout: '', stderr: expect.stringContaining('--resume goes on') as string });
});
afterAll(() => inception.remove());

/** A copy of the folder that the stopped training left. */
async function stoppedCopy(name: string): Promise<string> {
  await cp(at('stopped'), at(name), { recursive: true });
  return name;
}

(process.platform === 'win32' ? describe.skip : describe)('inception train --resume', () => {
  it('goes on where Ctrl-C ended it (a first --resume had begun it), says where, and saves the same weights to the last bit', async () => {
    const out = await stoppedCopy('resumed');
    const { code, stdout, stderr } = await inception.run(train('photos', out, ...EPOCHS, '--resume', '--json'));
    expect(code).toBe(0);
    const { report } = JSON.parse(stdout) as { report: { resumedAt: number[]; epochs: unknown[] } };
    expect(report.resumedAt).toHaveLength(1);
    expect(report.epochs).toHaveLength(10);
    const [, epoch, steps] = /^resumed {4}epoch (\d+) of 10, after (\d+) steps$/m.exec(stderr) ?? [];
    expect(Number(steps)).toBe(report.resumedAt[0]);
    expect(Number(epoch)).toBe(Math.floor(report.resumedAt[0] / 2) + 1);
    expect(stdout + stderr).not.toContain('\u001b');
    expect(await weightFiles(out)).toEqual(await weightFiles('whole'));
    const history = (await readFile(at(out, 'history.csv'), 'utf8')).trimEnd().split('\r\n');
    expect(history.map((line) => line.split(',')[0])).toEqual(['epoch', ...report.epochs.map((_, index) => String(index + 1))]);
  });

  it('ended again before its first step says that all stands as before, and changes no file', async () => {
    const out = await stoppedCopy('again');
    const before = await filesOf(out);
    const { code, stderr } = await inception.interrupted(train('photos', out, ...EPOCHS, '--resume'), 'backend ');
    expect(code).toBe(130);
    expect(stderr.trimEnd().split('\n').at(-1)).toBe(`stopped: ${out} holds the training as before; the same command goes on`);
    expect(await filesOf(out)).toEqual(before);
  });

  it('of a training that is done says so, ends with 0 and changes no file', async () => {
    const before = await filesOf('whole');
    const { stdout, stderr } = await succeed(...train('photos', 'whole', ...EPOCHS, '--resume'));
    expect([stdout, stderr]).toEqual(['', 'complete   the training in whole is done: nothing to resume\n']);
    const { report } = JSON.parse((await succeed(...train('photos', 'whole', ...EPOCHS, '--resume', '--json'))).stdout) as {
      report: { steps: number };
    };
    expect(report.steps).toBe(20);
    expect(await filesOf('whole')).toEqual(before);
  });

  it('of a training that is done, asked for in other words, lists what differs, ends with 1 and changes no file', async () => {
    const before = await filesOf('whole');
    const error = /expected the training that it holds, got another:\n {2}epochs: 10 then, 17 now\nThat training is complete: begin anew/;
    await fail(train('photos', 'whole', '--epochs', '17', '--resume'), 1, error);
    await fail(train('photos', 'whole', '--epochs', '17', '--resume', '--accept-changes'), 1, error);
    expect(await filesOf('whole')).toEqual(before);
  });

  it('after a kill between the last checkpoint and the saved model saves it, also where the model of an earlier training stands', async () => {
    await cp(at('whole'), at('unsaved'), { recursive: true });
    for (const name of [...(await weightFiles('whole')), 'model.json', 'manifest.json']) await rm(at('unsaved', name));
    await succeed(...train('photos', 'unsaved', ...EPOCHS, '--resume'));
    expect(await weightFiles('unsaved')).toEqual(await weightFiles('whole'));
    expect(await readFile(at('unsaved', 'manifest.json'))).toEqual(await readFile(at('whole', 'manifest.json')));
    const other = ['--epochs', '1', '--seed', '5'];
    await succeed(...train('photos', 'other', ...other));
    await cp(at('other', 'checkpoint.safetensors'), at('unsaved', 'checkpoint.safetensors'));
    await succeed(...train('photos', 'unsaved', ...other, '--resume'));
    expect(await weightFiles('unsaved')).toEqual(await weightFiles('other'));
    expect(await readFile(at('unsaved', 'manifest.json'))).toEqual(await readFile(at('other', 'manifest.json')));
  });
});

(process.platform === 'win32' ? describe.skip : describe)('An unfinished training', () => {
  it('is not begun anew without a word: 1 without --resume or --no-resume; --no-resume begins anew', async () => {
    const out = await stoppedCopy('anew');
    const before = await filesOf(out);
    const error =
      /expected no unfinished training, got one in epoch \d+ of 10\. Go on with it \(resume: true, --resume\), or begin anew over it/;
    await fail(train('photos', out, ...EPOCHS), 1, error);
    expect(await filesOf(out)).toEqual(before);
    const { stdout } = await succeed(...train('photos', out, '--epochs', '1', '--no-resume', '--json'));
    expect((JSON.parse(stdout) as { report: object }).report).toMatchObject({ steps: 2, resumedAt: [] });
  });

  it('with other settings or pictures lists them and ends with 1; goes on with --accept-changes, but not with another network', async () => {
    const out = await stoppedCopy('changed');
    await cp(at('photos'), at('more'), { recursive: true });
    await cp(at('photos', 'red', '0.png'), at('more', 'red', 'new.png'));
    await rm(at('more', 'blue', '1.png'));
    const before = await filesOf(out);
    await fail(
      train('photos', out, '--epochs', '17', '--learning-rate', '0.01', '--resume'),
      1,
      /got another:\n {2}epochs: 10 then, 17 now\n {2}learningRate: not set then, 0\.01 now\nGo on with the changes \(acceptChanges: true, --accept-changes\), or undo them\.$/m,
    );
    await fail(
      train('photos', out, ...EPOCHS, '--size', '48', '--resume', '--accept-changes'),
      1,
      /size: not set then, \[ 48, 48 \] now\nWhat a plan was made of cannot change under way: undo it, or begin anew/,
    );
    await fail(
      train('more', out, ...EPOCHS, '--resume'),
      1,
      /got another:\n(?: {2}.*\n)* {2}.* data: 1 picture \((?:red\/new|blue\/1)\.png\) (?:new|no longer there)\n/,
    );
    expect(await filesOf(out)).toEqual(before);
    const { stderr, stdout } = await succeed(...train('more', out, '--epochs', '4', '--resume', '--accept-changes', '--json'));
    expect(stderr).toMatch(/^resumed {4}epoch/m);
    expect((JSON.parse(stdout) as { report: { settings: object } }).report.settings).toMatchObject({ epochs: 4 });
  });
});
