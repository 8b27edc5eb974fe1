import { chartScale, type ChartArea } from '../../src/explain/chartAxes.js';
import { marksLegend, markLines, type ChartMark } from '../../src/explain/chartMarks.js';

const area: ChartArea = { width: 500, height: 100, left: 100, right: 400, top: 20, bottom: 80 };
const scale = chartScale([0, 30], [area.left, area.right], { exact: true });
const mark = (x: number, sign: string): ChartMark => ({ x, sign, name: `${sign} at` });
const drawn = (marks: readonly ChartMark[]): { lines: number[]; signs: string[] } => {
  const markup = String(markLines(marks, scale, area));
  return {
    lines: [...markup.matchAll(/x1="([\d.]+)"/g)].map(([, x]) => Number(x)),
    signs: [...markup.matchAll(/>([^<>]+)<\/text/g)].map(([, sign]) => sign),
  };
};

describe('markLines', () => {
  it('draws 10 and 20 of 30 at a third and at two thirds, and what lies beyond an edge at the edge', () => {
    expect(drawn([mark(20, 'B'), mark(10, 'R'), mark(31, 'E'), mark(-1, 'P')]).lines).toEqual([100, 200, 300, 400]);
  });

  it('gives signs that would overlap one place, each sign once', () => {
    expect(drawn([mark(30, 'B'), mark(30, 'E'), mark(29, 'R'), mark(28, 'R'), mark(5, 'R')]).signs).toEqual(['R', 'R B E']);
  });

  it('draws nothing for no marks', () => {
    expect(markLines([], scale, area)).toBe(false);
    expect(marksLegend([])).toBe(false);
  });
});

describe('marksLegend', () => {
  it('names 5 places of 1,000 resumptions and counts the other 995', () => {
    const many = Array.from({ length: 1000 }, (_, index) => mark(index / 4, 'R'));
    expect(String(marksLegend([...many, mark(12, 'B')])).replace(/<[^>]*>|\s+/g, ' ').replace(/ +/g, ' ').trim()).toBe('R R at 0, 0.3, 0.5, 0.8, 1 and 995 more B B at 12'); // prettier-ignore
  });
});
