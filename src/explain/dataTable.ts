import { html, type Html, type HtmlValue } from './html.js';

/** A column: numbers are flush right, and what is wide gets room. */
export interface TableColumn {
  readonly head: HtmlValue;
  readonly kind?: 'number' | 'wide';
}

/** A row; its first cell names it. */
export interface TableRow {
  readonly cells: readonly HtmlValue[];
  readonly emphasized?: boolean;
}

export interface DataTableContent {
  readonly caption: string;
  readonly columns: readonly TableColumn[];
  readonly rows: readonly TableRow[];
  readonly foot?: readonly TableRow[];
}

/** A table that scrolls within itself where the page is too narrow for it; the box takes the focus, so that keys scroll it. */
export function dataTable({ caption, columns, rows, foot = [] }: DataTableContent): Html {
  const room = (index: number): Html | false => index === 0 && nameRoom(rows.map(({ cells: [name] }) => name));
  const head = columns.map((column, index) => html`<th scope="col" ${kindClass(column)} ${room(index)}>${column.head}</th>`);
  return scrollBox(
    caption,
    html`<table>
      <caption>
        <span>${caption}</span>
      </caption>
      <thead>
        <tr>
          ${head}
        </tr>
      </thead>
      <tbody>
        ${rows.map((row) => tableRow(row, columns))}
      </tbody>
      ${
        foot.length > 0 &&
        html`<tfoot>
          ${foot.map((row) => tableRow(row, columns))}
        </tfoot>`
      }
    </table>`,
  );
}

/** Names up to the first length stand on one line, and no word up to the second is broken. */
const ONE_LINE = 14;
const UNBROKEN_WORD = 22;

/** Width for a column of names: a table that scrolls anyway would break them all. */
export function nameRoom(names: readonly HtmlValue[]): Html {
  const texts = names.filter((name) => typeof name === 'string');
  const longest = (parts: readonly string[], most: number): number =>
    parts.reduce((length, part) => Math.max(length, Math.min(part.length, most)), 0);
  const room = Math.max(longest(texts, ONE_LINE), longest(texts.flatMap((text) => text.split(/\s+/)), UNBROKEN_WORD)); // prettier-ignore
  return html`style="min-width:${room + 1}ch"`;
}

/** A box that scrolls sideways by pointer, finger and keys. */
export function scrollBox(name: string, content: Html): Html {
  return html`<div class="scroll" role="group" tabindex="0" aria-label="${name}">${content}</div>`;
}

function tableRow({ cells, emphasized }: TableRow, columns: readonly TableColumn[]): Html {
  const [name, ...others] = cells;
  const rest = others.map((cell, index) => html`<td${kindClass(columns[index + 1])}>${cell}</td>`);
  return html`<tr${emphasized && html` class="own"`}><th scope="row"${kindClass(columns[0])}>${name}</th>${rest}</tr>
`;
}

const kindClass = ({ kind }: TableColumn): Html | false => kind !== undefined && html` class="${kind}"`;
