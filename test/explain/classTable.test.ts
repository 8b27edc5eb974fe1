import { classTable } from '../../src/explain/classTable.js';
import { brokenMarkup } from './brokenMarkup.js';
import { evaluationOf } from './sampleRun.js';

const rowsOf = (markup: string): string[] => [...markup.matchAll(/<th scope="row">([^<]*)/g)].map(([, name]) => name);
const diagonal = (count: number): { names: string[]; counts: number[][] } => {
  const names = Array.from({ length: count }, (_, index) => `c${index}`);
  return { names, counts: names.map((_, row) => names.map((__, column) => (row === column ? 1 : 0))) };
};

describe('classTable', () => {
  it('lists the class with the lowest F1 first and one without pictures last, unjudged', () => {
    const evaluation = evaluationOf([[8, 2, 0], [0, 0, 0], [5, 0, 5]], ['good', 'empty', 'weak']); // prettier-ignore
    const { markup } = classTable(evaluation);
    expect(brokenMarkup(markup)).toBeUndefined();
    expect(rowsOf(markup)).toEqual(['weak', 'good', 'empty']);
    const text = markup.replace(/<[^>]*>/g, ' ').replaceAll('\u00a0', ' ').replace(/\s+/g, ' '); // prettier-ignore
    expect(text).toContain('weak 10 100.0 % 50.0 % 66.7 %');
    expect(text).toContain('empty 0 – – –');
  });

  it('shows 30 of 1,000 classes and folds all of them away; of 1,500 it counts those that are not listed', () => {
    const thousand = diagonal(1000);
    const { markup } = classTable(evaluationOf(thousand.counts, thousand.names));
    expect(rowsOf(markup)).toHaveLength(1030);
    expect(markup).toContain('All 1000 classes, in their own order');
    const { names } = diagonal(1500);
    const perClass = names.map((name) => ({ name, count: 1, precision: 1, recall: 1, f1: 1 }));
    const long = classTable({ perClass }).markup;
    expect(rowsOf(long)).toHaveLength(1030);
    expect(long).toContain('500 more are not listed');
  });
});
