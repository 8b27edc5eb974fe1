import { chmod, mkdir, readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureBackend } from '../../src/backends/ensureBackend.js';
import { loadModel } from '../../src/io/loadModel.js';
import { CompiledSources, runNode, start, type ChildResult } from './compiledSources.js';
import { withFolder } from './tinyModels.js';

/** Saves a model whose weights all hold one number, once: `node save.js FOLDER NUMBER VALUES LABEL_LENGTH`. */
const SAVE = `
const tf = require('@tensorflow/tfjs');
const { saveModel } = require('./dist/io/saveModel.js');
const [folder, number, units, noteLength] = process.argv.slice(2);
const kernelInitializer = tf.initializers.constant({ value: Number(number) });
const model = tf.sequential({ layers: [tf.layers.dense({ inputShape: [1], units: Number(units), useBias: false, kernelInitializer, name: 'd' })] });
saveModel(model, folder, { training: { note: 'n'.repeat(Number(noteLength)) } }).then(
  () => console.log('saved'),
  (error) => console.log(JSON.stringify({ code: error.code, message: error.message, cause: error.cause?.code })),
);
`;

/** Saves two models in turn until it is killed, or for so many milliseconds: `node loop.js FOLDER FIRST SECOND [MS]`. */
const LOOP = `
const tf = require('@tensorflow/tfjs');
const { saveModel } = require('./dist/io/saveModel.js');
const [folder, first, second, ms = '60000'] = process.argv.slice(2);
const build = (value) => tf.sequential({ layers: [
  tf.layers.dense({ inputShape: [1], units: 200000, useBias: false, kernelInitializer: tf.initializers.constant({ value }), name: 'd' }),
] });
const models = [build(Number(first)), build(Number(second))];
(async () => {
  const end = Date.now() + Number(ms);
  for (let round = 0; Date.now() < end; round++) {
    await saveModel(models[round % 2], folder);
    if (round === 0) console.log('looping');
  }
})();
`;

let compiled: CompiledSources;
let save: string;
let loop: string;
beforeAll(async () => {
  await ensureBackend();
  compiled = await CompiledSources.create();
  save = await compiled.script('save.js', SAVE);
  loop = await compiled.script('loop.js', LOOP);
});
afterAll(() => compiled.remove());

/** The one number that fills the saved model. */
async function numberIn(folder: string): Promise<number> {
  const model = await loadModel(folder);
  const values = new Set(model.weights.flatMap((weight) => [...weight.read().dataSync()]));
  model.dispose();
  expect(values.size).toBe(1);
  return [...values][0];
}

const isRoot = process.getuid?.() === 0;
const isLinux = process.platform === 'linux';

describe('a save that fails says WRITE_FAILED with its cause, and the model from before still loads', () => {
  /** Saves 1, then tries to save 2 under a condition that must fail. */
  async function failedSave(
    folder: string,
    attempt: () => Promise<ChildResult>,
  ): Promise<{ code: string; message: string; cause: string }> {
    expect((await runNode(save, [folder, '1', '20000', '0'])).stdout).toContain('saved');
    const names = await readdir(folder);
    const result = await attempt();
    const error = JSON.parse(result.stdout.trim().split('\n').at(-1)!) as { code: string; message: string; cause: string };
    expect(error.code).toBe('WRITE_FAILED');
    expect(error.message).toMatch(/^saveModel: expected to write .*, got E[A-Z]+: .*\. What stood there before still stands\. /);
    expect(await readdir(folder)).toEqual(names);
    expect(await numberIn(folder)).toBe(1);
    return error;
  }

  const limited = (folder: string, units: number, noteLength: number) => (): Promise<ChildResult> =>
    start('bash', ['-c', `ulimit -f 64; exec "$0" "$@"`, process.execPath, save, folder, '2', String(units), String(noteLength)]).ended;

  (isLinux ? it : it.skip)('a file limit of 64 KB met in the weights', async () => {
    await withFolder(async (folder) => {
      const error = await failedSave(folder, limited(folder, 200_000, 0));
      expect(error).toMatchObject({ cause: 'EFBIG', message: expect.stringMatching(/weights-\w{16}\.bin, got EFBIG.*ulimit -f/) });
    });
  });

  (isLinux ? it : it.skip)(
    'a file limit of 64 KB met in model.json, when the new weights are written already: they are removed',
    async () => {
      await withFolder(async (folder) => {
        const error = await failedSave(folder, limited(folder, 10, 200_000));
        expect(error).toMatchObject({ cause: 'EFBIG', message: expect.stringMatching(/model\.json, got EFBIG/) });
      });
    },
  );

  const inNamespace = (folder: string): Promise<ChildResult> =>
    start('unshare', ['-rm', 'bash', '-c', `mount -t tmpfs -o size=200k tmpfs ${folder}`]).ended.catch(() => ({ code: 1 }) as ChildResult);

  it('a full disk of 200 KB (where a file system may be mounted; else nothing is shown)', async () => {
    await withFolder(async (folder) => {
      if ((await inNamespace(folder)).code !== 0) return console.warn('not run: no file system may be mounted here');
      const source = join(folder, 'source');
      const disk = join(folder, 'disk');
      await mkdir(disk);
      expect((await runNode(save, [source, '1', '20000', '0'])).stdout).toContain('saved');
      const script = `
        mount -t tmpfs -o size=200k tmpfs ${disk} && cp ${source}/* ${disk} && "$0" ${save} ${disk} 2 50000 0 && cp -r ${disk} ${folder}/after`;
      const { stdout } = await start('unshare', ['-rm', 'bash', '-c', script, process.execPath]).ended;
      expect(stdout).toMatch(/"code":"WRITE_FAILED".*got ENOSPC.*still stands\. Free some space.*"cause":"ENOSPC"/);
      expect((await readdir(join(folder, 'after'))).sort()).toEqual((await readdir(source)).sort());
      expect(await numberIn(join(folder, 'after'))).toBe(1);
    });
  });

  (process.platform === 'win32' ? it.skip : it)('a folder without write permission', async () => {
    await withFolder(async (folder) => {
      // The superuser may write anywhere; the child then runs as nobody.
      const asNobody = isRoot ? { uid: 65534, gid: 65534 } : {};
      const target = join(folder, 'model');
      await mkdir(target);
      await chmod(folder, 0o755);
      await failedSave(target, async () => {
        await chmod(target, 0o555);
        if (isRoot) await chmod(compiled.folder, 0o755);
        const result = await runNode(save, [target, '2', '10', '0'], asNobody);
        await chmod(target, 0o755);
        return result;
      }).then((error) => expect(error).toMatchObject({ cause: 'EACCES', message: expect.stringMatching(/Grant write permission/) }));
    });
  });

  it('a file where the folder should be', async () => {
    await withFolder(async (folder) => {
      await writeFile(join(folder, 'model'), 'mine');
      const { stdout } = await runNode(save, [join(folder, 'model'), '2', '10', '0']);
      expect(stdout).toMatch(/"code":"WRITE_FAILED".*got EEXIST.*A file stands where a folder is needed/);
      expect(await readFile(join(folder, 'model'), 'utf8')).toBe('mine');
    });
  });
});

