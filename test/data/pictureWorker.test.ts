import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import ts from 'typescript';
import { gradient, removeFolders, temporaryFolder } from './pictureFiles.js';

/**
 * Under jest the sources are TypeScript, and tasks run on the calling thread. Here the room is compiled as the package is, and a process of
 * its own uses real worker threads.
 */
const SOURCES = resolve('src');

let compiled: string;
let photos: string;

async function compile(): Promise<string> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'data'));
  await symlink(resolve('node_modules'), join(folder, 'node_modules'));
  const files = ['errors.ts', ...(await readdir(join(SOURCES, 'data'))).map((name) => join('data', name))];
  for (const file of files) {
    const options = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true };
    const { outputText } = ts.transpileModule(await readFile(join(SOURCES, file), 'utf8'), { compilerOptions: options });
    await writeFile(join(folder, file.replace(/\.ts$/, '.js')), outputText);
  }
  return folder;
}

/** Runs a program against the compiled room; it prints one JSON value. Fails if it does not end by itself in 100 seconds. */
async function runProgram(body: string): Promise<unknown> {
  const program = `
    const threads = require('node:worker_threads');
    let started = 0, ended = 0;
    threads.Worker = class extends threads.Worker { constructor(...given) { super(...given); started++; this.on('exit', () => ended++); } };
    const { createHash } = require('node:crypto');
    const { imageFolder } = require(${JSON.stringify(join(compiled, 'data/imageFolder.js'))});
    const { PAPER_AUGMENTATION } = require(${JSON.stringify(join(compiled, 'data/augmentation.js'))});
    const photos = ${JSON.stringify(photos)};
    const block = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
    (async () => { ${body} })();`;
  const path = join(compiled, 'program.js');
  await writeFile(path, program);
  const { stdout } = await promisify(execFile)(process.execPath, [path], { timeout: 100_000 });
  return JSON.parse(stdout);
}

beforeAll(async () => {
  compiled = await compile();
  photos = await temporaryFolder();
  const jpeg = await sharp(gradient(1200, 900), { raw: { width: 1200, height: 900, channels: 3 } })
    .jpeg({ quality: 95 })
    .toBuffer();
  for (const name of ['a', 'b']) {
    await mkdir(join(photos, name));
    for (let i = 0; i < 12; i++) await writeFile(join(photos, name, `${i}.jpg`), jpeg);
  }
  await writeFile(join(photos, 'a/cut.jpg'), jpeg.subarray(0, 20_000));
});
afterAll(removeFolders);

