import { mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readInstalledPackage } from '../../../src/backends/native/installedPackage.js';
import { uninstallNative } from '../../../src/backends/native/uninstallNative.js';
import { expectFailure } from '../../io/failure.js';
import { fails, install, installedFiles, pipDownloads, works, type Examine } from './standInInstall.js';
import { StandInMachine } from './standInMachine.js';
import { CUDA_BUILD, CUDA_LIBRARY, standInWheel, TENSORFLOW_FILES } from './standInWheel.js';

let machine: StandInMachine;
beforeEach(() => (machine = new StandInMachine()));
afterEach(() => machine.remove());

describe('installTensorFlow', () => {
  it('brings the package, the two libraries and their headers, tries them where they were put together, then puts them in place', async () => {
    const steps: string[] = [];
    const examined: unknown[] = [];
    const examine: Examine = (name, options) => (examined.push(options?.home), works(name, options));
    const { record, wasThere } = await install({}, { onStep: ({ name }) => void steps.push(name) }, examine);
    expect(wasThere).toBe(false);
    expect(steps).toEqual(['packages', 'tensorflow', 'addon', 'verify']);
    expect(examined).toEqual([join(machine.home, 'staging', 'tfjs-node')]);
    expect(record).toMatchObject({
      package: '@tensorflow/tfjs-node',
      version: '4.22.0',
      tensorflow: '2.21.0',
      needs: {},
      node: process.version,
    });
    expect(readInstalledPackage('tfjs-node')).toMatchObject(record);
    expect(installedFiles(machine)).toEqual(['tfjs-node.json', record.folder].sort());
    const folder = join(machine.home, record.folder);
    expect(
      readdirSync(join(folder, 'tensorflow'), { recursive: true }).filter((name) => /\.(so\.2|h|py)$|Core/.test(String(name))),
    ).toEqual(expect.arrayContaining(['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2', 'include/tensorflow/c/c_api.h']));
    expect(readdirSync(join(folder, 'tensorflow', 'include'))).toEqual(['tensorflow']);
    expect(statSync(join(folder, 'tensorflow', 'libtensorflow_cc.so.2')).size).toBe(300_000);
  });

  it('asks npm for no install step, pip for one wheel that fits whatever Python runs it, the compiler for the wrapped function', async () => {
    const { record } = await install();
    const [pipVersion, npm, pip, compiler] = machine.calls();
    expect(pipVersion).toBe('python3 -m pip --version');
    expect(npm).toBe('npm install --ignore-scripts --no-audit --no-fund');
    expect(pip).toMatch(
      /^python3 -m pip download tensorflow-cpu==2\.21\.0 --dest \S+ --no-deps --only-binary=:all: .*--python-version 3\.11 --abi cp311/,
    );
    expect(pip).toContain('--platform manylinux_2_17_x86_64');
    expect(compiler).toContain('-l:libtensorflow_cc.so.2 -l:libtensorflow_framework.so.2 -Wl,--wrap=TFE_NewContext');
    expect(compiler).toContain('-Wl,-rpath,$ORIGIN/../../../../../../tensorflow');
    expect(compiler).toContain('contextOptions.cc');
    const packages = join(machine.home, record.folder, 'packages');
    const manifest = JSON.parse(readFileSync(join(packages, 'package.json'), 'utf8'));
    expect(manifest.overrides).toEqual({ '@tensorflow/tfjs': '$@tensorflow/tfjs', '@tensorflow/tfjs-core': '$@tensorflow/tfjs-core' });
    expect(readFileSync(join(packages, 'tensorflowjs', 'index.js'), 'utf8')).toContain("Symbol.for('tfjs-inception.tensorflowjs')");
  });

  it('the same again runs no program, tries what is there and says so; force makes it anew and removes the former', async () => {
    const { record } = await install();
    machine.calls();
    const again = await install();
    expect(again).toMatchObject({ wasThere: true, record });
    expect(machine.calls()).toEqual([]);
    const forced = await install({}, { force: true });
    expect(forced.wasThere).toBe(false);
    expect(installedFiles(machine)).toEqual(['tfjs-node.json', forced.record.folder].sort());
    expect(forced.record.folder).not.toBe(record.folder);
  });

  it('the same again where it no longer works installs it anew', async () => {
    await install();
    let calls = 0;
    const said: string[] = [];
    const examine: Examine = (name, options) => (calls++ === 0 ? fails(name, options) : works(name, options));
    const again = await install({}, { onStep: ({ done }) => void said.push(done) }, examine);
    expect(again.wasThere).toBe(false);
    expect(said[0]).toMatch(/^installed, but broken: .*a wrong result/);
  });

  it('takes a wheel from a file without Python, and another wheel under that name is another install', async () => {
    machine.without('python3');
    const file = machine.wheel('mine.whl', standInWheel({ version: '2.15.1' }));
    const { record } = await install({ wheel: file });
    expect(record).toMatchObject({ libraries: 'mine.whl', tensorflow: '2.21.0' });
    machine.wheel('mine.whl', standInWheel({ version: '2.16.0' }));
    expect((await install({ wheel: file })).wasThere).toBe(false);
  });

  it("takes libraries and headers from libtensorflow's folder, and links against the one it has", async () => {
    const folder = join(machine.path, 'libtensorflow');
    for (const [name, text] of Object.entries({
      'include/tensorflow/c/c_api.h': '//',
      'lib/libtensorflow.so.2': 'c',
      'lib/libtensorflow_framework.so.2': 'f',
    })) {
      mkdirSync(join(folder, name, '..'), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const { record } = await install({ libtensorflow: folder });
    expect(record.libraries).toBe(folder);
    expect(machine.calls().at(-1)).toContain('-l:libtensorflow.so.2 -l:libtensorflow_framework.so.2');
  });

  it('--cuda: what the wheel asks of NVIDIA beside it, without what no GPU opens, and what is off the RUNPATH linked into it', async () => {
    const requires = [
      'numpy>=1.26',
      ...['cublas', 'cusparse', 'cusolver'].map((part) => `nvidia-${part}-cu12<13.0,>=12.5; extra == "and-cuda"`),
    ];
    const library = { ...TENSORFLOW_FILES, 'tensorflow/libtensorflow_framework.so.2': CUDA_LIBRARY };
    const files = { ...library, 'tensorflow/python/platform/build_info.py': CUDA_BUILD };
    machine.wheel('tensorflow-2.21.0-x.whl', standInWheel({ name: 'tensorflow', files, requires }));
    for (const part of ['cublas', 'cusparse', 'cusolver']) {
      const parts = {
        [`nvidia/${part}/lib/lib${part}.so.11`]: part,
        [`nvidia/${part}/lib/lib${part}.alt.so.11`]: 'no',
        [`nvidia/${part}/include/${part}.h`]: 'no',
      };
      machine.wheel(`nvidia_${part}_cu12-12.9.1-x.whl`, standInWheel({ name: `nvidia_${part}_cu12`, version: '12.9.1', files: parts }));
    }
    const { record } = await install({ cuda: true });
    expect(record).toMatchObject({
      ...{ package: '@tensorflow/tfjs-node-gpu', needs: { cuda: '12.5.1', cudnn: '9' } },
      nvidia: { 'nvidia-cublas-cu12': '12.9.1', 'nvidia-cusparse-cu12': '12.9.1', 'nvidia-cusolver-cu12': '12.9.1' },
    });
    const nvidia = join(machine.home, record.folder, 'nvidia');
    expect(readdirSync(join(nvidia, 'cusolver', 'lib'))).toEqual(['libcusolver.so.11']);
    expect(readlinkSync(join(nvidia, 'cublas', 'lib', 'libcusolver.so.11'))).toBe('../../cusolver/lib/libcusolver.so.11');
  });

  it('--system-cuda downloads nothing of NVIDIA', async () => {
    const files = { ...TENSORFLOW_FILES, 'tensorflow/python/platform/build_info.py': CUDA_BUILD };
    const requires = ['nvidia-cublas-cu12<13.0; extra == "and-cuda"'];
    machine.wheel('tensorflow-2.21.0-x.whl', standInWheel({ name: 'tensorflow', files, requires }));
    const { record } = await install({ cuda: true, systemCuda: true });
    expect(pipDownloads(machine)).toBe(1);
    expect(record.nvidia).toBeUndefined();
  });
});

describe('What an earlier run left', () => {
  it('a wrong result is not put in place, and the next run downloads and unpacks nothing anew', async () => {
    const message = /expected tfjs-node to compute as the cpu backend does, got: a wrong result: differs by 0\.3\.$/;
    await expectFailure(install({}, {}, fails), 'BACKEND_UNAVAILABLE', message);
    expect(installedFiles(machine)).toEqual([]);
    expect(pipDownloads(machine)).toBe(1);
    const said: string[] = [];
    await install({}, { onStep: ({ done }) => void said.push(done) });
    expect(pipDownloads(machine)).toBe(0);
    expect(said[1]).toMatch(/^tensorflow_cpu 2\.21\.0, 0\.3 MB unpacked by an earlier run$/);
  });

  it('what an earlier run unpacked and something has altered since is fetched anew', async () => {
    await expectFailure(install({}, {}, fails), 'BACKEND_UNAVAILABLE', /a wrong result/);
    const library = join(machine.home, 'staging', 'tfjs-node', 'package', 'tensorflow', 'libtensorflow_cc.so.2');
    writeFileSync(library, new Uint8Array(300_000).fill(8));
    machine.calls();
    const { record } = await install();
    expect(pipDownloads(machine)).toBe(1);
    expect(readFileSync(join(machine.home, record.folder, 'tensorflow', 'libtensorflow_cc.so.2'))[0]).toBe(7);
  });

  it('what is left of another choice is thrown away', async () => {
    await expectFailure(install({}, {}, fails), 'BACKEND_UNAVAILABLE', /a wrong result/);
    machine.wheel('tensorflow_cpu-2.20.0-x.whl', standInWheel({ version: '2.20.0' }));
    rmSync(join(machine.path, 'wheels', 'tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_17_x86_64.whl'));
    expect((await install({ tensorflow: '2.20.0' })).record.libraries).toBe('tensorflow_cpu 2.20.0');
  });

  it('a damaged record says to install again, and installing mends it', async () => {
    const { record } = await install();
    writeFileSync(join(machine.home, 'tfjs-node.json'), '{"package":');
    expect(() => readInstalledPackage('tfjs-node')).toThrow(
      /expected the record of an installed package, got a damaged one\. Install it again: inception native install$/,
    );
    const again = await install();
    expect(installedFiles(machine)).toEqual(['tfjs-node.json', again.record.folder].sort());
    expect(again.record.folder).not.toBe(record.folder);
  });
});

describe('uninstallNative', () => {
  it('removes a package and what interrupted installs left, and says how many bytes; then there is nothing', async () => {
    const { record } = await install();
    await expectFailure(install({}, { force: true }, fails), 'BACKEND_UNAVAILABLE', /a wrong result/);
    const bytes = await uninstallNative(['tfjs-node']);
    expect(bytes).toBeGreaterThan(2 * 300_000);
    expect(bytes).toBeGreaterThan(record.bytes ?? Infinity);
    expect(readdirSync(machine.home)).toEqual([]);
    expect(await uninstallNative(['tfjs-node'])).toBe(0);
  });

  it('a home that is no folder cannot be changed, and is left', async () => {
    writeFileSync(machine.home, 'mine');
    const message = /^inception native uninstall: expected to write \S+, got EEXIST.*TFJS_INCEPTION_NATIVE names another folder\.$/;
    await expectFailure(uninstallNative(['tfjs-node']), 'WRITE_FAILED', message);
    expect(readFileSync(machine.home, 'utf8')).toBe('mine');
  });

  it('leaves tfjs-node where tfjs-node-gpu is removed', async () => {
    await install();
    expect(await uninstallNative(['tfjs-node-gpu'])).toBe(0);
    expect(readInstalledPackage('tfjs-node')).toBeDefined();
  });
});
