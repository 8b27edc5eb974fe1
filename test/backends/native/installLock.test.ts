import { AsyncLocalStorage } from 'node:async_hooks';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import files from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { holdingLock } from '../../../src/backends/native/install/installLock.js';
import type { NativeInstall } from '../../../src/backends/native/install/runInstall.js';
import { readInstalledPackage } from '../../../src/backends/native/installedPackage.js';
import { CompiledSources, start } from '../../io/compiledSources.js';
import { expectFailure } from '../../io/failure.js';
import { install, installedFiles, pipDownloads } from './standInInstall.js';
import { StandInMachine } from './standInMachine.js';

/** What a killed holder leaves. */
function leaveLock(home: string, pid: number, started: string): void {
  mkdirSync(join(home, 'lock'), { recursive: true });
  writeFileSync(join(home, 'lock', `${pid}-${started}-${hostname()}`), '');
}

let machine: StandInMachine;
beforeEach(() => (machine = new StandInMachine()));
afterEach(() => machine.remove());

describe('An install that is killed', () => {
  /** Installs as a process of its own. */
  const SCRIPT = `
    const { installTensorFlow } = require('./dist/backends/native/installTensorFlow.js');
    installTensorFlow({}, { force: true }, async (name) => ({ name, works: true }));
  `;
  let sources: CompiledSources;
  let script: string;
  beforeAll(async () => {
    sources = await CompiledSources.create();
    symlinkSync(resolve(__dirname, '..', '..', '..', 'native'), join(sources.folder, 'native'), 'junction');
    script = await sources.script('install.js', SCRIPT);
  });
  afterAll(() => sources.remove());

  it.each([
    { at: 'npm', program: 'npm', downloads: 1 },
    { at: 'the download', program: 'python3', downloads: 1 },
    { at: 'the compiler', program: 'g++', downloads: 0 },
  ] as const)('at $at leaves the former one, and its lock; the next goes on with $downloads downloads', async ({ program, downloads }) => {
    const { record } = await install();
    machine.calls();
    machine.hold(program);
    const run = start(process.execPath, [script], { env: { ...process.env, ...machine.environment() } });
    await machine.called(program);
    run.child.kill('SIGKILL');
    expect(await run.ended).toMatchObject({ signal: 'SIGKILL' });
    expect(readInstalledPackage('tfjs-node')).toMatchObject(record);
    expect(readdirSync(machine.home)).toContain('lock');
    machine.letGo();
    machine.restore();
    machine.calls();
    expect((await install({}, { force: true })).wasThere).toBe(false);
    expect(pipDownloads(machine)).toBe(downloads);
    expect(installedFiles(machine)).toHaveLength(2);
  });
});

describe('One install at a time', () => {
  /** An install, and the moment in which it comes to the compiler. */
  function installing(signal?: AbortSignal): { compiling: Promise<void>; installed: Promise<NativeInstall> } {
    let installed!: Promise<NativeInstall>;
    const compiling = new Promise<void>((fulfil) => {
      installed = install({}, { signal, onStep: ({ name }) => name === 'tensorflow' && fulfil() });
    });
    return { compiling, installed };
  }

  it('the second is refused, naming the first by its process; then it works', async () => {
    machine.hold('g++');
    const { compiling, installed } = installing();
    await compiling;
    const message = new RegExp(`expected to be the only one at work here, got process ${process.pid} on .*remove .*lock\\.$`);
    await expectFailure(install(), 'BACKEND_UNAVAILABLE', message);
    machine.letGo();
    expect((await installed).wasThere).toBe(false);
    expect((await install()).wasThere).toBe(true);
  });

  it.each([
    { of: 'a process that has ended', pid: 2 ** 22 + 1, started: '1' },
    { of: 'a process whose number another one has now', pid: process.pid, started: '1' },
  ])('the lock of $of is taken over', async ({ pid, started }) => {
    leaveLock(machine.home, pid, started);
    expect((await install()).wasThere).toBe(false);
    expect(readdirSync(machine.home)).not.toContain('lock');
  });

  it('ended by its signal it stops the compiler, lets go of the lock, and goes on from there the next time', async () => {
    machine.hold('g++');
    const stopping = new AbortController();
    const { compiling, installed } = installing(stopping.signal);
    await compiling;
    await machine.called('g++');
    stopping.abort();
    await expectFailure(installed, 'ABORTED', /^inception native install: stopped\.$/);
    const stillCompiling = execFileSync('/bin/ps', ['-eo', 'args'], { encoding: 'utf8' }).includes(join(machine.path, 'bin', 'g++'));
    expect(stillCompiling).toBe(false);
    expect(pipDownloads(machine)).toBe(1);
    machine.program('g++');
    expect((await install()).wasThere).toBe(false);
    expect(pipDownloads(machine)).toBe(0);
  });
});

