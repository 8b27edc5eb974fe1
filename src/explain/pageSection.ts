import { html, type Html } from './html.js';

/** A part of a page under a heading of its own. */
export interface PageSection {
  /** Plain text; no two of a page are alike. */
  readonly heading: string;
  readonly body: Html;
}

/** What an address after `#` may be made of. */
const idOf = (heading: string): string => heading.toLowerCase().replace(/[^a-z0-9]+/g, '-');

/** Sections under level-two headings, in their order. */
export function pageSections(sections: readonly PageSection[]): Html[] {
  return sections.map(
    ({ heading, body }) =>
      html`<section aria-labelledby="${idOf(heading)}">
        <h2 id="${idOf(heading)}">${heading}</h2>
        ${body}
      </section>`,
  );
}

/** Links to the sections of the page. */
export function contents(sections: readonly PageSection[]): Html {
  return html`<nav class="contents" aria-label="Contents">
    <ul>
      ${sections.map(({ heading }) => html`<li><a href="#${idOf(heading)}">${heading}</a></li>`)}
    </ul>
  </nav>`;
}
