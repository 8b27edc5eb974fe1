import { spellShape } from '../spec/shapeRow.js';
import { costChange, type BeforeAndAfter, type CostSumChange, type PartChange, type QuantityChange } from './costChange.js';
import type { ReceptiveField } from './receptiveField.js';
import { specOf, type SpecOrModel } from './specOf.js';
import { grouped, textTable, type Column, type TableRow } from './textTable.js';

const COLUMNS: readonly Column[] = [
  { head: 'part', align: 'left' },
  ...['parameters', 'multiply-adds', 'activation bytes'].flatMap((head): Column[] => [
    { head, align: 'right' },
    { head: '', align: 'right' },
  ]),
  { head: 'receptive field', align: 'right' },
];

/**
 * What a change does to a network's cost as plain text: each module and branch that it touches, before → after and the ratio, and the whole.
 *
 * @throws InceptionError as {@link costChange} does.
 */
export function costChangeTable(before: SpecOrModel, after: SpecOrModel): string {
  const { whole, main, receptiveField, stages } = costChange(before, after);
  if (stages.length === 0) return 'The change touches nothing.';
  const line = (name: string, sum: CostSumChange, field: BeforeAndAfter<ReceptiveField>): TableRow => [
    name,
    ...[sum.parameters, sum.multiplyAdds, sum.activationBytes].flatMap((quantity) => [arrow(quantity), ratio(quantity)]),
    fields(field),
  ];
  const rows = stages.flatMap((stage) => [
    line(names(stage), stage, stage.receptiveField),
    ...stage.branches.map((branch) => line(`  ${names(branch)}`, branch, branch.receptiveField)),
  ]);
  const hasHeads = [before, after].some((each) => specOf(each).auxiliaryHeads.length > 0);
  const totals = [
    ...(hasHeads ? [line('main path (inference)', main, receptiveField)] : []),
    line(hasHeads ? 'total' : 'whole network', whole, receptiveField),
  ];
  return `${textTable(COLUMNS, [...rows, 'rule', ...totals])}\n\nBefore → after, and after / before. Only what the change touches is listed.`;
}

function arrow({ before, after }: QuantityChange): string {
  return before === after ? grouped(before) : `${grouped(before)} → ${grouped(after)}`;
}

function ratio({ before, after, ratio: factor }: QuantityChange): string {
  if (before === after) return '=';
  return factor === null ? 'new' : `× ${factor.toFixed(factor < 10 ? 3 : 1)}`;
}

function names({ name: { before, after } }: PartChange): string {
  if (before === after) return before ?? '';
  if (before === null) return `${after}, put in`;
  return after === null ? `${before}, taken out` : `${after} (was ${before})`;
}

function fields({ before, after }: BeforeAndAfter<ReceptiveField>): string {
  const [was, is] = [before, after].map((field) => (field === null ? '–' : spellShape(field.size)));
  return was === is ? was : `${was} → ${is}`;
}
