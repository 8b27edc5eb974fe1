/** A column: its head, and on which side its cells are flush. */
export interface Column {
  readonly head: string;
  readonly align: 'left' | 'right';
}

/** Cells of one row, or a rule across the table. */
export type TableRow = readonly string[] | 'rule';

/** Rows as plain text, in aligned columns two spaces apart, under their heads. */
export function textTable(columns: readonly Column[], rows: readonly TableRow[]): string {
  const heads = columns.map(({ head }) => head);
  const cells = [heads, ...rows.filter((row) => row !== 'rule')];
  const widths = columns.map((_, index) => Math.max(...cells.map((row) => row[index].length)));
  const rule = '-'.repeat(widths.reduce((sum, width) => sum + width, 0) + 2 * (widths.length - 1));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, index) => (columns[index].align === 'left' ? cell.padEnd(widths[index]) : cell.padStart(widths[index])))
      .join('  ')
      .trimEnd();
  return [line(heads), rule, ...rows.map((row) => (row === 'rule' ? rule : line(row)))].join('\n');
}

/** A whole number with its thousands grouped: `1,582,671,872`. */
export function grouped(count: number): string {
  return count.toLocaleString('en-US');
}

/** A share of 1 in percent, to one decimal. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