describe('whatever ends or crosses a save, the folder holds a whole model', () => {
  const KILLS = 14;

  it(`after each of ${KILLS} kills (SIGKILL) at random moments of a loop of saves, it loads as one of the two models`, async () => {
    await withFolder(async (folder) => {
      const seen = new Map<number, number>();
      let midSave = 0;
      let next = start(process.execPath, [loop, folder, '1', '2']);
      for (let kill = 0; kill < KILLS; kill++) {
        const running = next;
        await running.printed('looping');
        // A step through the time of one save, so that every phase of it is hit.
        await new Promise((wait) => setTimeout(wait, (kill * 5) % 37));
        running.child.kill('SIGKILL');
        expect((await running.ended).signal).toBe('SIGKILL');
        const number = await numberIn(folder);
        const names = await readdir(folder);
        if (names.some((name) => name.endsWith('.tmp')) || names.filter((name) => name.startsWith('weights-')).length > 1) midSave++;
        for (const name of names) if (name.endsWith('.tmp')) await rm(join(folder, name));
        seen.set(number, (seen.get(number) ?? 0) + 1);
        if (kill + 1 < KILLS) next = start(process.execPath, [loop, folder, '1', '2']);
      }
      expect([...seen.keys()].every((number) => number === 1 || number === 2)).toBe(true);
      // Not vacuous: several kills left a save half done.
      expect(midSave).toBeGreaterThanOrEqual(3);
    });
  });

  it('while three processes save to it, two of them the same content, every load finds one whole model, and so does the last', async () => {
    await withFolder(async (folder) => {
      const ms = '2500';
      const saving = [
        start(process.execPath, [loop, folder, '1', '2', ms]),
        start(process.execPath, [loop, folder, '2', '1', ms]),
        start(process.execPath, [loop, folder, '3', '3', ms]),
      ];
      await Promise.all(saving.map((one) => one.printed('looping')));
      let running = true;
      const ended = Promise.all(saving.map((one) => one.ended)).finally(() => (running = false));
      const seen = new Set<number>();
      let loads = 0;
      for (; running; loads++) seen.add(await numberIn(folder));
      for (const { code, stderr } of await ended) expect({ code, stderr }).toMatchObject({ code: 0 });
      expect([1, 2, 3]).toContain(await numberIn(folder));
      expect([1, 2, 3]).toEqual(expect.arrayContaining([...seen]));
      expect(loads).toBeGreaterThan(10);
      expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    });
  });

  it('what saves killed over an hour ago left is cleared by the next one, weight files too; younger and foreign files are not', async () => {
    await withFolder(async (folder) => {
      const named = (name: string): string => JSON.stringify({ weightsManifest: [{ paths: [name], weights: [] }] });
      const old = {
        '.model.json.0123456789abcdef.tmp': named('weights-1111111111111111.bin'),
        'weights-1111111111111111.bin': 'never committed',
        '.weights-2222222222222222.bin.0123456789abcdef.tmp': 'half',
      };
      const kept = {
        '.model.json.fedcba9876543210.tmp': named('weights-3333333333333333.bin'),
        'weights-3333333333333333.bin': 'about to be committed',
        'weights-4444444444444444.bin': 'of unknown origin',
        '.notes.txt.0123456789abcdef.tmp': 'foreign',
      };
      const longAgo = new Date(Date.now() - 2 * 60 * 60 * 1000);
      for (const [name, content] of Object.entries({ ...old, ...kept })) {
        await writeFile(join(folder, name), content);
        if (name !== '.model.json.fedcba9876543210.tmp') await utimes(join(folder, name), longAgo, longAgo);
      }
      expect((await runNode(save, [folder, '1', '10', '0'])).stdout).toContain('saved');
      const names = (await readdir(folder)).filter((name) => name !== 'model.json');
      expect(names).toHaveLength(Object.keys(kept).length + 1);
      expect(names).toEqual(expect.arrayContaining(Object.keys(kept)));
    });
  });
});
