import { bar } from './comparisonBars.js';
import { html, type Html } from './html.js';
import { percent } from './numberText.js';
import { pictureUri, type ReportPicture } from './pictureUri.js';

/** A picture with what a network said of it. */
export interface PicturePrediction {
  /** Its file name or number. */
  readonly name: string;
  readonly picture: ReportPicture;
  /** The class it belongs to, where that is known. */
  readonly truth?: string;
  /** The surest answers, best first; probabilities between 0 and 1. */
  readonly predictions: readonly { readonly label: string; readonly probability: number }[];
}

/** Pictures with their surest answers as bars. Right and wrong are said in words as well as by color. */
export function predictionCards(pictures: readonly PicturePrediction[]): Html {
  return html`<ul class="cards">
    ${pictures.map(card)}
  </ul>`;
}

/** Pictures close together, each with one answer. */
export function predictionGrid(pictures: readonly PicturePrediction[]): Html {
  return html`<ul class="grid">
    ${pictures.map(tile)}
  </ul>`;
}

function card(shown: PicturePrediction): Html {
  return html`<li class="${verdictClass(shown)}">
    ${image(shown)}
    <div>
      <p class="name">${shown.name}</p>
      <p class="verdict">${verdict(shown)}</p>
      <table class="bars">
        <caption>
          <span class="unseen">The surest answers for ${shown.name}</span>
        </caption>
        <tbody>
          ${shown.predictions.map(
            ({ label, probability }) =>
              html`<tr class="${label === shown.truth ? 'own' : 'other'}">
                <th scope="row">${label}</th>
                <td>${bar(probability)}</td>
                <td class="number">${percent(probability)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </li> `;
}

function tile(shown: PicturePrediction): Html {
  const [best] = shown.predictions;
  return html`<li class="${verdictClass(shown)}">
    ${image(shown)}
    <p class="verdict">${best === undefined ? 'no answer' : `${best.label} ${percent(best.probability)}`}</p>
    <p class="note">${verdict(shown)}${ownProbability(shown)}</p>
    <p class="note path">${shown.name}</p>
  </li> `;
}

/** What a wrong answer left for the true class, where that is among the surest. */
function ownProbability(shown: PicturePrediction): string {
  const own = isRight(shown) ? undefined : shown.predictions.find(({ label }) => label === shown.truth);
  return own === undefined ? '' : ` (${percent(own.probability)})`;
}

function image({ name, picture, truth }: PicturePrediction): Html {
  return html`<img src="${pictureUri(picture)}" alt="${truth === undefined ? name : `${name}, a picture of class ${truth}`}" />`;
}

function isRight({ truth, predictions }: PicturePrediction): boolean | undefined {
  return truth === undefined ? undefined : predictions[0]?.label === truth;
}

function verdictClass(shown: PicturePrediction): string {
  const right = isRight(shown);
  return right === undefined ? 'unjudged' : right ? 'right' : 'wrong';
}

function verdict(shown: PicturePrediction): string {
  const right = isRight(shown);
  if (right === undefined) return 'true class unknown';
  return right ? `✓ right: ${shown.truth}` : `✗ wrong: it is ${shown.truth}`;
}
