import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeSafetensors } from '../../src/io/safetensors/safetensors.js';
import { start } from '../io/compiledSources.js';
import { InceptionCommand, ON_BACKEND, writeColors } from './inceptionCommand.js';

let inception: InceptionCommand;
let folder: string;
beforeAll(async () => {
  inception = await InceptionCommand.create();
  folder = inception.sources.folder;
  await writeColors(join(folder, 'photos'), { red: 30, blue: 30 });
});
afterAll(() => inception.remove());

/** Command lines of processes that run from the folder of this test. Small images of Linux have no ps. */
const running = (): string[] =>
  (process.platform === 'linux'
    ? readdirSync('/proc').map(commandLine)
    : execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).split('\n')
  ).filter((line) => line.includes(join(folder, 'dist')));

function commandLine(pid: string): string {
  try {
    return readFileSync(join('/proc', pid, 'cmdline'), 'utf8').replaceAll('\0', ' ');
  } catch {
    // No process, or one that has ended since.
    return '';
  }
}

const TRAIN = ['train', 'photos', '--out', 'model', '--epochs', '500', ...ON_BACKEND];

(process.platform === 'win32' ? describe.skip : describe)('Ctrl-C (not on Windows, which has no signals)', () => {
  it.each<{ phase: string; args: readonly string[]; after: string }>([
    { phase: 'while measuring', args: TRAIN, after: 'backend ' },
    { phase: 'in a quickstart', args: ['quickstart', '--data', 'photos', '--out', 'quick'], after: 'epoch   1' },
  ])('$phase ends it with 130, and leaves neither files nor processes', async ({ args, after }) => {
    const before = (await readdir(folder)).sort();
    const { code, stdout, stderr } = await inception.interrupted(args, after);
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    expect(stderr).toMatch(/\nstopping once this step is done; Ctrl-C again leaves at once\n\nstopped: nothing was saved in .+\n$/);
    expect((await readdir(folder)).sort()).toEqual(before);
    expect(running()).toEqual([]);
  });

  it.each<{ signal: NodeJS.Signals; code: number; out: string }>([
    { signal: 'SIGINT', code: 130, out: 'by Ctrl-C' },
    { signal: 'SIGTERM', code: 143, out: 'by SIGTERM' },
  ])(
    'while training, as $signal, finishes the step, writes the checkpoint, says how to go on, ends with $code',
    async ({ signal, code, out }) => {
      const { code: exitCode, stdout, stderr } = await inception.interrupted([...TRAIN, '--out', out], 'epoch   2', signal);
      expect({ exitCode, stdout }).toEqual({ exitCode: code, stdout: '' });
      const [, steps] =
        /\nstopped: (.*)\n$/
          .exec(stderr)?.[1]
          .match(/^by \S+ holds the training after (\d+) steps; the same command with --resume goes on$/) ?? [];
      expect(stderr.match(/stopp/g)).toHaveLength(2);
      expect(stderr).not.toContain('error');
      expect(stderr).not.toContain('\u001b');
      expect((await readdir(join(folder, out))).sort()).toEqual(['checkpoint.safetensors', 'history.csv', 'history.json']);
      const { metadata } = decodeSafetensors(out, await readFile(join(folder, out, 'checkpoint.safetensors')));
      expect((JSON.parse(metadata['tfjs-inception']) as { steps: number }).steps).toBe(Number(steps));
      expect(running()).toEqual([]);
    },
  );

  /** Writes, as far as the process knows, until a signal was there; or for a minute. */
  const WRITING = `
    const { leaveOnInterrupt, finishFirst, sayIfStopped } = require('./dist/cli/interrupt.js');
    leaveOnInterrupt();
    sayIfStopped('nothing was saved');
    finishFirst(async () => {
      console.log('writing');
      await new Promise((resolve) => {
        setTimeout(resolve, 60_000);
        if (process.argv[2] !== 'long') process.once('SIGINT', () => setImmediate(resolve));
      });
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
    const twice = start(process.execPath, [script, 'long']);
    await twice.printed('writing');
    twice.child.kill('SIGINT');
    await twice.printed('stopping once');
    twice.child.kill('SIGINT');
    expect(await twice.ended).toMatchObject({ code: 130, stdout: 'writing\n' });
  });

  /** A step that takes a minute; or one after which the checkpoint cannot be written. */
  const STEPPING = `
    const { leaveOnInterrupt, stoppable, sayIfStopped } = require('./dist/cli/interrupt.js');
    const { InceptionError } = require('./dist/errors.js');
    leaveOnInterrupt();
    sayIfStopped('nothing was saved');
    stoppable((signal) => {
      console.log('stepping');
      return new Promise((resolve, reject) => {
        setTimeout(resolve, 60_000);
        if (process.argv[2] === 'full') signal.addEventListener('abort', () => reject(new InceptionError('WRITE_FAILED', 'the disk is full')));
      });
    }).catch((error) => {
      console.log(error.message);
      process.exit(1);
    });
  `;

  it('a second time leaves a step that takes long; a checkpoint that cannot be written is said, and ends with 1', async () => {
    const script = await inception.sources.script('stepping.js', STEPPING);
    const twice = start(process.execPath, [script]);
    await twice.printed('stepping');
    twice.child.kill('SIGINT');
    await twice.printed('stopping once this step is done');
    twice.child.kill('SIGINT');
    expect(await twice.ended).toMatchObject({ code: 130, stderr: expect.stringMatching(/\n\nstopped: nothing was saved\n$/) as string });
    const full = start(process.execPath, [script, 'full']);
    await full.printed('stepping');
    full.child.kill('SIGINT');
    const { code, stdout, stderr } = await full.ended;
    expect({ code, stdout }).toEqual({ code: 1, stdout: 'stepping\nthe disk is full\n' });
    expect(stderr).not.toContain('stopped');
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
