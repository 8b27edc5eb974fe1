import { resolve } from 'node:path';
import { installOnnxRuntime } from '../../../src/backends/native/installOnnxRuntime.js';
import { readInstalledPackage } from '../../../src/backends/native/installedPackage.js';
import { nativeStatus } from '../../../src/backends/native/nativeStatus.js';
import { expectFailure } from '../../io/failure.js';
import { StandInMachine } from './standInMachine.js';

let machine: StandInMachine;
beforeEach(() => (machine = new StandInMachine()));
afterEach(() => machine.remove());

const REAL = resolve(__dirname, '..', '..', '..', 'node_modules', 'onnxruntime-node');

/** npm brings a link to the ONNX Runtime of this checkout. */
const bringReal = (): void =>
  machine.program('npm', `fs.mkdirSync('node_modules'); return fs.symlinkSync(${JSON.stringify(REAL)}, 'node_modules/onnxruntime-node')`);

/** npm brings a package of this main file. */
const bring = (main: string): void =>
  machine.program(
    'npm',
    `fs.mkdirSync('node_modules/onnxruntime-node/dist', { recursive: true });
     fs.writeFileSync('node_modules/onnxruntime-node/dist/index.js', ${JSON.stringify(main)})`,
  );

describe('installOnnxRuntime', () => {
  it('needs npm alone, and puts in place an ONNX Runtime that ran a convolution in a process of its own', async () => {
    machine.without('python3');
    machine.without('g++');
    bringReal();
    const said: string[] = [];
    const { record } = await installOnnxRuntime({ onStep: ({ done }) => void said.push(done) });
    expect(said.at(-1)).toBe('ONNX Runtime 1.30.0 runs a convolution on the CPU');
    expect(machine.calls()).toEqual(['npm install --ignore-scripts --no-audit --no-fund']);
    expect(readInstalledPackage('onnxruntime-node')).toMatchObject({ ...record, package: 'onnxruntime-node', version: '1.30.0' });
    expect(await nativeStatus()).toMatchObject([{ name: 'onnxruntime-node', works: true }]);
    expect((await installOnnxRuntime()).wasThere).toBe(true);
  });

  it.each([
    { that: 'does not load', main: `throw new Error('invalid ELF header')`, message: /got exit code 1:\n[^]*invalid ELF header/ },
    { that: 'crashes', main: `process.kill(process.pid, 'SIGSEGV')`, message: /got its end by SIGSEGV/ },
    {
      that: 'computes 44 where 45 is right',
      main: `exports.InferenceSession = { create: async () => ({ run: async () => ({ y: { data: [44] } }) }) }; exports.Tensor = class {};`,
      message: /expected ONNX Runtime to answer 45, got 44\.$/,
    },
  ])('one that $that is not put in place', async ({ main, message }) => {
    bring(main);
    await expectFailure(installOnnxRuntime(), 'BACKEND_UNAVAILABLE', message);
    expect(readInstalledPackage('onnxruntime-node')).toBeUndefined();
    expect(await nativeStatus()).toEqual([]);
  });
});