describe('worker threads', () => {
  it('0, 1 and 3 of them, with and without cache, make the same bytes, and name the same damaged file', async () => {
    const hashes = (await runProgram(`
      const results = [];
      for (const [workers, cacheBytes] of [[0, 1e9], [1, 1e9], [3, 1e9], [3, 0]]) {
        const { train, unreadable } = await imageFolder(photos, { size: 32, batch: 5, workers, cacheBytes, augmentation: PAPER_AUGMENTATION });
        const hash = createHash('sha256');
        for await (const { pixels, indices } of train.batches(1)) hash.update(pixels).update(indices);
        results.push([hash.digest('hex'), unreadable.length, train.count, started]);
        await train.close();
      }
      console.log(JSON.stringify(results));`)) as [string, number, number, number][];
    expect(new Set(hashes.map(([hash]) => hash)).size).toBe(1);
    expect(hashes.map(([, unreadable, count]) => [unreadable, count])).toEqual([[1, 24], [1, 24], [1, 24], [1, 24]]); // prettier-ignore
    expect(hashes.map(([, , , started]) => started)).toEqual([0, 1, 4, 7]);
  });

  it('0 and 2 of them mix, erase and repeat pictures alike: the same bytes, second classes and shares', async () => {
    const hashes = (await runProgram(`
      const hashes = [];
      const augmentation = { ...PAPER_AUGMENTATION, erase: {}, mixup: { alpha: 0.4 }, cutmix: { alpha: 1 } };
      for (const [workers, prefetch] of [[0, 0], [2, 0], [2, 4]]) {
        const { train } = await imageFolder(photos, { size: 32, batch: 5, workers, prefetch, sampling: 'balanced', augmentation });
        const hash = createHash('sha256');
        for await (const { pixels, indices, mixed } of train.batches(1)) {
          hash.update(pixels).update(indices).update(mixed.labels).update(mixed.shares);
        }
        hashes.push(hash.digest('hex'));
        await train.close();
      }
      console.log(JSON.stringify(hashes));`)) as string[];
    expect(hashes).toHaveLength(3);
    expect(new Set(hashes).size).toBe(1);
  });

  it('make all batches that they were asked for while the main thread is blocked', async () => {
    const counting = join(compiled, 'countingWorker.js');
    await writeFile(
      counting,
      `const { parentPort, workerData } = require('node:worker_threads');
      const { postMessage } = parentPort;
      parentPort.postMessage = (answer, ...rest) => {
        postMessage.call(parentPort, answer, ...rest);
        if (answer.result instanceof Uint8Array) Atomics.add(workerData.made, 0, 1);
      };
      require(workerData.file);`,
    );
    const seen = await runProgram(`
      const made = new Int32Array(new SharedArrayBuffer(4));
      threads.Worker = class extends threads.Worker {
        constructor(file, { workerData }) { super(${JSON.stringify(counting)}, { workerData: { ...workerData, file, made } }); }
      };
      const { train } = await imageFolder(photos, { size: 160, batch: 8, workers: 1, prefetch: 2, cacheBytes: 0 });
      let batches = 0;
      for await (const batch of train.batches(0)) {
        batches++;
        // Not one turn of the event loop, which would hand over tasks and take answers. The program's time limit is this loop's.
        while (made[0] < train.batchesPerEpoch) block(10);
      }
      await train.close();
      console.log(JSON.stringify([batches, made[0], started]));`);
    expect(seen).toEqual([3, 3, 1]);
  });

  it('do not keep the process alive when the loop is left early and close is forgotten', async () => {
    const seen = await runProgram(`
      const { train, validation } = await imageFolder(photos, { size: 32, batch: 2, workers: 2, cacheBytes: 0, validation: 0.2 });
      for await (const { indices } of train.batches(0)) { console.log(JSON.stringify(indices.length)); break; }`);
    expect(seen).toBe(2);
  });

  it('end with close, once both datasets are closed, and start again when needed', async () => {
    const counts = await runProgram(`
      const { train, validation } = await imageFolder(photos, { size: 32, batch: 2, workers: 2, validation: 0.2 });
      const counts = [];
      await train.close(); await train.close();
      counts.push([started, ended]);
      await validation.close(); await validation.close();
      counts.push([started, ended]);
      for await (const batch of train.batches(0)) break;
      counts.push([started > 2, ended]);
      console.log(JSON.stringify(counts));`);
    expect(counts).toEqual([[2, 0], [2, 2], [true, 2]]); // prettier-ignore
  });

  it('that are at work end with close too, what they worked on with ABORTED, and the process lives on', async () => {
    const seen = await runProgram(`
      const { train } = await imageFolder(photos, { size: 32, batch: 6, workers: 2, prefetch: 4, cacheBytes: 0 });
      const batches = train.batches(0)[Symbol.asyncIterator]();
      await batches.next();
      const next = batches.next().then(() => batches.next()).then(() => batches.next()).catch((error) => error.code);
      await train.close();
      console.log(JSON.stringify([started, ended, await next]));`);
    expect(seen).toEqual([2, 2, 'ABORTED']);
  });

  it('whose answers wait while the main thread is blocked end with close, and the process lives on', async () => {
    const seen = await runProgram(`
      const { train } = await imageFolder(photos, { size: 32, batch: 2, workers: 1, prefetch: 4 });
      for await (const batch of train.batches(0)) break;
      block(500);
      await train.close();
      console.log(JSON.stringify([started, ended]));`);
    expect(seen).toEqual([1, 1]);
  });

  it('fill one cache directory, killed or not: whatever is there is read again, and the bytes are those without it', async () => {
    const cacheDirectory = await temporaryFolder();
    const many = await temporaryFolder();
    for (const name of ['a', 'b']) {
      await mkdir(join(many, name));
      const jpeg = await readFile(join(photos, 'a/0.jpg'));
      // What follows the end of a JPEG is not decoded, and makes it another file.
      for (let i = 0; i < 20; i++) await writeFile(join(many, name, `${i}.jpg`), Buffer.concat([jpeg, Buffer.from(name + String(i))]));
    }
    const fill = `imageFolder(${JSON.stringify(many)}, { size: 128, workers: 2, cacheBytes: 0, augmentation: PAPER_AUGMENTATION`;
    const killed = runProgram(`
      const { readdirSync } = require('node:fs');
      const entries = () => readdirSync(${JSON.stringify(cacheDirectory)}, { recursive: true }).filter((name) => /[0-9a-f]{64}$/.test(name)).length;
      setInterval(() => { if (entries() >= 3) process.kill(process.pid, 'SIGKILL'); }, 1);
      await ${fill}, cacheDirectory: ${JSON.stringify(cacheDirectory)} });`);
    await expect(killed).rejects.toMatchObject({ signal: 'SIGKILL' });
    const [[plain], [first, reused, stopped], [second, all]] = (await runProgram(`
      const seen = [];
      for (const cache of [{}, { cacheDirectory: ${JSON.stringify(cacheDirectory)} }, { cacheDirectory: ${JSON.stringify(cacheDirectory)} }]) {
        const { train, cache: told } = await ${fill}, ...cache });
        const hash = createHash('sha256');
        for await (const { pixels } of train.batches(0)) hash.update(pixels);
        seen.push([hash.digest('hex'), told?.reused, told?.stopped ?? 'never']);
        await train.close();
      }
      console.log(JSON.stringify(seen));`)) as [string, number, string][];
    expect([first, second]).toEqual([plain, plain]);
    expect(reused).toBeGreaterThanOrEqual(3);
    expect(reused).toBeLessThan(40);
    expect([stopped, all]).toEqual(['never', 40]);
  });

  it('pass on why the cache directory takes no more', async () => {
    const cacheDirectory = await temporaryFolder();
    const stopped = await runProgram(`
      const { decodingName } = require(${JSON.stringify(join(compiled, 'data/pictureCache.js'))});
      const preparation = { size: [32, 32], cropFraction: 0.875, augmentation: {}, seed: 0 };
      require('node:fs').writeFileSync(require('node:path').join(${JSON.stringify(cacheDirectory)}, decodingName(preparation)), '');
      const { train, cache } = await imageFolder(photos, { size: 32, workers: 2, cacheBytes: 0, cacheDirectory: ${JSON.stringify(cacheDirectory)} });
      console.log(JSON.stringify([train.count, cache.stopped]));`);
    expect(stopped).toEqual([24, expect.stringMatching(/^(ENOTDIR|EEXIST)/)]);
  });

  it('pass on a coded error', async () => {
    const error = await runProgram(`
      const { InceptionError } = require(${JSON.stringify(join(compiled, 'errors.js'))});
      const { train } = await imageFolder(photos, { size: 32, workers: 1, verify: false });
      try { for await (const batch of train.batches(0)); } catch (error) {
        console.log(JSON.stringify([error instanceof InceptionError, error.code, error.message.includes('cut.jpg')]));
      }`);
    expect(error).toEqual([true, 'UNREADABLE_IMAGE', true]);
  });
});
