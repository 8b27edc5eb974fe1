import { spellShape } from '../spec/shapeRow.js';
import { minimumInputSize } from '../spec/inputSizes.js';
import type { NetworkSpec } from '../spec/types.js';
import { costOf, type BranchCost, type Cost } from './costOf.js';
import type { CostSum } from './costRow.js';
import { stageCosts } from './stageCosts.js';
import { specOf, type SpecOrModel } from './specOf.js';
import { grouped, percent, textTable, type Column, type TableRow } from './textTable.js';

const SUMMARY_COLUMNS: readonly Column[] = [
  { head: 'layer', align: 'left' },
  { head: 'output shape', align: 'left' },
  { head: 'parameters', align: 'right' },
  { head: 'multiply-adds', align: 'right' },
  { head: 'share', align: 'right' },
];

const COST_COLUMNS: readonly Column[] = [
  { head: 'part', align: 'left' },
  { head: 'output shape', align: 'left' },
  { head: 'receptive field', align: 'right' },
  { head: 'parameters', align: 'right' },
  { head: 'share', align: 'right' },
  { head: 'multiply-adds', align: 'right' },
  { head: 'share', align: 'right' },
  { head: 'activation bytes', align: 'right' },
];

/**
 * A network layer by layer as plain text: output shape, trainable parameters, multiply-adds and their share.
 *
 * @throws InceptionError as {@link costOf} does.
 */
export function summaryTable(specOrModel: SpecOrModel): string {
  const spec = specOf(specOrModel);
  const cost = costOf(spec);
  const line = (name: string, shape: string, sum: CostSum): TableRow => [
    name,
    shape,
    grouped(sum.parameters.trainable),
    grouped(sum.multiplyAdds),
    percent(shareOf(sum.multiplyAdds, cost.multiplyAdds)),
  ];
  const layers = cost.rows.map((row) => line(row.name, spellShape(row.outputShape), row));
  const totals = totalsOf(cost).map(([name, sum]) => line(name, '', sum));
  return framed(spec, cost, textTable(SUMMARY_COLUMNS, [...layers, 'rule', ...totals]));
}

/**
 * Where a network's cost is, as plain text: by module and branch, with the layers round them, and by head.
 *
 * @throws InceptionError as {@link costOf} does.
 */
export function costTable(specOrModel: SpecOrModel): string {
  const spec = specOf(specOrModel);
  const cost = costOf(spec);
  const line = (name: string, sum: CostSum, place?: Pick<BranchCost, 'outputShape' | 'receptiveField'>): TableRow => [
    name,
    place ? spellShape(place.outputShape) : '',
    place ? spellShape(place.receptiveField.size) : '',
    grouped(sum.parameters.trainable),
    percent(shareOf(sum.parameters.trainable, cost.parameters.trainable)),
    grouped(sum.multiplyAdds),
    percent(shareOf(sum.multiplyAdds, cost.multiplyAdds)),
    grouped(sum.activationBytes),
  ];
  const rows = stageCosts(cost).flatMap((stage) => [
    line(stage.name, stage, stage),
    ...stage.branches.map((branch) => line(`  ${branch.name}`, branch, branch)),
  ]);
  const totals = totalsOf(cost).map(([name, sum]) => line(name, sum));
  return framed(spec, cost, textTable(COST_COLUMNS, [...rows, 'rule', ...totals]));
}

function totalsOf(cost: Cost): [string, CostSum][] {
  const heads = Object.entries(cost.heads);
  if (heads.length === 0) return [['total', cost]];
  return [['main path (inference)', cost.main], ...heads, ['total', cost]];
}

function framed(spec: NetworkSpec, { parameters }: Cost, table: string): string {
  const { name, variant, inputShape, classes } = spec;
  const classesText = classes === 0 ? 'no classifier' : `${grouped(classes)} classes`;
  const least = minimumInputSize(spec);
  const title = `${name} (${variant}), input ${spellShape(inputShape)} (at least ${least}×${least}), ${classesText}`;
  const { trainable, nonTrainable, total } = parameters;
  const count = `${grouped(total)} parameters: ${grouped(trainable)} trainable, ${grouped(nonTrainable)} moving statistics`;
  return `${title}\n\n${table}\n\n${count}. Multiply-adds are for one picture.`;
}

function shareOf(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
