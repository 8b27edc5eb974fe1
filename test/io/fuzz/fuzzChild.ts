/** The program of a process that loads mutated files of one format. Usage: node fuzzChild.js FORMAT COUNT; prints a FuzzReport.
 * FUZZ_KEEP names a folder for the files with faults. */
import * as tf from '@tensorflow/tfjs';
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { useBackend } from '../../../src/backends/useBackend.js';
import { InceptionError } from '../../../src/errors.js';
import { loadModel } from '../../../src/io/loadModel.js';
import { loadWeights } from '../../../src/io/loadWeights.js';
import { Alea } from '../../../src/layers/alea.js';
import type { FuzzReport } from './fuzzReport.js';
import { mutate, MUTATION_KINDS, type MutationKind } from './mutations.js';
import { mutateEntry } from './mutateEntry.js';
import { seedFiles, type SeedFile } from './seedFiles.js';

const [format, count] = process.argv.slice(2);

const KEPT = process.env.FUZZ_KEEP;

/** A model that loads and does not fit into this many input values is not run: the time would be its own, not the reader's. */
const MAX_INPUT_VALUES = 64 * 64 * 4;

const codes: Record<string, number> = {};
const kinds: Record<string, number> = {};
const faults: string[] = [];
const strays: string[] = [];
const report = {
  files: 0,
  loaded: 0,
  ran: 0,
  slowestMs: 0,
  peakBytes: 0,
  complaints: 0,
  codes,
  kinds,
  faults,
  strays,
} satisfies FuzzReport;
const complaints = new Set<string>();

const checksum = (model: tf.LayersModel): string => {
  const hash = createHash('sha256');
  for (const weight of model.weights) hash.update(new Uint8Array(weight.read().dataSync<'float32'>().buffer));
  return hash.digest('hex');
};

/** The property of every file that loads: shapes are the layers' own, and the model runs. */
function use(model: tf.LayersModel): string | undefined {
  for (const weight of model.weights) {
    const value = weight.read();
    if (value.shape.join() !== weight.shape.join())
      return `${weight.originalName} is [${value.shape.join()}], declared [${weight.shape.join()}]`;
    if (value.dataSync().length !== value.size) return `${weight.originalName} has another length than its shape`;
  }
  const shapes = model.inputs.map(({ shape }) => shape.map((side) => side ?? 1));
  if (shapes.some((shape) => shape.reduce((product, side) => product * side, 1) > MAX_INPUT_VALUES)) return undefined;
  return tf.tidy(() => {
    const outputs: tf.Tensor[] = [model.predict(shapes.map((shape) => tf.zeros(shape)))].flat();
    report.ran++;
    const wrong = outputs.find((output, index) => output.shape.slice(1).join() !== model.outputs[index].shape.slice(1).join());
    return wrong && `an output of [${wrong.shape.join()}]`;
  });
}

async function load(seed: SeedFile, path: string): Promise<string | undefined> {
  if (!seed.into) {
    const model = await loadModel(path);
    try {
      return use(model);
    } finally {
      model.dispose();
    }
  }
  const before = checksum(seed.into);
  try {
    await loadWeights(seed.into, path);
    return use(seed.into);
  } catch (error) {
    if (checksum(seed.into) !== before) return 'a load that failed changed the model';
    throw error;
  }
}

/** What a message complains of, names and numbers aside. */
const complaintOf = (message: string): string =>
  message.split(/, got |\n/)[0].replace(/'[^']*'|"[^"]*"|\S*[/\\]\S*/g, '…').replace(/[0-9a-f]{16,}|\d+/g, '#'); // prettier-ignore

function noteFailure(error: unknown, label: string): void {
  if (!(error instanceof InceptionError)) {
    report.faults.push(`${label}: ${String((error as Error | undefined)?.stack ?? error).slice(0, 600)}`);
    return;
  }
  report.codes[error.code] = (report.codes[error.code] ?? 0) + 1;
  const { cause } = error;
  complaints.add(complaintOf(cause instanceof InceptionError ? cause.message : error.message));
}

async function tryFile(seed: SeedFile, path: string, label: string): Promise<void> {
  const tensors = tf.memory().numTensors;
  const started = performance.now();
  try {
    const fault = await load(seed, path);
    if (fault === undefined) report.loaded++;
    else report.faults.push(`${label}: ${fault}`);
  } catch (error) {
    noteFailure(error, label);
  }
  report.slowestMs = Math.max(report.slowestMs, performance.now() - started);
  if (tf.memory().numTensors !== tensors) report.faults.push(`${label}: ${tf.memory().numTensors - tensors} tensors left`);
}

async function writeFiles(folder: string, files: SeedFile['files']): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  for (const [name, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), bytes);
  }
}

async function main(): Promise<void> {
  await useBackend('cpu');
  const random = new Alea(`fuzz ${format}`);
  const draw = (): number => random.next();
  const work = join(process.cwd(), 'work');
  const seeds = await seedFiles(format);
  for (const seed of seeds) {
    await writeFiles(work, seed.files);
    const fault = await load(seed, join(work, seed.path));
    if (fault !== undefined) throw new Error(`${seed.path} as it is: ${fault}`);
  }
  for (; report.files < Number(count); report.files++) {
    const seed = seeds[Math.floor(draw() * seeds.length)];
    const other = seeds[Math.floor(draw() * seeds.length)];
    const kind: MutationKind = MUTATION_KINDS[report.files % MUTATION_KINDS.length];
    const target = Object.keys(seed.files)[Math.floor(draw() * Object.keys(seed.files).length)];
    const change = seed.isZip && draw() < 0.7 ? mutateEntry : mutate;
    const changed = change(kind, seed.files[target], draw, Object.values(other.files)[0]);
    await writeFiles(work, { ...seed.files, [target]: changed });
    report.kinds[kind] = (report.kinds[kind] ?? 0) + 1;
    const faults = report.faults.length;
    await tryFile(seed, join(work, seed.path), `file ${report.files} (${kind}, ${seed.path})`);
    if (KEPT !== undefined && report.faults.length > faults) await cp(work, join(KEPT, String(report.files)), { recursive: true });
  }
  report.complaints = complaints.size;
  report.peakBytes = process.resourceUsage().maxRSS * 1024;
  report.strays.push(...readdirSync(process.cwd()).filter((name) => name !== 'work'), ...readdirSync(tmpdir()));
  process.stdout.write(`${JSON.stringify({ ...report, ...(KEPT !== undefined && { said: [...complaints] }) })}\n`);
  process.exit(0);
}

void main();
