import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import ts from 'typescript';
import { CompiledSources, start } from '../compiledSources.js';
import type { FuzzReport } from './fuzzReport.js';
import { MUTATION_KINDS } from './mutations.js';

/** How many mutated files of each format, 21,300 in all; fewer of those that take long: HDF5 runs in circles in one file of forty. */
const FORMATS = [
  { format: 'tfjs', files: 5500, complaints: 15 },
  { format: 'safetensors', files: 4000, complaints: 15 },
  { format: 'pth', files: 4000, complaints: 15 },
  { format: 'legacy pth', files: 4000, complaints: 15 },
  { format: 'caffemodel', files: 1500, complaints: 5 },
  { format: 'keras', files: 1500, complaints: 15 },
  { format: 'h5', files: 400, complaints: 5 },
  { format: 'weights.h5', files: 400, complaints: 2 },
];

/** Of each format so many in a hundred must load, and so many must not: a reader that refuses or takes everything proves nothing. */
const LEAST_SHARE = 0.05;

/** For one file, on two cores that other processes use too; HDF5's tasks have this long here, which is less than users get. */
const HDF5_DEADLINE_MS = 2_000;
const SLOWEST_MS = 30_000;

/** For all files of a format: two minutes are usual. A reader that never comes back is ended then, and the test fails. */
const LONGEST_MS = 600_000;

/** Node and tfjs take 250 MB; HDF5 may take up to 2 GB before it is ended. */
const PEAK_BYTES = 2.5 * 2 ** 30;

const AT_ONCE = 2;

let sources: CompiledSources;
beforeAll(async () => {
  sources = await CompiledSources.create();
  const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS };
  for (const name of await readdir(__dirname)) {
    if (!name.endsWith('.ts') || name.endsWith('.test.ts')) continue;
    const source = (await readFile(join(__dirname, name), 'utf8')).replaceAll('../../../src/', './dist/');
    await writeFile(join(sources.folder, name.replace(/ts$/, 'js')), ts.transpileModule(source, { compilerOptions }).outputText);
  }
  await shortenDeadline(join(sources.folder, 'dist', 'io', 'hdf5', 'hdf5Thread.js'));
  await cp(join(__dirname, 'seeds'), join(sources.folder, 'seeds'), { recursive: true });
  fuzzAll();
});
afterAll(() => sources.remove());

async function shortenDeadline(file: string): Promise<void> {
  const code = await readFile(file, 'utf8');
  const shortened = code.replace(/TASK_DEADLINE_MS = [\d_]+/, `TASK_DEADLINE_MS = ${HDF5_DEADLINE_MS}`);
  expect(shortened).not.toBe(code);
  await writeFile(file, shortened);
}

async function fuzz(format: string, files: number): Promise<FuzzReport> {
  const folder = await mkdtemp(join(sources.folder, `fuzz-${format}-`));
  const [cwd, temporary] = ['cwd', 'tmp'].map((name) => join(folder, name));
  for (const directory of [cwd, temporary]) await mkdir(directory);
  const script = join(sources.folder, 'fuzzChild.js');
  const { child, ended } = start(process.execPath, [script, format, String(files)], { cwd, env: { ...process.env, TMPDIR: temporary } });
  const timer = setTimeout(() => child.kill('SIGKILL'), LONGEST_MS);
  const { code, signal, stdout, stderr } = await ended;
  clearTimeout(timer);
  expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: expect.any(String) });
  await rm(folder, { recursive: true });
  return JSON.parse(stdout.slice(stdout.indexOf('{'))) as FuzzReport;
}

const reports = new Map<string, Promise<FuzzReport>>();

/** All formats, two at a time, each in a process of its own: HDF5 needs a thread, and a crash must not pass for a success. */
function fuzzAll(): void {
  const waiting: Promise<unknown>[] = [];
  for (const [index, { format, files }] of FORMATS.entries()) {
    const ready = index < AT_ONCE ? Promise.resolve() : waiting[index - AT_ONCE];
    const report = ready.then(() => fuzz(format, files));
    waiting.push(report.catch(() => undefined));
    reports.set(format, report);
  }
}

describe('mutated files load with the right shapes and run, or fail with an error of ours', () => {
  it.each(FORMATS)(
    '$files of $format',
    async ({ format, files, complaints }) => {
      const { faults, strays, slowestMs, peakBytes, ...counts } = await reports.get(format)!;
      expect({ faults, strays }).toEqual({ faults: [], strays: [] });
      expect(slowestMs).toBeLessThan(SLOWEST_MS);
      expect(peakBytes).toBeLessThan(PEAK_BYTES);
      expect(counts.files).toBe(files);
      const failed = Object.values(counts.codes).reduce((sum, count) => sum + count, 0);
      expect(counts.loaded + failed).toBe(files);
      expect(Math.min(counts.loaded, failed)).toBeGreaterThan(LEAST_SHARE * files);
      expect(counts.ran).toBeGreaterThan(LEAST_SHARE * files);
      expect(counts.complaints).toBeGreaterThanOrEqual(complaints);
      expect(Object.keys(counts.kinds).sort()).toEqual([...MUTATION_KINDS].sort());
      for (const count of Object.values(counts.kinds)) expect(count).toBeGreaterThan(files / (MUTATION_KINDS.length + 1));
    },
    900_000,
  );
});
