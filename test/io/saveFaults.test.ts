import fc from 'fast-check';
import { chmod, mkdir, readFile, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ensureBackend } from '../../src/backends/ensureBackend.js';
import { nameBehindTemporary } from '../../src/io/atomicFile.js';
import { loadModel } from '../../src/io/loadModel.js';
import { MODEL_FORMATS, type ModelFormat } from '../../src/io/modelFormat.js';
import { CompiledSources, runNode, start, type ChildResult } from './compiledSources.js';
import { SAVED_FORMATS, SINGLE_FILE_FORMATS, savedPath } from './savedFormats.js';
import { withFolder } from './tinyModels.js';

/** Saves a model whose weights all hold one number, once: `node save.js PATH NUMBER VALUES NOTE_LENGTH`. */
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

/**
 * Saves two models in turn, to several paths at the same time, until it is killed or, once it was sent a SIGTERM, has saved what it was at:
 * `node loop.js FIRST SECOND PATH...`.
 */
const LOOP = `
const tf = require('@tensorflow/tfjs');
const { saveModel } = require('./dist/io/saveModel.js');
const [first, second, ...paths] = process.argv.slice(2);
const build = (value) => tf.sequential({ layers: [
  tf.layers.dense({ inputShape: [1], units: 100000, useBias: false, kernelInitializer: tf.initializers.constant({ value }), name: 'd' }),
] });
const models = [build(Number(first)), build(Number(second))];
let isEnding = false;
process.once('SIGTERM', () => (isEnding = true));
let begun = 0;
for (const path of paths) (async () => {
  for (let round = 0; !isEnding; round++) {
    await saveModel(models[round % 2], path);
    if (round === 0 && ++begun === paths.length) console.log('looping');
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
async function numberIn(path: string): Promise<number> {
  const model = await loadModel(path);
  const values = new Set(model.weights.flatMap((weight) => [...weight.read().dataSync()]));
  model.dispose();
  expect(values.size).toBe(1);
  return [...values][0];
}

/** What stands at a path, to the byte. */
async function bytesAt(path: string): Promise<readonly (readonly [string, string])[]> {
  const files = (await stat(path)).isDirectory() ? (await readdir(path)).sort().map((name) => join(path, name)) : [path];
  return Promise.all(files.map(async (file) => [file.slice(path.length), (await readFile(file)).toString('base64')] as const));
}

const isRoot = process.getuid?.() === 0;
const isLinux = process.platform === 'linux';

describe('a save that fails says WRITE_FAILED with its cause, leaves nothing beside, and the model from before as it was', () => {
  /** Saves 1, then tries to save 2 under a condition that must fail. */
  async function failedSave(path: string, attempt: () => Promise<ChildResult>): Promise<{ code: string; message: string; cause: string }> {
    expect((await runNode(save, [path, '1', '20000', '0'])).stdout).toContain('saved');
    const before = await bytesAt(path);
    const names = await readdir(dirname(path));
    const result = await attempt();
    const error = JSON.parse(result.stdout.trim().split('\n').at(-1)!) as { code: string; message: string; cause: string };
    expect(error.code).toBe('WRITE_FAILED');
    expect(error.message).toMatch(/^saveModel: expected to write .*, got E[A-Z]+: .*\. What stood there before still stands\. /);
    expect(await readdir(dirname(path))).toEqual(names);
    expect(await bytesAt(path)).toEqual(before);
    return error;
  }

  const limited = (path: string, units: number, noteLength: number) => (): Promise<ChildResult> =>
    start('bash', ['-c', `ulimit -f 64; exec "$0" "$@"`, process.execPath, save, path, '2', String(units), String(noteLength)]).ended;

  (isLinux ? it : it.skip).each(MODEL_FORMATS)('%s: a file limit of 64 KB met in the weights', async (format) => {
    await withFolder(async (folder) => {
      const path = savedPath(folder, format);
      const error = await failedSave(path, limited(path, 200_000, 0));
      expect(error).toMatchObject({ cause: 'EFBIG', message: expect.stringMatching(/(weights-\w{16}|model)\.\w+, got EFBIG.*ulimit -f/) });
    });
  });

  (isLinux ? it : it.skip)(
    'a file limit of 64 KB met in model.json, when the new weights are written already: they are removed',
    async () => {
      await withFolder(async (folder) => {
        const path = savedPath(folder, 'tfjs-layers');
        const error = await failedSave(path, limited(path, 10, 200_000));
        expect(error).toMatchObject({ cause: 'EFBIG', message: expect.stringMatching(/model\.json, got EFBIG/) });
      });
    },
  );

  const inNamespace = (script: string, ...parameters: string[]): Promise<ChildResult> =>
    start('unshare', ['-rm', 'bash', '-c', script, ...parameters]).ended.catch(() => ({ code: 1 }) as ChildResult);

  it.each(MODEL_FORMATS)('%s: a full disk of 200 KB (where a file system may be mounted; else nothing is shown)', async (format) => {
    await withFolder(async (folder) => {
      if ((await inNamespace(`mount -t tmpfs -o size=200k tmpfs ${folder}`)).code !== 0) {
        return console.warn('not run: no file system may be mounted here');
      }
      const [source, disk, after] = ['source', 'disk', 'after'].map((name) => join(folder, name));
      await mkdir(disk);
      expect((await runNode(save, [savedPath(source, format), '1', '20000', '0'])).stdout).toContain('saved');
      const script = `mount -t tmpfs -o size=200k tmpfs ${disk} && cp -r ${source}/* ${disk} && "$0" "$@" && cp -r ${disk} ${after}`;
      const { stdout } = await inNamespace(script, process.execPath, save, savedPath(disk, format), '2', '50000', '0');
      expect(stdout).toMatch(/"code":"WRITE_FAILED".*got ENOSPC.*still stands\. Free some space.*"cause":"ENOSPC"/);
      expect(await readdir(after)).toEqual(await readdir(source));
      expect(await bytesAt(savedPath(after, format))).toEqual(await bytesAt(savedPath(source, format)));
    });
  });

  (process.platform === 'win32' ? it.skip : it)('a folder without write permission', async () => {
    await withFolder(async (folder) => {
      // The superuser may write anywhere; the child then runs as nobody.
      const asNobody = isRoot ? { uid: 65534, gid: 65534 } : {};
      if (isRoot) for (const place of [compiled.folder, folder]) await chmod(place, 0o755);
      const trial = ['-e', `require(${JSON.stringify(join(compiled.folder, 'node_modules', 'zod'))})`];
      if ((await start(process.execPath, trial, asNobody).ended.catch(() => undefined))?.code !== 0) {
        return console.warn('not run: nobody but the superuser reaches Node.js and the packages here');
      }
      const target = join(folder, 'model');
      await mkdir(target);
      await failedSave(target, async () => {
        await chmod(target, 0o555);
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

describe('whatever ends or crosses a save, a whole model stands at its path', () => {
  const KILLS = 17;
  const PLACES = 12;
  const LOADS = 100;
  const places = (folder: string, count: number): string[] =>
    Array.from({ length: count }, (_, index) => savedPath(join(folder, String(index)), SAVED_FORMATS[index % SAVED_FORMATS.length]));

  it(`${KILLS} times a process is killed (SIGKILL) in the middle of ${PLACES} saves of all formats: all ${KILLS * PLACES} load as the old or the new`, async () => {
    await withFolder(async (folder) => {
      const paths = places(folder, PLACES);
      const delays = fc.sample(fc.integer({ min: 0, max: 300 }), { numRuns: KILLS, seed: 6 });
      const begin = (): ReturnType<typeof start> => start(process.execPath, [loop, '1', '2', ...paths]);
      const seen = new Map<number, number>();
      const interrupted = new Map<ModelFormat, number>();
      let next = begin();
      for (const [kill, delay] of delays.entries()) {
        const running = next;
        await running.printed('looping');
        await new Promise((wait) => setTimeout(wait, delay));
        running.child.kill('SIGKILL');
        expect((await running.ended).signal).toBe('SIGKILL');
        for (const [index, path] of paths.entries()) {
          const number = await numberIn(path);
          seen.set(number, (seen.get(number) ?? 0) + 1);
          const format = SAVED_FORMATS[index % SAVED_FORMATS.length];
          if (await clearDebris(format === 'tfjs-layers' ? path : dirname(path)))
            interrupted.set(format, (interrupted.get(format) ?? 0) + 1);
        }
        if (kill + 1 < KILLS) next = begin();
      }
      expect([...seen.keys()].sort()).toEqual([1, 2]);
      // Not vacuous: saves of every format were left half done.
      for (const format of SAVED_FORMATS) expect(interrupted.get(format) ?? 0).toBeGreaterThanOrEqual(2);
    });
  });

  /** Removes what a killed save left; whether it left anything. */
  async function clearDebris(folder: string): Promise<boolean> {
    const names = await readdir(folder);
    const temporary = names.filter((name) => nameBehindTemporary(name) !== undefined);
    const shards = names.filter((name) => name.startsWith('weights-'));
    expect(names.length - temporary.length - Math.max(0, shards.length - 1)).toBeLessThanOrEqual(2);
    for (const name of temporary) await rm(join(folder, name));
    return temporary.length > 0 || shards.length > 1;
  }

  it('while three processes save to the same paths, two of them the same content, every load finds one whole model, and so does the last', async () => {
    await withFolder(async (folder) => {
      const paths = places(folder, SAVED_FORMATS.length);
      const saving = ['12', '21', '33'].map(([first, second]) => start(process.execPath, [loop, first, second, ...paths]));
      await Promise.all(saving.map((one) => one.printed('looping')));
      const seen = new Set<number>();
      try {
        for (let load = 0; load < LOADS; load++) seen.add(await numberIn(paths[load % paths.length]));
      } finally {
        for (const { child } of saving) child.kill('SIGTERM');
      }
      for (const { ended } of saving) expect(await ended).toMatchObject({ code: 0, signal: null });
      for (const path of paths) seen.add(await numberIn(path));
      expect([1, 2, 3]).toEqual(expect.arrayContaining([...seen]));
      expect((await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    });
  });

  it.each(SINGLE_FILE_FORMATS)(
    '%s: what saves killed over an hour ago left is cleared by the next one; younger and foreign files are not',
    async (format) => {
      await withFolder(async (folder) => {
        const path = savedPath(folder, format);
        const kept = [`.${basename(path)}.fedcba9876543210.tmp`, '.notes.txt.0123456789abcdef.tmp'];
        const old = `.${basename(path)}.0123456789abcdef.tmp`;
        const longAgo = new Date(Date.now() - 2 * 60 * 60 * 1000);
        for (const name of [old, ...kept]) await writeFile(join(folder, name), 'half');
        for (const name of [old, kept[1]]) await utimes(join(folder, name), longAgo, longAgo);
        expect((await runNode(save, [path, '1', '10', '0'])).stdout).toContain('saved');
        expect((await readdir(folder)).sort()).toEqual([...kept, basename(path)].sort());
      });
    },
  );

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
