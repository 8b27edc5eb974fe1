import { lineChart } from '../../src/explain/lineChart.js';
import { brokenMarkup } from './brokenMarkup.js';

const spell = (value: number): string => value.toFixed(1);
const chart = (series: Record<string, number[]>, more: object = {}): string => {
  const lines = Object.entries(series).map(([name, values]) => ({ name, points: values.map((y, index) => ({ x: index + 1, y })) }));
  const { markup } = lineChart({ title: 'Loss', xLabel: 'epoch', yLabel: 'nats', series: lines, spell, spellTick: spell, ...more });
  expect(brokenMarkup(markup)).toBeUndefined();
  return markup;
};
const count = (markup: string, pattern: RegExp): number => (markup.match(pattern) ?? []).length;
/** Pixels of every point of the first line. */
const placed = (markup: string): number[][] =>
  (/points="([^"]*)"/.exec(markup)?.[1] ?? '').split(' ').map((pair) => pair.split(',').map(Number));

describe('lineChart', () => {
  it('draws 0, 1 and 2 on an axis of 0 to 2 at its bottom, middle and top, left to right', () => {
    const [first, second, third] = placed(chart({ training: [0, 1, 2] }));
    expect([first[0], third[0]]).toEqual([62, 468]);
    expect([first[1], third[1]]).toEqual([254, 26]);
    expect(second).toEqual([(62 + 468) / 2, (254 + 26) / 2]);
  });

  it('breaks a line at NaN into two, and marks a point that stands alone', () => {
    const markup = chart({ training: [1, 2, NaN, 1, 0, Infinity, 3] });
    expect(count(markup, /<polyline/g)).toBe(2);
    expect(count(markup, /<title>/g)).toBe(5);
  });

  it('marks one epoch and draws no line', () => {
    const markup = chart({ training: [0.5] });
    expect(count(markup, /<polyline/g)).toBe(0);
    expect(markup).toContain('<title>training, 1: 0.5</title>');
  });

  it('leaves the marks out above 30 points', () => {
    expect(count(chart({ training: Array.from({ length: 30 }, (_, index) => index) }), /<title>/g)).toBe(30);
    expect(count(chart({ training: Array.from({ length: 31 }, (_, index) => index) }), /<title>/g)).toBe(0);
  });

  it('says that there is nothing to draw where no value is finite', () => {
    const markup = chart({ training: [NaN, Infinity], validation: [] });
    expect(markup).not.toContain('<svg');
    expect(markup).toContain('There is no finite value to draw.');
  });

  it('tells two lines apart by mark and class, and names them in the legend', () => {
    const markup = chart({ training: [1, 2], validation: [2, 3] });
    expect(count(markup, /<circle/g)).toBe(3);
    expect(count(markup, /<rect/g)).toBe(3);
    expect(count(markup, /<li>/g)).toBe(2);
    expect(markup).toContain('series-1');
  });

  it('a level line beyond the values widens the axis', () => {
    expect(chart({ training: [1, 2] }, { levels: [{ name: 'guessing', y: 8 }] })).toContain('>8.0</text');
    expect(chart({ training: [1, 2] })).not.toContain('>8.0</text');
  });
});
