import { CalibrationTally } from '../../src/evaluation/calibration.js';
import { calibrationSection } from '../../src/explain/calibrationSection.js';
import { brokenMarkup } from './brokenMarkup.js';

/** `[sureness, right, wrong]` */
function markupOf(answers: readonly (readonly [number, number, number])[]): string {
  const tally = new CalibrationTally();
  for (const [sureness, right, wrong] of answers) {
    for (let picture = 0; picture < right + wrong; picture++) tally.add(sureness, picture < right);
  }
  const { markup } = calibrationSection(tally.result()).body;
  expect(brokenMarkup(markup)).toBeUndefined();
  return markup.replaceAll('\u00a0', ' ').replace(/\s+/g, ' ');
}

const rectangles = (markup: string, kind: string): { y: number; height: number }[] =>
  [...markup.matchAll(new RegExp(`class="${kind}"[^>]*? y="([\\d.]+)"\\s+height="([\\d.]+)"`, 'g'))].map(([, y, height]) => ({ y: Number(y), height: Number(height) })); // prettier-ignore

describe('calibrationSection', () => {
  const markup = markupOf([
    [0.9, 30, 10],
    [0.5, 10, 10],
  ]);

  it('says how far it is off, which way, and what that means: 0.9 sure and 0.75 right in 40 of 60', () => {
    expect(markup).toContain('off by <strong>10.0 %</strong>');
    expect(markup).toContain('it is too sure: its answers are 76.7 % sure and 66.7 % right');
  });

  it('draws a bar as high as the share of right answers on an axis of 286 pixels, and counts below against the largest', () => {
    expect(rectangles(markup, 'reached')).toEqual([
      { y: 157, height: 143 },
      { y: 85.5, height: 214.5 },
    ]);
    expect(rectangles(markup, 'counted').map(({ height }) => height)).toEqual([23, 46]);
  });

  it('tells the same in words for the picture and as a table', () => {
    expect(markup).toContain('47 to 53 % sure: 20 pictures, 50.0 % right; 87 to 93 % sure: 40 pictures, 75.0 % right');
    expect(markup.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')).toContain('87 to 93 % 40 90.0 % 75.0 % −15.0 %');
  });

  it('calls a network that is right more often than it says not sure enough, and one that is right as often neither', () => {
    expect(markupOf([[0.5, 9, 1]])).toContain('it is not sure enough');
    expect(markupOf([[0.75, 3, 1]])).not.toMatch(/too sure|not sure enough/);
  });

  it('says that there is nothing where no answer was judged', () => {
    expect(markupOf([])).toContain('No answer was judged.');
  });
});
