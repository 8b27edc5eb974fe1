import { html, type Html } from './html.js';

/** A name and a value, or several, for a list of settings. */
export interface ReportFact {
  readonly name: string;
  readonly value: string | number | readonly (string | number)[];
}

/** Names with their values; on a narrow page a value stands under its name. */
export function factList(facts: readonly ReportFact[]): Html {
  return html`<dl class="facts">
    ${facts.map(
      ({ name, value }) =>
        html`<div>
          <dt>${name}</dt>
          ${[value].flat().map((one) => html`<dd>${one}</dd>`)}
        </div>`,
    )}
  </dl>`;
}
