/** Shares of the font's size, of DejaVu Sans, the widest of the fonts that a browser or librsvg may take for ours. */
const WIDTHS: readonly (readonly [characters: RegExp, width: number])[] = [
  [/[ijlI.,:;'|!()[\]/ ]/, 0.4],
  [/[mwMW@%…→]/, 1.02],
  [/[a-z0-9_"-]/, 0.64],
  [/[A-Z+×=<>&#~]/, 0.84],
];
const OTHER_CHARACTERS = 1;
const BOLD = 1.1;

/** Pixels that a line of text needs at most, whatever common sans-serif font shows it. */
export function textWidth(text: string, fontSize: number, { bold = false }: { bold?: boolean } = {}): number {
  const units = [...text].reduce((sum, character) => sum + (WIDTHS.find(([kind]) => kind.test(character))?.[1] ?? OTHER_CHARACTERS), 0);
  return units * fontSize * (bold ? BOLD : 1);
}
