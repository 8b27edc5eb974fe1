import type { Evaluation } from '../evaluation/evaluate.js';
import { html, type Html } from './html.js';
import type { PageSection } from './pageSection.js';
import { percent } from './numberText.js';
import { predictionGrid, type PicturePrediction } from './predictionCards.js';

/** Pictures of one class that were taken for one other. */
interface ConfusedPair {
  readonly truth: string;
  readonly answer: string;
  readonly pictures: PicturePrediction[];
}

/** Wrong answers, in groups of one true class and one answer; the pair with the surest mistake comes first. */
export function mistakesSection(mistakes: readonly PicturePrediction[], evaluation: Evaluation): PageSection {
  const wrong = evaluation.confusion.reduce((sum, row, truth) => sum + row.reduce((all, count, answer) => all + (answer === truth ? 0 : count), 0), 0); // prettier-ignore
  const note =
    mistakes.length < wrong
      ? `The ${mistakes.length} surest of ${wrong} mistakes among ${evaluation.count} held-out pictures, each as the network saw it.`
      : `All ${wrong === 1 ? 'there is' : wrong} of the mistakes among ${evaluation.count} held-out pictures, each as the network saw it.`;
  const body = html`<p class="note">${note}</p>
    ${pairsOf(mistakes).map((pair) => pairGrid(pair, evaluation))}`;
  return { heading: 'Worst mistakes', body };
}

function pairsOf(mistakes: readonly PicturePrediction[]): ConfusedPair[] {
  const pairs = new Map<string, ConfusedPair>();
  for (const mistake of mistakes) {
    const [truth, answer] = [mistake.truth ?? 'unknown', mistake.predictions[0]?.label ?? 'no answer'];
    const key = JSON.stringify([truth, answer]);
    const pair = pairs.get(key) ?? { truth, answer, pictures: [] };
    pair.pictures.push(mistake);
    pairs.set(key, pair);
  }
  return [...pairs.values()];
}

function pairGrid({ truth, answer, pictures }: ConfusedPair, { classes, confusion }: Evaluation): Html {
  const row = confusion[classes.indexOf(truth)];
  const taken = row?.[classes.indexOf(answer)];
  const total = row?.reduce((sum, count) => sum + count, 0);
  return html`<h3>${truth} taken for ${answer}</h3>
    ${taken !== undefined && total !== undefined && html`<p class="note">${taken} of ${total} pictures of ${truth} (${percent(taken / total)}); ${pictures.length === taken ? 'all shown' : `${pictures.length} shown`}.</p>`}
    ${predictionGrid(pictures)}`;
}
