import { cpSync, mkdtempSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readInstalledPackage } from '../../src/backends/native/installedPackage.js';
import { CompiledSources, type ChildResult } from '../io/compiledSources.js';
import { freshProcess, preamble } from './freshProcess.js';

const installed = readInstalledPackage('tfjs-node');
const describeInstalled = installed === undefined ? describe.skip : describe;
const REASON = installed === undefined ? ' (skipped: tfjs-node is not installed; inception native install)' : '';

/** `useBackend` and a network that trains two steps; prints its numbers of tensors before and after. */
const TRAIN = `
  const train = async () => {
    const { conv2d, maxPooling2d, flatten, dense } = tf.layers;
    const before = tf.memory().numTensors;
    const model = tf.sequential({ layers: [conv2d({ filters: 4, kernelSize: 3, inputShape: [8, 8, 3], activation: 'relu' }),
      maxPooling2d({ poolSize: 2 }), flatten(), dense({ units: 2, activation: 'softmax' })] });
    const optimizer = tf.train.sgd(0.1);
    for (let step = 0; step < 2; step++) tf.tidy(() => {
      optimizer.minimize(() => tf.losses.softmaxCrossEntropy(tf.eye(2), model.apply(tf.randomNormal([2, 8, 8, 3]), { training: true })));
    });
    model.dispose(); optimizer.dispose();
    return tf.memory().numTensors - before;
  };
  const { useBackend } = source('useBackend');`;

