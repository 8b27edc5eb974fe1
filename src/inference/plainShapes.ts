import { invalidArgument } from '../errors.js';

/** A tensor's shape; `null` or −1 where any length will do, absent where the file does not say. */
export type PlainShape = readonly (number | null)[] | undefined;

/** No network takes larger pictures, and one of them is 200 MB: more is a damaged file's. */
const LARGEST_SIDE = 4096;

/** What a plain model's shapes say of it. */
export interface PlainShapes {
  readonly size: readonly [height: number, width: number];
  readonly classes: number;
}

/**
 * Input size and classes of a model that is not this package's.
 *
 * @param shapes Of all inputs and outputs.
 * @throws InceptionError `INVALID_ARGUMENT` unless there are one input `[batch, height, width, 3]` and one output `[batch, classes]`.
 */
export function checkPlainShapes(
  where: string,
  name: string,
  { inputs, outputs }: { readonly inputs: readonly PlainShape[]; readonly outputs: readonly PlainShape[] },
): PlainShapes {
  const [[, height, width, channels] = [], [, classes] = []] = [inputs[0], outputs[0]];
  if (inputs.length !== 1 || inputs[0]?.length !== 4 || channels !== 3 || !isSide(height) || !isSide(width)) {
    throw invalidArgument(`${where}.modelOrPath`, `a model with one input, [batch, height, width, 3]`, `${name} with ${shown(inputs)}`);
  }
  if (outputs.length !== 1 || outputs[0]?.length !== 2 || !isLength(classes) || classes < 2) {
    throw invalidArgument(`${where}.modelOrPath`, `a model with one output, [batch, classes]`, `${name} with ${shown(outputs)}`);
  }
  return { size: [height, width], classes };
}

const isSide = (value: number | null | undefined): value is number => isLength(value) && value <= LARGEST_SIDE;

const isLength = (value: number | null | undefined): value is number => Number.isInteger(value) && value! > 0;

const shown = (shapes: readonly PlainShape[]): string =>
  shapes.map((shape) => (shape ? `[${shape.map((side) => (isLength(side) ? side : 'any')).join(', ')}]` : 'no shape')).join(' and ') ||
  'none';
