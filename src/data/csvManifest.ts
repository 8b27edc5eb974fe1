import { CsvError, parse } from 'csv-parse/sync';
import { invalidArgument } from '../errors.js';
import { manifestPicture, type ManifestPicture } from './datasetManifest.js';

const COLUMNS = ['path', 'label', 'split', 'sha256'] as const;
const NEEDED = ['path', 'label'];

/** Calls `onRow` with every row's cells and the line it ends on; no rows are kept. */
function eachRow(where: string, text: string, onRow: (cells: string[], line: number) => void): void {
  try {
    parse(text, {
      bom: true,
      skip_empty_lines: true,
      on_record: (cells: string[], { lines }) => {
        onRow(cells, lines);
        return null;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = (error as CsvError & { lines?: number }).lines;
    throw invalidArgument(line === undefined ? where : `${where}, line ${line}`, 'CSV with as many cells in every row', error.message);
  }
}

/** @returns The column of each cell. */
function columnsOf(where: string, header: readonly string[]): string[] {
  const unknown = header.find((name, at) => !(COLUMNS as readonly string[]).includes(name) || header.indexOf(name) < at);
  const isComplete = NEEDED.every((name) => header.includes(name));
  if (isComplete && unknown === undefined) return [...header];
  const advice = header.length === 1 && header[0].includes(';') ? 'Separate the cells with commas.' : '';
  throw invalidArgument(`${where}, line 1`, `the columns path,label and as you like split,sha256`, header.join(','), advice);
}

/** The picture in a row. */
function pictureOf(where: string, columns: readonly string[], cells: readonly string[], line: number): ManifestPicture {
  const row: Record<string, string> = {};
  columns.forEach((name, at) => {
    if (cells[at] !== '' || NEEDED.includes(name)) row[name] = cells[at];
  });
  const { success, data, error } = manifestPicture.safeParse(row);
  if (success) return data;
  const [issue] = error.issues;
  const column = String(issue.path[0]);
  throw invalidArgument(`${where}, line ${line}: ${column}`, issue.message, row[column]);
}

/**
 * Parses a manifest in CSV (RFC 4180): a header with the columns path and label, and as one likes split and sha256, in any order. Empty
 * cells of split and sha256 say nothing.
 *
 * @param where The file, for messages.
 * @returns The pictures, and the line each ends on.
 * @throws InceptionError `INVALID_ARGUMENT` naming the line and the column.
 * @see RFC 4180
 */
export function parseCsv(where: string, text: string): { pictures: ManifestPicture[]; lines: number[] } {
  let columns: string[] | undefined;
  const pictures: ManifestPicture[] = [];
  const lines: number[] = [];
  eachRow(where, text, (cells, line) => {
    if (!columns) columns = columnsOf(where, cells);
    else {
      pictures.push(pictureOf(where, columns, cells, line));
      lines.push(line);
    }
  });
  if (!columns) columnsOf(where, []);
  return { pictures, lines };
}