describeInstalled(`tfjs-node in a process of its own${REASON}`, () => {
  const quiet = { TF_CPP_MIN_LOG_LEVEL: undefined, TF_NUM_INTRAOP_THREADS: undefined, TF_NUM_INTEROP_THREADS: undefined };
  let sources: CompiledSources;
  let folder: string;

  beforeAll(async () => void (sources = await CompiledSources.create()));
  afterAll(() => sources.remove());

  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'inception-native-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const run = (body: string, env: Record<string, string | undefined> = {}, cwd?: string): Promise<ChildResult> =>
    freshProcess(sources, TRAIN + body, { env: { ...quiet, ...env }, cwd });

  /** A copy of the installed package, but for TensorFlow's libraries, in the temporary folder. */
  const copyInstalled = (): { home: string; addon: string } => {
    const { main, entry, folder: name } = installed!;
    const original = main.slice(0, -entry.length);
    cpSync(join(original, 'packages'), join(folder, name, 'packages'), { recursive: true, verbatimSymlinks: true });
    symlinkSync(join(original, 'tensorflow'), join(folder, name, 'tensorflow'));
    const record = { package: installed!.package, version: installed!.version, folder: name, entry };
    writeFileSync(join(folder, 'tfjs-node.json'), JSON.stringify(record));
    const addon = join(dirname(dirname(join(folder, name, entry))), 'lib', 'napi-v8', 'tfjs_binding.node');
    return { home: folder, addon };
  };

  it('starts and trains without a word on stderr, leaves no tensor behind and ends with 0', async () => {
    const { stdout, stderr, code } = await run(`
      const [{ name, engine, tensorflow }] = await Promise.all([useBackend('tfjs-node'), useBackend('tfjs-node'), useBackend('tfjs-node')]);
      console.log(name, /^TensorFlow \\d/.test(engine), tensorflow.source, typeof tensorflow.oneDNN, await train());`);
    expect({ stdout, stderr, code }).toEqual({ stdout: 'tfjs-node true native install boolean 0\n', stderr: '', code: 0 });
  });

  it.each([
    { how: 'log: true', body: "await useBackend('tfjs-node', { log: true });", env: {} },
    { how: "the application's own TF_CPP_MIN_LOG_LEVEL=0", body: "await useBackend('tfjs-node');", env: { TF_CPP_MIN_LOG_LEVEL: '0' } },
  ])("shows TensorFlow's messages for $how", async ({ body, env }) => {
    expect((await run(`${body} await train();`, env)).stderr).toMatch(/This TensorFlow binary is optimized/);
  });

  it('says truly whether oneDNN computes', async () => {
    const report = "console.log((await useBackend('tfjs-node')).tensorflow.oneDNN);";
    expect((await run(report, { TF_ENABLE_ONEDNN_OPTS: '0' })).stdout).toBe('false\n');
    expect((await run(report, { TF_ENABLE_ONEDNN_OPTS: '1' })).stdout).toBe('true\n');
  });

  it('gives each operation as many threads as were asked for: 3 make 4 more than 1, half of them for operations side by side', async () => {
    const threads = async (count: number): Promise<number[]> => {
      const report = `const { threads } = await useBackend('tfjs-node', { threads: ${count} }); await train();`;
      const { stdout } = await run(`${report} console.log(threads, require('fs').readdirSync('/proc/self/task').length);`);
      return stdout.split(' ').map(Number);
    };
    const [[one, alone], [three, together]] = [await threads(1), await threads(3)];
    expect([one, three, together - alone]).toEqual([1, 3, 4]);
  });

  it("gives the installed package the application's one TensorFlow.js", async () => {
    const main = JSON.stringify(installed?.main);
    const { stdout } = await run(`await useBackend('tfjs-node');
      const theirs = require('module').createRequire(${main});
      const all = ['@tensorflow/tfjs', '@tensorflow/tfjs-core', ${main}].map((name) => theirs(name));
      console.log(...all.map((copy) => copy.engine() === tf.engine() && copy.Tensor === tf.Tensor));`);
    expect(stdout).toBe('true true true\n');
  });

  it('works from node_modules too, with one TensorFlow.js, and refuses the same package from two places', async () => {
    const { home, addon } = copyInstalled();
    const application = addon.slice(0, addon.indexOf('node_modules'));
    for (const name of ['tfjs', 'tfjs-core']) {
      const place = join(application, 'node_modules', '@tensorflow', name);
      rmSync(place, { recursive: true });
      symlinkSync(dirname(createRequire(__filename).resolve(`@tensorflow/${name}/package.json`)), place);
    }
    mkdirSync(join(home, 'empty'));
    const { stdout, stderr, code } = await run(
      `const { tensorflow } = await useBackend('tfjs-node');
      console.log(tensorflow.source, require('module').createRequire(process.cwd() + '/x')('@tensorflow/tfjs-node').Tensor === tf.Tensor, await train());
      process.env.TFJS_INCEPTION_NATIVE = ${JSON.stringify(dirname(installed!.main.slice(0, -installed!.entry.length - 1)))};
      tf.removeBackend('tensorflow');
      await useBackend('tfjs-node').catch((error) => console.log(error.code, error.message));`,
      { TFJS_INCEPTION_NATIVE: join(home, 'empty') },
      application,
    );
    expect(stderr).toBe('');
    const [first, second] = stdout.trim().split('\n');
    expect({ first, code }).toEqual({ first: 'node_modules true 0', code: 0 });
    expect(second).toBe(
      `BACKEND_UNAVAILABLE useBackend('tfjs-node'): ${addon} is loaded in this process, which has room for one TensorFlow. ` +
        'Start a new process to use @tensorflow/tfjs-node.',
    );
  });

  it.each([
    {
      damage: 'another file in its place',
      harm: (addon: string) => writeFileSync(addon, 'x'),
      says: /tfjs_binding\.node: file too short|tfjs_binding\.node/,
    },
    {
      damage: 'no libtensorflow',
      harm: (addon: string) => rmSync(join(addon, '../../../../../../..', 'tensorflow')),
      says: /libtensorflow\S+: cannot open shared object file/,
    },
    { damage: 'no addon', harm: (addon: string) => rmSync(addon), says: /native addon module \(tfjs_binding\.node\) can not be found/ },
  ])('$damage: says so, says what to do, and the process goes on with wasm', async ({ harm, says }) => {
    const { home, addon } = copyInstalled();
    harm(addon);
    const { stdout, stderr, code } = await run(
      `await useBackend('tfjs-node').catch((error) => console.log(error.code, error.message));
      console.log((await useBackend()).name, await train());`,
      { TFJS_INCEPTION_NATIVE: home },
    );
    const [failure, next] = stdout.trim().split('\n');
    expect(failure).toMatch(/^BACKEND_UNAVAILABLE useBackend\('tfjs-node'\): @tensorflow\/tfjs-node is installed but does not load: /);
    expect(failure).toMatch(says);
    expect(failure).toMatch(/ Install it anew with `npx inception native install`\.$/);
    expect({ next, stderr, code }).toEqual({ next: 'wasm 0', stderr: '', code: 0 });
  });

  it('makes an error, not a crash, of a TensorFlow that does not start', async () => {
    const { stdout, code } = await run(`await useBackend('tfjs-node').catch((error) => console.log(error.message));`, {
      TFJS_INCEPTION_TENSORFLOW_CONFIG: 'ffff',
    });
    expect(stdout).toBe(
      "useBackend('tfjs-node'): @tensorflow/tfjs-node is loaded, and TensorFlow does not start: Unparseable ConfigProto\n",
    );
    expect(code).toBe(0);
  });

  it('works in worker threads, beside the main thread; options reach TensorFlow from there only through a shared environment', async () => {
    const { stdout, code } = await run(
      `const { Worker, SHARE_ENV } = require('worker_threads');
      const inWorker = (options, env) => new Promise((fulfil, reject) => {
        const code = ${JSON.stringify(preamble(sources))} + \`
          (async () => { const { useBackend } = source('useBackend');
            const said = await useBackend('tfjs-node', \${JSON.stringify(options)}).then(({ threads }) => threads + ' ' + tf.sum(tf.ones([3])).dataSync()[0], (error) => error.message);
            require('worker_threads').parentPort.postMessage(said); })();\`;
        const worker = new Worker(code, { eval: true, env });
        worker.on('message', (said) => worker.on('exit', (code) => fulfil(said + ' / ' + code)));
        worker.on('error', reject);
      });
      console.log(await inWorker({ threads: 2 }));
      console.log(await inWorker({ threads: 2 }, SHARE_ENV));
      console.log(await inWorker({ threads: 4 }, SHARE_ENV));
      await useBackend('tfjs-node');
      console.log(...await Promise.all([inWorker({}), inWorker({}), train()]));`,
    );
    expect(stdout.trim().split('\n')).toEqual([
      "useBackend('tfjs-node'): its options do not reach TensorFlow from this worker thread. Start the thread with `new Worker(file, { env: SHARE_ENV })`, or leave them out. / 0",
      '2 3 / 0',
      expect.stringMatching(
        /^useBackend\('tfjs-node'\): @tensorflow\/tfjs-node was loaded by other code or another thread, .* for threads: 4\. \/ 0$/,
      ),
      '2 3 / 0 2 3 / 0 0',
    ]);
    expect(code).toBe(0);
  });
});
