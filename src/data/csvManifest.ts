import { CsvError, parse } from 'csv-parse/sync';
import { invalidArgument } from '../errors.js';
import { manifestPicture, type ManifestPicture } from './datasetManifest.js';

const COLUMNS = ['path', 'label', 'split', 'sha256'] as const;
const NEEDED = ['path', 'label'];

/** A row as the parser gives it: its cells, and the line it ends on. */
interface Row {
  readonly record: string[];
  readonly info: { readonly lines: number };
}

function rowsOf(where: string, text: string): Row[] {
  try {
    return parse(text, { bom: true, info: true, skip_empty_lines: true }) as unknown as Row[];
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
  const [header, ...rows] = rowsOf(where, text);
  const columns = columnsOf(where, header?.record ?? []);
  const pictures = rows.map(({ record, info }): ManifestPicture => {
    const cells: Record<string, string> = {};
    columns.forEach((name, at) => {
      if (record[at] !== '' || NEEDED.includes(name)) cells[name] = record[at];
    });
    const { success, data, error } = manifestPicture.safeParse(cells);
    if (success) return data;
    const [issue] = error.issues;
    const column = String(issue.path[0]);
    throw invalidArgument(`${where}, line ${info.lines}: ${column}`, issue.message, cells[column]);
  });
  return { pictures, lines: rows.map(({ info }) => info.lines) };
}
