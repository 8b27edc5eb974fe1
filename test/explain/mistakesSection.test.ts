import { mistakesSection } from '../../src/explain/mistakesSection.js';
import type { PicturePrediction } from '../../src/explain/predictionCards.js';
import { brokenMarkup } from './brokenMarkup.js';
import { evaluationOf } from './sampleRun.js';

const picture = { pixels: new Uint8Array(3), height: 1, width: 1 };
const mistake = (truth: string, answer: string, probability: number): PicturePrediction => ({
  ...{ name: `${truth}/${probability}.jpg`, picture, truth },
  predictions: [
    { label: answer, probability },
    { label: truth, probability: 1 - probability },
  ],
});
const evaluation = evaluationOf([[7, 3], [1, 9]], ['cat', 'dog']); // prettier-ignore
const textOf = (mistakes: readonly PicturePrediction[]): string => {
  const { markup } = mistakesSection(mistakes, evaluation).body;
  expect(brokenMarkup(markup)).toBeUndefined();
  return markup.replace(/<[^>]*>/g, ' ').replaceAll('\u00a0', ' ').replace(/\s+/g, ' '); // prettier-ignore
};

describe('mistakesSection', () => {
  it('groups by truth and answer, the pair with the surest mistake first, and tells how common each confusion is', () => {
    const text = textOf([mistake('dog', 'cat', 0.95), mistake('cat', 'dog', 0.9), mistake('cat', 'dog', 0.8)]);
    expect(text).toContain('The 3 surest of 4 mistakes among 20 held-out pictures');
    expect(text).toMatch(
      /dog taken for cat 1 of 10 pictures of dog \(10\.0 %\); all shown\..* cat taken for dog 3 of 10 pictures of cat \(30\.0 %\); 2 shown\./,
    );
    expect(text).toContain('cat 95.0 % ✗ wrong: it is dog (5.0 %) dog/0.95.jpg');
  });

  it('shows a mistake of classes that the evaluation does not know, without a share', () => {
    const text = textOf([mistake('fox', 'cow', 0.9)]);
    expect(text).toContain('fox taken for cow cow 90.0 %');
  });
});
