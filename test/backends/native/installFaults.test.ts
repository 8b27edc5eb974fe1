import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InceptionErrorCode } from '../../../src/errors.js';
import type { Staging } from '../../../src/backends/native/install/installStep.js';
import { unpackWheel } from '../../../src/backends/native/install/unpackWheel.js';
import { readInstalledPackage } from '../../../src/backends/native/installedPackage.js';
import type { TensorFlowChoice } from '../../../src/backends/native/installTensorFlow.js';
import { expectFailure } from '../../io/failure.js';
import { install, pipDownloads } from './standInInstall.js';
import { StandInMachine } from './standInMachine.js';
import { standInWheel, TENSORFLOW_FILES, type WheelContent } from './standInWheel.js';

let machine: StandInMachine;
let folder: string;
beforeAll(async () => {
  machine = new StandInMachine();
  folder = (await install()).record.folder;
});
afterEach(() => machine.restore());
afterAll(() => machine.remove());

describe('A failed install says why, and leaves what was installed', () => {
  const hostile = (files: WheelContent['files']): WheelContent => ({ files: { ...TENSORFLOW_FILES, ...files } });

  it.each<{ fault: string; make: (machine: StandInMachine) => void; choice?: TensorFlowChoice; code: InceptionErrorCode; message: RegExp }>(
    [
      {
        fault: 'no compiler',
        make: (m) => m.without('g++'),
        code: 'MISSING_PACKAGE',
        message: /lacks\n {2}a C\+\+ compiler \(g\+\+\): set CXX to the path of one$/,
      },
      { fault: 'no npm', make: (m) => m.without('npm'), code: 'MISSING_PACKAGE', message: /lacks\n {2}npm: it comes with Node\.js$/ },
      {
        fault: 'no Python',
        make: (m) => m.without('python3'),
        code: 'MISSING_PACKAGE',
        message: /python3 with pip: name another Python with --python/,
      },
      {
        fault: 'no pip',
        make: (m) => m.program('python3', `console.error('No module named pip'); process.exit(1)`),
        ...{ code: 'MISSING_PACKAGE', message: /python3 with pip/ },
      },
      {
        fault: 'npm fails',
        make: (m) => m.program('npm', `console.error('npm error code E403'); process.exit(1)`),
        ...{
          code: 'BACKEND_UNAVAILABLE',
          message: /expected npm to succeed, got exit code 1:\nnpm error code E403\n.*npm config set registry/,
        },
      },
      {
        fault: 'a second TensorFlow.js',
        make: (m) => m.program('npm', `fs.mkdirSync('node_modules/x/node_modules/@tensorflow/tfjs-core', { recursive: true })`),
        ...{
          code: 'BACKEND_UNAVAILABLE',
          message: /expected no other TensorFlow\.js than the application's, got node_modules\/x\/.*tfjs-core/,
        },
      },
      {
        fault: 'pip finds none',
        make: () => undefined,
        ...{
          choice: { tensorflow: '9.9.9', cuda: true },
          code: 'BACKEND_UNAVAILABLE',
          message: /No matching distribution found for tensorflow==9\.9\.9\n.*PIP_INDEX_URL/,
        },
      },
      {
        fault: 'the compiler fails',
        make: (m) => m.program('g++', `console.error('fatal error: cstdint: No such file'); process.exit(1)`),
        ...{
          code: 'BACKEND_UNAVAILABLE',
          message: /got exit code 1:\nfatal error: cstdint: No such file\nAnother compiler can be named in CXX\./,
        },
      },
      {
        fault: 'a wheel without CUDA for --cuda',
        make: () => undefined,
        choice: { cuda: true, wheel: 'cpu' },
        code: 'BACKEND_UNAVAILABLE',
        message: /expected a TensorFlow with CUDA/,
      },
      {
        fault: 'no such wheel',
        make: () => undefined,
        choice: { wheel: 'none.whl' },
        code: 'INVALID_ARGUMENT',
        message: /--wheel: expected a wheel of TensorFlow, got 'none\.whl'/,
      },
      {
        fault: 'no such folder',
        make: () => undefined,
        choice: { libtensorflow: 'none' },
        code: 'NOT_FOUND',
        message: /--libtensorflow: expected a folder with include/,
      },
    ],
  )('$fault', async ({ make, choice = {}, code, message }) => {
    make(machine);
    const cpu = join(machine.path, 'wheels', 'tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_17_x86_64.whl');
    const asked = { ...choice, ...(choice.wheel === 'cpu' && { wheel: cpu }) };
    await expectFailure(install(asked, { force: true }), code, message);
    expect(readInstalledPackage('tfjs-node')?.folder).toBe(folder);
    expect(readdirSync(join(machine.home, folder))).toContain('tensorflow');
    expect(readdirSync(machine.home)).not.toContain('lock');
  });

  it.each<{ fault: string; content: WheelContent; message: RegExp }>([
    {
      fault: 'a name that leads out',
      content: hostile({ 'tensorflow/../../evil.so': 'x' }),
      message: /expected a whole wheel .*invalid relative path/,
    },
    { fault: 'an absolute name', content: hostile({ '/tmp/evil.so': 'x' }), message: /expected a whole wheel .*absolute path/ },
    {
      fault: 'other contents than RECORD says',
      content: { altered: ['tensorflow/libtensorflow_cc.so.2'] },
      message: /libtensorflow_cc\.so\.2: expected SHA-256 \S+, got \S+\. Download/,
    },
    { fault: 'another machine', content: { platform: 'macosx_12_0_arm64' }, message: /expected a wheel for x86_64 .*macosx_12_0_arm64/ },
    {
      fault: 'another package',
      content: { name: 'numpy', files: { 'numpy/a.py': '' } },
      message: /expected TensorFlow's wheel for Linux .* got numpy 2\.21\.0/,
    },
  ])('a wheel with $fault', async ({ content, message }) => {
    const wheel = machine.wheel('odd.whl', standInWheel(content));
    await expectFailure(install({ wheel }, { force: true }), 'BACKEND_UNAVAILABLE', message);
    expect(readInstalledPackage('tfjs-node')?.folder).toBe(folder);
    expect(readdirSync(machine.path).sort()).toEqual(['bin', 'calls', 'home', 'wheels']);
  });
});

