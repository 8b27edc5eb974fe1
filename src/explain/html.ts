/** Markup that is safe as it stands: it came out of {@link html}, whose own text is written by us and whose values are escaped. */
export class Html {
  constructor(readonly markup: string) {}

  toString(): string {
    return this.markup;
  }
}

/** What {@link html} accepts between its words: text is escaped, lists are joined, nothing (`undefined`, `false`) is left out. */
export type HtmlValue = Html | string | number | false | undefined | readonly HtmlValue[];

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

// Control characters and half surrogate pairs are not allowed in HTML, and some of them have misled its parsers.
// eslint-disable-next-line no-control-regex
const UNPRINTABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]|\p{Surrogate}/gu;

/** Text as HTML shows it, in an element or in a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]).replace(UNPRINTABLE, '\ufffd');
}

/**
 * A template tag for HTML and SVG. Every value is escaped unless it came out of this tag itself; attributes must be quoted.
 *
 * @example
 * ```ts
 * html`<p title="${'"'}">${'<script>'}</p>`.markup; // <p title="&quot;">&lt;script&gt;</p>
 * ```
 */
export function html(words: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(words.reduce((markup, word, index) => markup + markupOf(values[index - 1]) + word));
}

function markupOf(value: HtmlValue): string {
  if (value === undefined || value === false) return '';
  if (value instanceof Html) return value.markup;
  if (typeof value === 'object') return value.map(markupOf).join('');
  return escapeHtml(String(value));
}
