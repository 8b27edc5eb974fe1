import { resolve } from 'node:path';
import { readInstalledPackage, type InstalledPackage } from '../../../src/backends/native/installedPackage.js';
import type { NativeStatus } from '../../../src/backends/native/nativeStatus.js';
import { CompiledSources, runNode } from '../../io/compiledSources.js';
import { StandInMachine } from './standInMachine.js';

/** Installs twice, and prints what came of it. */
const SCRIPT = `
const { installOnnxRuntime } = require('./dist/backends/native/installOnnxRuntime.js');
const { nativeStatus } = require('./dist/backends/native/nativeStatus.js');
(async () => {
  const said = [];
  try {
    const { record } = await installOnnxRuntime({ onStep: ({ done }) => said.push(done) });
    const { wasThere } = await installOnnxRuntime();
    return { said, record, wasThere };
  } catch ({ code, message }) {
    return { code, message };
  }
})().then(async (found) => console.log(JSON.stringify({ ...found, status: await nativeStatus() })));
`;

interface Outcome {
  readonly said?: readonly string[];
  readonly record?: InstalledPackage;
  readonly wasThere?: boolean;
  readonly code?: string;
  readonly message?: string;
  readonly status: readonly NativeStatus[];
}

let sources: CompiledSources;
let script: string;
let machine: StandInMachine;
beforeAll(async () => {
  sources = await CompiledSources.create();
  script = await sources.script('install.cjs', SCRIPT);
});
afterAll(() => sources.remove());
beforeEach(() => (machine = new StandInMachine()));
afterEach(() => machine.remove());

async function installTwice(): Promise<Outcome> {
  const { stdout, stderr } = await runNode(script, [], { cwd: machine.path, env: { ...process.env } });
  expect(stderr).toBe('');
  return JSON.parse(stdout) as Outcome;
}

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
    const { said, record, wasThere, status } = await installTwice();
    expect(said?.at(-1)).toBe('ONNX Runtime 1.30.0 runs a convolution on the CPU');
    expect(machine.calls()).toEqual(['npm install --ignore-scripts --no-audit --no-fund']);
    expect(readInstalledPackage('onnxruntime-node')).toMatchObject({ ...record, package: 'onnxruntime-node', version: '1.30.0' });
    expect(status).toMatchObject([{ name: 'onnxruntime-node', works: true }]);
    expect(wasThere).toBe(true);
  });

  it.each([
    { that: 'does not load', main: `throw new Error('invalid ELF header')`, reason: 'invalid ELF header' },
    { that: 'crashes', main: `process.kill(process.pid, 'SIGSEGV')`, reason: 'its process crashed (SIGSEGV)' },
    {
      that: 'computes 44 where 45 is right',
      main: `exports.InferenceSession = { create: async () => ({ run: async () => ({ y: { data: [44] } }) }) }; exports.Tensor = class {};`,
      reason: 'it computes wrongly: expected 45 of a convolution, got 44',
    },
  ])('one that $that is not put in place', async ({ main, reason }) => {
    bring(main);
    expect(await installTwice()).toEqual({
      ...{ code: 'BACKEND_UNAVAILABLE', status: [] },
      message: `inception native install: expected ONNX Runtime to run a convolution, got: ${reason}.`,
    });
    expect(readInstalledPackage('onnxruntime-node')).toBeUndefined();
  });
});
