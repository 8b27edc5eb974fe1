import { costChangeTable } from '../../src/cost/costChangeTable.js';
import { costTable, summaryTable } from '../../src/cost/costTable.js';
import { networkSpec } from '../../src/spec/networkSpec.js';

const spec = networkSpec('googlenet', { auxiliaryHeads: true });
const lineOf = (table: string, start: string): string => table.split('\n').find((line) => line.startsWith(start)) ?? 'no such line';
const cells = (line: string): string[] => line.trim().split(/ {2,}/);

it('summaryTable has a line for each layer: output shape, parameters, multiply-adds, share', () => {
  const table = summaryTable(spec);
  expect(cells(lineOf(table, 'layer'))).toEqual(['layer', 'output shape', 'parameters', 'multiply-adds', 'share']);
  expect(cells(lineOf(table, 'conv1 '))).toEqual(['conv1', '112×112×64', '9,536', '118,013,952', '7.4 %']);
  expect(cells(lineOf(table, 'inception_4d_5x5 '))).toEqual(['inception_4d_5x5', '14×14×64', '51,328', '10,035,200', '0.6 %']);
  expect(cells(lineOf(table, 'auxiliary_4a_fc'))).toEqual(['auxiliary_4a_fc', '1024', '2,098,176', '2,097,152', '0.1 %']);
});

it('costTable has a line for each module and, indented, each branch, with its receptive field and both shares', () => {
  const table = costTable(spec);
  const lines = table.split('\n');
  const at = lines.findIndex((line) => line.startsWith('inception_3a '));
  expect(cells(lines[at])).toEqual(['inception_3a', '28×28×256', '59×59', '164,064', '1.2 %', '128,049,152', '8.0 %', '2,558,976']);
  expect(lines[at + 3]).toMatch(/^ {2}5x5_reduce → 5x5 +28×28×32 +59×59 +15,968 +0\.1 % +12,443,648 +0\.8 % +150,528$/);
  expect(lines.filter((line) => line.startsWith('  '))).toHaveLength(36);
});

it.each([
  { name: 'summaryTable', table: summaryTable },
  { name: 'costTable', table: costTable },
])('$name ends in totals for the main path, each head and all: 13,385,816 trainable parameters', ({ table }) => {
  const text = table(spec);
  expect(text.split('\n')[0]).toBe('googlenet (batchnorm), input 224×224×3 (at least 65×65), 1,000 classes');
  expect(lineOf(text, 'main path')).toMatch(/ 7,005,832 .* 1,582,671,872 /);
  expect(lineOf(text, 'auxiliary_4d  ')).toMatch(/ 3,191,016 .* 4,202,496 /);
  expect(lineOf(text, 'total')).toMatch(/ 13,385,816 .* 1,591,044,096 /);
  expect(text.split('\n').at(-1)).toBe(
    '13,400,888 parameters: 13,385,816 trainable, 15,072 moving statistics. Multiply-adds are for one picture.',
  );
});

it('columns are flush: every line of numbers ends in the same column', () => {
  for (const table of [summaryTable(spec), costTable(spec)]) {
    const [, body] = table.split('\n\n');
    const lengths = new Set(body.split('\n').map((line) => line.length));
    expect(lengths.size).toBe(1);
  }
});

it('without heads or top there is one total and no classifier', () => {
  const table = summaryTable(networkSpec('googlenet', { includeTop: false }));
  expect(table).toContain('no classifier');
  expect(table).not.toMatch(/main path|logits/);
  expect(lineOf(table, 'total')).toMatch(/ 5,980,832 .* 1,581,647,872 +100\.0 %$/);
});

it('a model stands for its spec in every table', () => {
  const model = { spec };
  expect([summaryTable(model), costTable(model)]).toEqual([summaryTable(spec), costTable(spec)]);
  expect(costChangeTable(model, model)).toBe('The change touches nothing.');
});
