import { html, type Html } from './html.js';
import { percent } from './numberText.js';

/** One bar: a name and a share between 0 and 1. */
export interface ComparedShare {
  readonly name: string;
  readonly share: number;
  /** Whether this is the one that the others are compared with. */
  readonly own?: boolean;
}

/** Shares as horizontal bars, each with its percentage as text. */
export function comparisonBars(caption: string, shares: readonly ComparedShare[]): Html {
  return html`<table class="bars">
    <caption>
      ${caption}
    </caption>
    <tbody>
      ${shares.map(
        ({ name, share, own }) =>
          html`<tr class="${own ? 'own' : 'other'}">
            <th scope="row">${name}</th>
            <td>${bar(share)}</td>
            <td class="number">${percent(share)}</td>
          </tr> `,
      )}
    </tbody>
  </table>`;
}

/** A bar as long as its share of the space; the number beside it says the same. */
export function bar(share: number): Html {
  const length = Number.isFinite(share) ? Math.max(0, Math.min(1, share)) : 0;
  return html`<span class="track" aria-hidden="true"><span style="width:${(100 * length).toFixed(2)}%"></span></span>`;
}

/**
 * The range that holds the true share with 95 % confidence when `share` of `count` pictures came out right (Wilson's interval).
 *
 * @returns Both ends, between 0 and 1.
 */
export function shareInterval(share: number, count: number): [low: number, high: number] {
  const z = 1.959964;
  const center = (share + (z * z) / (2 * count)) / (1 + (z * z) / count);
  const half = (z / (1 + (z * z) / count)) * Math.sqrt((share * (1 - share)) / count + (z * z) / (4 * count * count));
  return [Math.max(0, center - half), Math.min(1, center + half)];
}
