import { InvalidArgumentError } from 'commander';

/** A command-line value as an integer of at least `minimum`; commander prints the option's name before the message. */
export const integer =
  (minimum: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < minimum || text.trim() === '') {
      throw new InvalidArgumentError(`Expected an integer of at least ${minimum}, got '${text}'.`);
    }
    return value;
  };

/** A command-line value as a number above zero. */
export function positiveNumber(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError(`Expected a number above 0, got '${text}'.`);
  return value;
}

/** A square size in pixels, `224`, or `HEIGHTxWIDTH`. */
export function pictureSize(text: string): [height: number, width: number] {
  const match = /^(\d+)(?:x(\d+))?$/.exec(text);
  const height = Number(match?.[1]);
  const width = Number(match?.[2] ?? height);
  if (!match || height < 1 || width < 1)
    throw new InvalidArgumentError(`Expected pixels, as 224 or 240x320 (height x width), got '${text}'.`);
  return [height, width];
}

/** `--validation`: a share between 0 and 1, or a folder. */
export function fractionOrDirectory(text: string): number | string {
  const value = Number(text);
  if (text.trim() === '' || Number.isNaN(value)) return text;
  if (value <= 0 || value >= 1) throw new InvalidArgumentError(`Expected a share between 0 and 1, or a folder, got '${text}'.`);
  return value;
}
