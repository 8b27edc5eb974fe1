import { invalidArgument } from '../../errors.js';
import type { Preprocessing } from '../../spec/types.js';

/** What a network's input is made of the colours' values 0–255 by: `value · scale + offset`, by the place of each colour. */
export interface InputRange {
  readonly channelOrder: 'rgb' | 'bgr';
  readonly scale: readonly number[];
  readonly offset: readonly number[];
}

/** Mean and standard deviation of each colour, red first, of values from 0 to 1, as torch's `Normalize` takes them. */
export interface Normalization {
  readonly mean: readonly [red: number, green: number, blue: number];
  readonly std: readonly [red: number, green: number, blue: number];
}

/** A preprocessing's range. */
export function rangeOfPreprocessing({ channelOrder, scale, offset }: Preprocessing): InputRange {
  return { channelOrder, scale: offset.map(() => scale), offset };
}

/**
 * A normalisation's range.
 *
 * @throws InceptionError `INVALID_ARGUMENT` if it is none.
 */
export function rangeOfNormalization(where: string, { mean, std }: Normalization): InputRange {
  const areNumbers = [mean, std].every((three) => Array.isArray(three) && three.length === 3 && three.every(Number.isFinite));
  if (!areNumbers || std.some((value) => value <= 0)) {
    throw invalidArgument(where, 'mean and std, three numbers each, red first, std above 0', { mean, std });
  }
  return { channelOrder: 'rgb', scale: std.map((value) => 1 / (255 * value)), offset: mean.map((value, index) => -value / std[index]) };
}

/** How the values that a network is given become those that its weights want, by the place that each colour has for the weights. */
export interface InputChange {
  /** The place of the same colour in the values that are given. */
  readonly from: readonly number[];
  readonly factor: readonly number[];
  readonly shift: readonly number[];
}

/** Of two that are meant to be equal, such as 1/127.5 and 1/(255 · 0.5), rounding differs by less. */
const ROUNDING = 1e-9;

/** @returns Undefined where both are the same. */
export function inputChange(given: InputRange, wanted: InputRange): InputChange | undefined {
  const isSwapped = given.channelOrder !== wanted.channelOrder;
  const from = wanted.scale.map((_, place) => (isSwapped ? wanted.scale.length - 1 - place : place));
  const factor = from.map((place, index) => rounded(wanted.scale[index] / given.scale[place], 1));
  const shift = from.map((place, index) => rounded(wanted.offset[index] - factor[index] * given.offset[place], 0));
  const isSame = !isSwapped && factor.every((each) => each === 1) && shift.every((each) => each === 0);
  return isSame ? undefined : { from, factor, shift };
}

const rounded = (value: number, to: number): number => (Math.abs(value - to) < ROUNDING ? to : value);

/** An input range as a note tells it. */
export function describeRange({ channelOrder, scale, offset }: InputRange): string {
  const places = scale.map(
    (each, index) => `${channelOrder[index]}·${short(each)}${offset[index] < 0 ? ' − ' : ' + '}${short(Math.abs(offset[index]))}`,
  );
  return places.join(', ');
}

const short = (value: number): string => String(Number(value.toPrecision(6)));
