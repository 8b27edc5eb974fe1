/** How a text is broken into lines. */
export interface Wrapping {
  /** The most that a line may measure. */
  readonly width: number;
  /** Matches the places, without width, where a line may end: `/(?= → )/`. */
  readonly breaks: RegExp;
  /** What the lines after the first begin with. @default '' */
  readonly indent?: string;
  /** What a line measures. @default its characters */
  readonly measure?: (line: string) => number;
}

/** A text in lines of a width, as far as it can be broken. */
export function wrapText(text: string, { width, breaks, indent = '', measure = ({ length }) => length }: Wrapping): string[] {
  const [first, ...pieces] = text.split(breaks);
  const lines = [first];
  for (const piece of pieces) {
    const longer = lines[lines.length - 1] + piece;
    if (measure(longer.trimEnd()) <= width) lines[lines.length - 1] = longer;
    else lines.push(indent + piece.trimStart());
  }
  return lines.map((line) => line.trimEnd());
}
