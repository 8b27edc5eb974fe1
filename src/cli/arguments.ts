import { invalidArgument } from '../errors.js';
import { NETWORK_NAMES, variantsOf } from '../spec/networkSpec.js';
import type { NetworkChoice } from '../training/networkLadder.js';
import { networkAndVariant } from './readSpec.js';

const count = (value: number): string => value.toLocaleString('en-US');

/** Reads a flag's value as a whole number within bounds. */
export const wholeNumber =
  (flag: string, least: number, most: number) =>
  (text: string): number => {
    const value = /^\d+$/.test(text) ? Number(text) : NaN;
    if (value >= least && value <= most) return value;
    throw invalidArgument(flag, `a whole number from ${count(least)} to ${count(most)}`, text);
  };

/** Reads a flag's value as whole numbers within bounds, `3,10`, in rising order and each once. */
export const wholeNumbers =
  (flag: string, least: number, most: number) =>
  (text: string): number[] => {
    const one = wholeNumber(flag, least, most);
    return [...new Set(text.split(',').map((part) => one(part.trim())))].sort((a, b) => a - b);
  };

/** Reads a flag's value as a number above zero. */
export const positiveNumber =
  (flag: string) =>
  (text: string): number => {
    const value = Number(text);
    if (Number.isFinite(value) && value > 0) return value;
    throw invalidArgument(flag, 'a number above 0', text);
  };

/** Reads a flag's value as one of a few names. */
export const oneOf =
  <Name extends string>(flag: string, names: readonly Name[]) =>
  (text: string): Name => {
    const name = names.find((candidate) => candidate === text);
    if (name !== undefined) return name;
    throw invalidArgument(flag, names.length === 1 ? names[0] : `one of ${names.join(', ')}`, text);
  };

/** Reads `--arch`: a network by name, `inception-v3`, or `inception-v3:slim`. */
export function architecture(text: string): Pick<NetworkChoice, 'architecture' | 'variant'> {
  const [name, variant] = networkAndVariant(text);
  const known = oneOf('--arch', NETWORK_NAMES)(name);
  return { architecture: known, ...(variant !== undefined && { variant: oneOf(`--arch ${known}`, variantsOf(known))(variant) }) };
}

const LARGEST_SIDE = 4096;

/** Reads `--size`: pixels of a square, `224`, or `HEIGHTxWIDTH`. */
export function pictureSize(text: string): [height: number, width: number] {
  const match = /^(\d+)(?:x(\d+))?$/.exec(text);
  const height = Number(match?.[1]);
  const width = Number(match?.[2] ?? height);
  if ([height, width].every((side) => side >= 1 && side <= LARGEST_SIDE)) return [height, width];
  throw invalidArgument('--size', `pixels up to ${count(LARGEST_SIDE)}, as 224 or 240x320 (height x width)`, text);
}

/** Reads `--validation`: a share between 0 and 1, or a folder. */
export function shareOrFolder(text: string): number | string {
  const value = Number(text);
  if (text.trim() === '' || Number.isNaN(value)) return text;
  if (value > 0 && value < 1) return value;
  throw invalidArgument('--validation', 'a share between 0 and 1, or a folder', text, `A folder of that name is ./${text}.`);
}