describe('What is missing is named with the command that mends it', () => {
  it.each([
    {
      manager: 'apt-get',
      command: /: (sudo )?apt-get install -y g\+\+ \(or set CXX to the path of one\)\n.*: (sudo )?apt-get install -y python3-pip \(or /,
    },
    { manager: 'dnf', command: /: (sudo )?dnf install -y gcc-c\+\+ \(or .*\n.*: (sudo )?dnf install -y python3-pip \(or / },
    { manager: 'apk', command: /: (sudo )?apk add g\+\+ \(or .*\n.*: (sudo )?apk add py3-pip \(or / },
  ])('$manager', async ({ manager, command }) => {
    for (const name of ['g++', 'python3'] as const) machine.without(name);
    const program = join(machine.path, 'bin', manager);
    writeFileSync(program, '', { mode: 0o755 });
    await expectFailure(install({}, { force: true }), 'MISSING_PACKAGE', command);
    rmSync(program);
  });
});

const draft = { package: '', version: '', folder: '', entry: '' };

describe('unpackWheel', () => {
  const staging = (): Staging => ({
    ...{ name: 'tfjs-node', home: machine.home, path: join(machine.path, 'unpacked'), folder: join(machine.path, 'unpacked') },
    ...{ draft, progress: () => undefined },
  });

  it('a wheel cut short or changed, at each of 200 places, is refused or unpacked whole, and nothing else escapes', async () => {
    const whole = standInWheel();
    const keeps = (name: string): boolean => name.endsWith('.so.2');
    mkdirSync(staging().folder);
    let refused = 0;
    for (let place = 0; place < 200; place++) {
      const at = Math.floor((place / 200) * whole.length);
      const changed = Uint8Array.from(whole, (byte, index) => (index === at ? byte ^ 0x5a : byte));
      for (const bytes of [whole.subarray(0, at), changed]) {
        const wheel = machine.wheel('cut.whl', bytes);
        const outcome = await unpackWheel(staging(), wheel, keeps).catch((error: unknown) => error);
        if (outcome instanceof Error) {
          expect(outcome).toMatchObject({ name: 'InceptionError', code: 'BACKEND_UNAVAILABLE' });
          refused++;
        } else {
          expect(readFileSync(join(staging().folder, 'tensorflow', 'libtensorflow_cc.so.2')).every((byte) => byte === 7)).toBe(true);
        }
      }
    }
    expect(refused).toBeGreaterThan(250);
    rmSync(staging().folder, { recursive: true });
  });
});

/** A disk of a few megabytes, which only the superuser can make. */
function smallDisk(megabytes: number): string | undefined {
  const path = join(tmpdir(), `inception-disk-${process.pid}`);
  mkdirSync(path, { recursive: true });
  try {
    execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path], { stdio: 'ignore' });
    return path;
  } catch {
    rmSync(path, { recursive: true });
    return undefined;
  }
}

const disk = smallDisk(24);
afterAll(() => {
  if (disk === undefined) return;
  execFileSync('/bin/umount', [disk]);
  rmSync(disk, { recursive: true });
});

(disk === undefined ? describe.skip : describe)('A disk that is too small (not without the right to mount one)', () => {
  beforeEach(() => void (process.env.TFJS_INCEPTION_NATIVE = disk));
  afterEach(() => void (process.env.TFJS_INCEPTION_NATIVE = machine.home));

  it('is said before anything is downloaded, with what is needed and what there is', async () => {
    machine.calls();
    await expectFailure(
      install(),
      'WRITE_FAILED',
      /expected 1,155 MB free in \S+, got 25\.\d MB\. Free some space there, or set TFJS_INCEPTION_NATIVE/,
    );
    expect(pipDownloads(machine)).toBe(0);
  });

  it('has room for a library of which an interrupted run left half', async () => {
    const library = new Uint8Array(15e6).fill(7);
    const wheel = machine.wheel('large.whl', standInWheel({ files: { 'tensorflow/libtensorflow_cc.so.2': library } }));
    const folder = join(disk!, 'staged');
    mkdirSync(join(folder, 'tensorflow'), { recursive: true });
    writeFileSync(join(folder, 'tensorflow', 'libtensorflow_cc.so.2'), library.subarray(0, 12e6));
    const staging: Staging = { ...{ name: 'tfjs-node', home: disk!, path: folder, folder }, draft, progress: () => undefined };
    expect((await unpackWheel(staging, wheel, (name) => name.endsWith('.so.2'))).bytes).toBe(15e6);
    rmSync(folder, { recursive: true });
  });

  it('is said where it fills up on the way', async () => {
    machine.program('npm', `fs.writeFileSync('large', Buffer.alloc(30e6))`);
    const site = join(machine.path, 'site-packages');
    for (const [name, data] of Object.entries(TENSORFLOW_FILES)) {
      mkdirSync(join(site, name, '..'), { recursive: true });
      writeFileSync(join(site, name), data);
    }
    await expectFailure(
      install({ libtensorflow: join(site, 'tensorflow') }),
      'WRITE_FAILED',
      /the disk is full: \S+\. Free some space there/,
    );
  });
});
