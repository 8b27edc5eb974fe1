import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NATIVE_HOME_VARIABLE } from '../../src/backends/native/nativeHome.js';
import type { Diagnosis } from '../../src/backends/examine/diagnosis.js';
import { install } from '../backends/native/standInInstall.js';
import { StandInMachine } from '../backends/native/standInMachine.js';
import { standInWheel, TENSORFLOW_FILES } from '../backends/native/standInWheel.js';
import { CompiledSources, start, type ChildResult } from '../io/compiledSources.js';

/** A true shared library, in place of TensorFlow's: what this process runs on. */
const LIBRARY = (process.report.getReport() as { sharedObjects?: string[] }).sharedObjects?.find((path) => /\/libc\.so\.6$/.test(path));

/** Bytes that are left of it: enough to be taken for a library. */
const LEFT = 8192;

/** The package's main file, which opens TensorFlow's library as its addon does. */
const MAIN = `process.dlopen(module, require('path').join(__dirname, '../../../../../tensorflow/libtensorflow_framework.so.2'));`;

const APPLICATION = `
const { useBackend } = require('./dist/backends/useBackend.js');
(async () => {
  await useBackend('tfjs-node').catch(({ code, message }) => console.log(code, message));
  console.log((await useBackend()).name);
})();`;

(LIBRARY === undefined ? describe.skip : describe)(
  'An installed library that is cut short (needs glibc, which then ends the process)',
  () => {
    let sources: CompiledSources;
    let application: string;
    let machine: StandInMachine;
    let library: string;
    let bytes: number;

    beforeAll(async () => {
      sources = await CompiledSources.create();
      application = await sources.script('application.cjs', APPLICATION);
      machine = new StandInMachine();
      const files = { ...TENSORFLOW_FILES, 'tensorflow/libtensorflow_framework.so.2': readFileSync(LIBRARY!) };
      machine.wheel('tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_17_x86_64.whl', standInWheel({ files }));
      const name = 'node_modules/@tensorflow/tfjs-node/dist';
      machine.program('npm', `fs.mkdirSync('${name}', { recursive: true }); fs.writeFileSync('${name}/index.js', ${JSON.stringify(MAIN)})`);
      const { record } = await install();
      library = join(machine.home, record.folder, 'tensorflow', 'libtensorflow_framework.so.2');
      bytes = readFileSync(library).length;
      truncateSync(library, LEFT);
    });
    afterAll(async () => {
      machine.remove();
      await sources.remove();
    });

    const says = (): string =>
      `${library}: expected the ${bytes} bytes that were installed, got ${LEFT}. Install it again: inception native install`;

    const run = (script: string, args: readonly string[] = [], home = machine.home): Promise<ChildResult> =>
      start(process.execPath, [script, ...args], { cwd: machine.path, env: { ...process.env, [NATIVE_HOME_VARIABLE]: home } }).ended;
    const inception = (...args: readonly string[]): Promise<ChildResult> => run(join(sources.folder, 'dist', 'cli', 'main.js'), args);

    it("is an error of useBackend('tfjs-node') that names the file and the command, and 'auto' goes on to wasm", async () => {
      expect(await run(application)).toEqual({
        ...{ code: 0, signal: null, stderr: '' },
        stdout: `BACKEND_UNAVAILABLE useBackend('tfjs-node'): ${says()}\nwasm\n`,
      });
    });

    it('is what native status says, with exit code 1', async () => {
      const { code, stdout, stderr } = await inception('native', 'status');
      expect(stdout).toContain(`tfjs-node\n  does not work: ${says()}\n`);
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: 'error: inception native status: tfjs-node does not work. Install it again: inception native install\n',
      });
    });

    it('is what doctor says of the package and of the backend', async () => {
      const { code, stdout } = await inception('doctor', '--json');
      const { packages, backends, auto } = JSON.parse(stdout) as Diagnosis;
      expect(packages.filter(({ problem }) => problem !== undefined)).toEqual([
        { name: '@tensorflow/tfjs-node', place: 'native home', problem: says() },
      ]);
      expect(backends.find(({ name }) => name === 'tfjs-node')).toEqual({ name: 'tfjs-node', works: false, reason: says() });
      expect({ code, auto: auto.report?.name }).toEqual({ code: 0, auto: 'wasm' });
    });

    it('is replaced by the next install', async () => {
      const said: string[] = [];
      const { wasThere, record } = await install({}, { onStep: ({ done }) => void said.push(done) }, async (name, options) => {
        const { stdout, signal } = await run(application, [], options?.home);
        // The stand-in is no TensorFlow, but its library can be opened.
        return { name, works: signal === null && !stdout.includes('expected the'), reason: stdout };
      });
      expect(said[0]).toMatch(/^installed, but broken: .*expected the \d+ bytes that were installed, got 8192/);
      expect({ wasThere, cut: record.folder === library.split('/').at(-3) }).toEqual({ wasThere: false, cut: false });
      library = join(machine.home, record.folder, 'tensorflow', 'libtensorflow_framework.so.2');
      expect(readFileSync(library)).toHaveLength(bytes);
    });

    it('ends the process where the record, an old one, holds no sizes; whole libraries of such a record are opened', async () => {
      const file = join(machine.home, 'tfjs-node.json');
      const { librarySizes, ...old } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
      expect(librarySizes).toMatchObject({ 'tensorflow/libtensorflow_framework.so.2': bytes });
      writeFileSync(file, JSON.stringify(old));
      expect((await run(application)).stdout).toMatch(
        /^BACKEND_UNAVAILABLE .* is installed but does not load: Module did not self-register/,
      );
      truncateSync(library, LEFT);
      expect(await run(application)).toMatchObject({ signal: 'SIGBUS' });
    });
  },
);
