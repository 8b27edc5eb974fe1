/**
 * A text in lines of at most so many characters, where it can be broken; the lines after the first are indented.
 *
 * @param breaks Matches the places, without width, where a line may end: `/(?= → )/`.
 */
export function wrapText(text: string, width: number, indent: string, breaks: RegExp): string[] {
  const [first, ...pieces] = text.split(breaks);
  const lines = [first];
  for (const piece of pieces) {
    const last = lines[lines.length - 1];
    if (last.length + piece.trimEnd().length <= width) lines[lines.length - 1] = last + piece;
    else lines.push(indent + piece.trimStart());
  }
  return lines.map((line) => line.trimEnd());
}
