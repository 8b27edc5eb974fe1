// Resident memory while 100,000 picture files are read and an epoch of batches is made from them.
//
//   npm run build && node --expose-gc bench/hundredThousandPictures.mjs [--pictures 100000] [--cache-bytes 0] [--workers 1] [--batch 32] [--verify true] [--disk-cache]
//
// The files are real JPEGs of 96 × 96 pixels, every one of its own content, written to a temporary folder that is removed at the end.
// Target: beyond cache-bytes, at most 250 MB above the process before it reads, and as much at the end of the epoch as at its beginning.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';

const { values } = parseArgs({
  options: {
    pictures: { type: 'string', default: '100000' },
    'cache-bytes': { type: 'string', default: '0' },
    workers: { type: 'string', default: '1' },
    batch: { type: 'string', default: '32' },
    verify: { type: 'string', default: 'true' },
    'disk-cache': { type: 'boolean', default: false },
    folder: { type: 'string' },
    dist: { type: 'string', default: 'dist' },
  },
});
const require = createRequire(import.meta.url);
const load = (path) => require(resolve(values.dist, path));
const pictures = Number(values.pictures);
const cacheBytes = Number(values['cache-bytes']);
const CLASSES = 10;
const LIMIT_MB = 250;

const MB = 2 ** 20;
const number = (value, digits = 0) => value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** Writes the files from several lanes: each a few coarse pixels whose levels spell its number, enlarged. */
async function writePictures(folder) {
  for (let label = 0; label < CLASSES; label++) await mkdir(join(folder, `class${label}`));
  let next = 0;
  const lane = async () => {
    for (let i = next++; i < pictures; i = next++) {
      const coarse = Buffer.from(Array.from({ length: 5 * 5 * 3 }, (_, at) => (Math.imul(i + 1, 0x9e3779b1 + 2 * at) >>> 13) & 255));
      const jpeg = await sharp(coarse, { raw: { width: 5, height: 5, channels: 3 } })
        .resize(96, 96, { kernel: 'cubic' })
        .jpeg()
        .toBuffer();
      await writeFile(join(folder, `class${i % CLASSES}`, `${i}.jpg`), jpeg);
    }
  };
  await Promise.all(Array.from({ length: 4 }, lane));
}

function measure() {
  globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rss: rss / MB, heap: heapUsed / MB, external: external / MB };
}

const start = performance.now();
function report(what, { rss, heap, external }, baseline) {
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  const above = baseline ? `   above baseline ${number(rss - baseline.rss).padStart(6)} MB` : '';
  console.log(
    `${what.padEnd(28)}${seconds.padStart(5)} s   resident ${number(rss).padStart(6)} MB   heap ${number(heap).padStart(5)} MB   external ${number(external).padStart(5)} MB${above}`,
  );
}

/** Reads the folder and makes one epoch; the numbers are this process's own, so that writing the files leaves no trace in them. */
async function readAndTrain(folder) {
  const { imageFolder } = load('data/imageFolder.js');
  const { PAPER_AUGMENTATION } = load('data/augmentation.js');
  const baseline = measure();
  report('before reading', baseline);
  const options = { size: 64, batch: Number(values.batch), workers: Number(values.workers), cacheBytes, verify: values.verify === 'true' };
  const cacheDirectory = values['disk-cache'] ? { cacheDirectory: join(folder, '.cache') } : {};
  let told = 0;
  const onProgress = (done, total) => {
    if (done < told + 20_000) return;
    told = done;
    report(`read ${number(done)} of ${number(total)}`, measure(), baseline);
  };
  const { train, validation } = await imageFolder(folder, {
    ...options,
    ...cacheDirectory,
    validation: 0.1,
    augmentation: PAPER_AUGMENTATION,
    onProgress,
  });
  const first = measure();
  report('after reading', first, baseline);
  let seen = 0;
  let largest = 0;
  let last = first;
  for (const dataset of [train, validation]) {
    for await (const { indices } of dataset.batches(0)) {
      if (Math.floor((seen + indices.length) / 10_000) > Math.floor(seen / 10_000)) {
        last = measure();
        largest = Math.max(largest, last.rss);
        report(`after ${number(seen + indices.length)} pictures`, last, baseline);
      }
      seen += indices.length;
    }
  }
  await train.close();
  await validation.close();
  const above = largest - baseline.rss - cacheBytes / MB;
  console.log(
    `largest ${number(above)} MB above the baseline beyond the cache (target: at most ${LIMIT_MB} MB); ${number(last.rss - first.rss)} MB between reading and the end of the epoch`,
  );
  if (above > LIMIT_MB) process.exitCode = 1;
}

if (values.folder) {
  await readAndTrain(resolve(values.folder));
} else {
  console.log(
    `${cpus()[0].model}, ${cpus().length} cores, ${number(totalmem() / 2 ** 30)} GiB, Node.js ${process.version}; ${number(pictures)} pictures, ${number(cacheBytes / MB)} MB cache, ${values.workers} workers`,
  );
  const folder = await mkdtemp(join(tmpdir(), 'pictures-'));
  try {
    await writePictures(folder);
    const { spawnSync } = await import('node:child_process');
    const { status } = spawnSync(process.execPath, [...process.execArgv, ...process.argv.slice(1), '--folder', folder], {
      stdio: 'inherit',
    });
    process.exitCode = status ?? 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
