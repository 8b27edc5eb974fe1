import { costChangeTable } from '../../src/cost/costChangeTable.js';
import { changeSpec, type SpecChanges } from '../../src/spec/changeSpec.js';
import { networkSpec } from '../../src/spec/networkSpec.js';

const table = (changes: SpecChanges, auxiliaryHeads = false): string => {
  const spec = networkSpec('googlenet', { variant: 'paper', auxiliaryHeads });
  return costChangeTable(spec, changeSpec(spec, changes));
};
const cells = (line: string): string[] => line.trim().split(/ {2,}/);

it('prints each touched module and branch before and after, with the ratio, and the whole: 120,422,400 for 12,443,648', () => {
  const lines = table({ inception_3a_5x5_reduce: null }).split('\n');
  expect(lines.map(cells).filter((line) => line.length > 1)).toEqual([
    ['part', 'parameters', 'multiply-adds', 'activation bytes', 'receptive field'],
    ['inception_3a', '163,696 → 301,408', '× 1.841', '128,049,152 → 236,027,904', '× 1.843', '2,558,976 → 2,508,800', '× 0.980', '59×59'],
    [
      ...['5x5 (was 5x5_reduce → 5x5)', '15,920 → 153,632', '× 9.650', '12,443,648 → 120,422,400', '× 9.677'],
      ...['150,528 → 100,352', '× 0.667', '59×59'],
    ],
    [
      ...['whole network', '6,998,552 → 7,136,264', '× 1.020', '1,582,671,872 → 1,690,650,624', '× 1.068'],
      ...['26,740,320 → 26,690,144', '× 0.998', '715×715'],
    ],
  ]);
});

it('marks what stays with =, what is new, and what is gone', () => {
  const lines = table({ norm1: null, pool5: { before: [{ op: 'convolution', name: 'extra', filters: 8, kernelSize: 3 }] } }).split('\n');
  expect(cells(lines[2])).toEqual(['norm1, taken out', '0', '=', '0', '=', '802,816 → 0', '× 0.000', '11×11 → –']);
  expect(cells(lines[3])).toEqual(['extra, put in', '0 → 73,736', 'new', '0 → 3,612,672', 'new', '0 → 1,568', 'new', '– → 779×779']);
  expect(
    lines
      .map(cells)
      .find(([name]) => name === 'main_logits')
      ?.slice(0, 2),
  ).toEqual(['main_logits', '1,025,000 → 9,000']);
});

it('with heads it tells the main path from the total: 512 units less take 512 · (2048 + 1 + 1000) parameters', () => {
  const lines = table({ auxiliary_4a_fc: { units: 512 } }, true)
    .split('\n')
    .map(cells);
  expect(lines.find(([name]) => name === 'main path (inference)')?.slice(1, 3)).toEqual(['6,998,552', '=']);
  expect(lines.find(([name]) => name === 'total')?.[1]).toBe('13,378,280 → 11,817,192');
});

it('says so where nothing changes', () => {
  expect(table({})).toBe('The change touches nothing.');
});
