import { html, type Html } from './html.js';
import type { PageSection } from './pageSection.js';

/** Where pictures come from, and under which terms. */
export interface PictureSource {
  readonly name: string;
  readonly license: string;
  /** Shown as a link if it begins with `https://` or `http://`. */
  readonly url?: string;
}

/** What the pictures are, in plain words, and where they come from. */
export interface Provenance {
  readonly note: string;
  readonly sources?: readonly PictureSource[];
}

export function provenanceSection({ note, sources = [] }: Provenance): PageSection {
  const named = ({ name, url }: PictureSource): Html | string =>
    url !== undefined && /^https?:\/\//i.test(url) ? html`<a href="${url}">${name}</a>` : name;
  const body = html`<p>${note}</p>
    ${
      sources.length > 0 &&
      html`<ul>
        ${sources.map((source) => html`<li>${named(source)}: ${source.license}</li>`)}
      </ul>`
    }`;
  return { heading: 'Where the pictures come from', body };
}
