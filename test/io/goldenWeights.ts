import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { WeightFile } from '../../src/io/modelFile.js';
import { readBits, type TensorBits } from './weightBits.js';

/** A file that the format's own tool wrote, and what the tool reads from it. */
export interface GoldenWeights {
  readonly name: string;
  readonly path: string;
  /** In the file's order. */
  readonly tensors: readonly (readonly [string, TensorBits])[];
}

/** The golden files of a folder that are described, in the order of their names. */
export function goldenWeights(folder: string): GoldenWeights[] {
  const described = (name: string): string => join(folder, `${name.slice(0, -extname(name).length)}.json`);
  return readdirSync(folder)
    .filter((name) => extname(name) !== '.json' && existsSync(described(name)))
    .map((name) => ({
      name,
      path: join(folder, name),
      tensors: Object.entries(JSON.parse(readFileSync(described(name), 'utf8')).tensors),
    }));
}

/** Opens a golden file, reads every tensor and compares all of it, order included; safetensors files may order as they like. */
export async function expectAsDescribed(opened: WeightFile, { tensors }: GoldenWeights, inOrder = true): Promise<void> {
  const sorted = (entries: readonly (readonly [string, TensorBits])[]) =>
    inOrder ? [...entries] : [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
  expect(sorted([...(await readBits(opened))])).toEqual(sorted(tensors));
}