describe('holdingLock', () => {
  afterEach(() => jest.restoreAllMocks());

  // The superuser may look into everything: the refusal of the file system is stood in for.
  it('ends with what the file system says of a lock that this user may not look into', async () => {
    leaveLock(machine.home, process.pid, '1');
    jest.spyOn(files, 'readdir').mockRejectedValue(Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' }));
    const work = jest.fn();
    await expect(holdingLock(machine.home, work)).rejects.toThrow('EACCES');
    jest.restoreAllMocks();
    expect([work.mock.calls, readdirSync(machine.home)]).toEqual([[], ['lock']]);
  });

  it('gives up where renaming is refused again and again, though nobody holds it', async () => {
    const rename = jest.spyOn(files, 'rename').mockRejectedValue(Object.assign(new Error('ENOTEMPTY'), { code: 'ENOTEMPTY' }));
    await expect(holdingLock(machine.home, jest.fn())).rejects.toThrow('ENOTEMPTY');
    expect([rename.mock.calls.length, readdirSync(machine.home)]).toEqual([100, []]);
  });
});

describe('holdingLock, with other processes at every moment of taking a stale lock over', () => {
  const CALLS = ['mkdir', 'open', 'readdir', 'readFile', 'rename', 'rm', 'rmdir', 'writeFile'] as const;
  afterEach(() => jest.restoreAllMocks());

  /**
   * Lets one process take the lock while another tries it before each of its calls to the file system, from one on. Whoever gets in stays.
   *
   * @returns How many got in, and how many calls there were.
   */
  async function contend(home: string, from: number): Promise<{ inside: number; calls: number }> {
    leaveLock(home, 2 ** 22 + 1, '1');
    const isFirst = new AsyncLocalStorage<boolean>();
    let [calls, inside] = [0, 0];
    let letGo!: () => void;
    const released = new Promise<void>((fulfil) => (letGo = fulfil));
    const running: Promise<unknown>[] = [];
    /** Resolves when it is in, or refused. */
    const enter = (): Promise<void> =>
      new Promise((settled) => {
        const work = (): Promise<void> => (inside++, settled(), released);
        running.push(
          holdingLock(home, work).catch((error: Error) => void settled(expect(error.message).toContain('the only one')) as void),
        );
      });
    for (const name of CALLS) {
      const real = files[name] as (...parameters: unknown[]) => Promise<unknown>;
      const watched = async (...parameters: unknown[]): Promise<unknown> => {
        if (isFirst.getStore() && calls++ >= from) await isFirst.run(false, enter);
        return real.apply(files, parameters);
      };
      jest.spyOn(files, name).mockImplementation(watched as never);
    }
    await isFirst.run(true, enter);
    const found = { inside, calls };
    letGo();
    await Promise.all(running);
    jest.restoreAllMocks();
    return found;
  }

  it('one gets in, never two, and then the lock is free', async () => {
    const { calls } = await contend(join(machine.path, 'alone'), Infinity);
    expect(calls).toBeGreaterThan(4);
    for (let from = 0; from < calls; from++) {
      const home = join(machine.path, `from ${from}`);
      expect({ from, ...(await contend(home, from)) }).toMatchObject({ from, inside: 1 });
      expect(readdirSync(home)).toEqual([]);
    }
  });
});
