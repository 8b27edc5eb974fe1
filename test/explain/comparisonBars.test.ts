import { comparisonBars, shareInterval } from '../../src/explain/comparisonBars.js';
import { brokenMarkup } from './brokenMarkup.js';

describe('shareInterval', () => {
  // Wilson's interval as R's prop.test(correct = FALSE) computes it.
  it.each([
    { right: 5, count: 10, low: 0.2366, high: 0.7634 },
    { right: 0, count: 10, low: 0, high: 0.2775 },
    { right: 10, count: 10, low: 0.7225, high: 1 },
    { right: 310, count: 400, low: 0.7316, high: 0.8132 },
  ])('$right of $count: $low to $high', ({ right, count, low, high }) => {
    const [from, to] = shareInterval(right / count, count);
    expect(from).toBeCloseTo(low, 3);
    expect(to).toBeCloseTo(high, 3);
  });
});

describe('comparisonBars', () => {
  it('draws 25 % as a quarter, what exceeds 1 as a full bar and what is no number as none', () => {
    const { markup } = comparisonBars('x', [
      { name: 'a', share: 0.25, own: true },
      { name: 'b', share: 1.5 },
      { name: 'c', share: NaN },
    ]);
    expect(brokenMarkup(markup)).toBeUndefined();
    expect([...markup.matchAll(/width:([\d.]+)%/g)].map(([, width]) => width)).toEqual(['25.00', '100.00', '0.00']);
    expect([...markup.matchAll(/class="number">([^<]*)</g)].map(([, text]) => text)).toEqual(['25.0\u00a0%', '150.0\u00a0%', 'n/a']);
  });
});
