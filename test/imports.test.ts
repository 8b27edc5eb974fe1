import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve, dirname, sep } from 'node:path';
import * as ts from 'typescript';

const SOURCE = join(__dirname, '..', 'src');

/** Which rooms each room may import, besides itself, errors and checkAgainst (which makes errors). `cli` and the files at the top of src may import everything. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  spec: [],
  cost: ['spec'],
  layers: [],
  blocks: ['spec', 'layers'],
  networks: ['spec', 'layers', 'blocks'],
  kernels: [],
  backends: ['kernels'],
  data: [],
  compile: ['layers', 'io'],
  io: ['spec', 'layers', 'networks'],
  evaluation: ['data', 'networks', 'compile'],
  training: ['data', 'networks', 'evaluation', 'io', 'compile'],
  inference: ['data', 'networks', 'evaluation', 'io', 'compile'],
  explain: ['spec', 'cost', 'networks', 'evaluation', 'inference', 'training'],
  scale: ['spec', 'data', 'networks', 'io', 'training'],
};
const CALLS_ENSURE_BACKEND = ['data', 'io', 'evaluation', 'training', 'inference'];
const WITHOUT_TFJS = ['spec', 'cost'];
const OPTIONAL_PACKAGES = ['@tensorflow/tfjs-node', '@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-backend-wasm'];

const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.m?ts$/.test(file))
  .map((file) => join(SOURCE, file));

const roomOf = (file: string): string => {
  const [first, ...rest] = relative(SOURCE, file).split(sep);
  return rest.length === 0 ? 'top' : first;
};

const importsOf = (file: string): string[] =>
  ts.preProcessFile(readFileSync(file, 'utf8'), true, true).importedFiles.map(({ fileName }) => fileName);

function complaints(file: string, imports: readonly string[]): string[] {
  const room = roomOf(file);
  if (room === 'cli' || room === 'top') return [];
  const allowed = MAY_IMPORT[room];
  if (!allowed) return [`${room} is not a room of the design`];
  return imports.flatMap((name) => {
    if (!name.startsWith('.')) return name.startsWith('@tensorflow/') && WITHOUT_TFJS.includes(room) ? [`${room} imports ${name}`] : [];
    const target = resolve(dirname(file), name);
    const other = relative(SOURCE, target).split(sep)[0];
    if (other === room || other === 'errors.js' || other === 'checkAgainst.js' || other === 'version.js' || allowed.includes(other))
      return [];
    if (target === join(SOURCE, 'backends', 'ensureBackend.js') && CALLS_ENSURE_BACKEND.includes(room)) return [];
    if (target === join(SOURCE, 'backends', 'native', 'installedPackage.js') && room === 'inference') return [];
    return [`${room} imports ${other} (${name})`];
  });
}

describe('Imports point one way', () => {
  it('covers every source file', () => {
    expect(files.length).toBeGreaterThan(60);
    expect(files.flatMap(importsOf).length).toBeGreaterThan(150);
  });

  it.each(files.map((file) => ({ name: relative(SOURCE, file), file })))('$name', ({ file }) => {
    expect(complaints(file, importsOf(file))).toEqual([]);
  });

  it('optional packages are named only in the drivers of src/backends', () => {
    const others = files.filter((file) => roomOf(file) !== 'backends');
    const naming = others.filter((file) => importsOf(file).some((name) => OPTIONAL_PACKAGES.includes(name)));
    expect(naming).toEqual([]);
  });

  it('ONNX Runtime is named only in the engine that runs on it', () => {
    const naming = files.filter((file) => importsOf(file).some((name) => name.startsWith('onnxruntime')));
    expect(naming.map((file) => relative(SOURCE, file))).toEqual([join('inference', 'onnxEngine.ts')]);
  });

  it('a forbidden arrow is seen: spec to networks, data to training, cost to tfjs', () => {
    expect(complaints(join(SOURCE, 'spec', 'googlenet.ts'), ['../networks/googLeNet.js'])).toEqual([
      'spec imports networks (../networks/googLeNet.js)',
    ]);
    expect(complaints(join(SOURCE, 'data', 'dataset.ts'), ['../training/train.js'])).toHaveLength(1);
    expect(complaints(join(SOURCE, 'cost', 'costOf.ts'), ['@tensorflow/tfjs'])).toHaveLength(1);
  });
});
