import { costOf, type Cost } from '../cost/costOf.js';
import type { CostSum } from '../cost/costRow.js';
import { grouped } from '../cost/textTable.js';
import type { EarlyExit } from '../evaluation/earlyExit.js';
import { spellShape } from '../spec/shapeRow.js';
import type { NetworkSpec } from '../spec/types.js';
import { bar } from './comparisonBars.js';
import { earlyExitPart } from './earlyExitPart.js';
import { dataTable, type TableRow } from './dataTable.js';
import { html, type HtmlValue } from './html.js';
import { byteText, percent } from './numberText.js';
import type { PageSection } from './pageSection.js';

interface Stage {
  readonly name: string;
  readonly shape: string;
  readonly cost: CostSum;
  readonly isModule: boolean;
}

/** A network stage by stage: what leaves it, and what it costs. A module is one stage. */
export function networkSection(spec: NetworkSpec, earlyExit?: EarlyExit): PageSection {
  const cost = costOf(spec);
  const { name, variant, source, inputShape } = spec;
  const body = html`<p>
      ${name}${variant !== '' && ` (${variant})`}, input ${spellShape(inputShape)}: ${grouped(cost.parameters.total)} parameters
      (${grouped(cost.parameters.trainable)} trainable), ${grouped(cost.multiplyAdds)} multiply-adds and ${byteText(cost.activationBytes)}
      of activations a picture. ${cost.modules.length} Inception ${cost.modules.length === 1 ? 'module' : 'modules'}.
    </p>
    ${source !== '' && html`<p class="note">After ${source}.</p>`}
    ${dataTable({
      caption:
        'Stages in order, modules in bold. Parameters include moving statistics; multiply-adds, their share of the total and activations ' +
        '(float32) are for one picture.',
      columns: [
        { head: 'stage' },
        { head: 'output shape' },
        ...['parameters', 'activations', 'multiply-adds', 'share'].map((head) => ({ head, kind: 'number' as const })),
        { head: html`<span class="unseen">share as a bar</span>`, kind: 'wide' },
      ],
      rows: stagesOf(cost).map((stage) => stageRow(stage, cost)),
      foot: totalsOf(cost).map(([part, sum]) => ({ cells: [part, '', ...costCells(sum, cost), ''] })),
    })}
    ${earlyExit !== undefined && earlyExitPart(earlyExit)}`;
  return { heading: 'Network', body };
}

function stagesOf(cost: Cost): Stage[] {
  const modules = new Map(cost.modules.map((own) => [own.name, own]));
  return cost.rows
    .filter(({ op, module, branch }) => module === undefined || (op === 'module' && branch === undefined))
    .map((row) => {
      const own = row.op === 'module' ? modules.get(row.name) : undefined;
      return { name: row.name, shape: spellShape(row.outputShape), cost: own ?? row, isModule: own !== undefined };
    });
}

function stageRow({ name, shape, cost, isModule }: Stage, whole: Cost): TableRow {
  return { cells: [name, shape, ...costCells(cost, whole), bar(shareOf(cost, whole))], emphasized: isModule };
}

function costCells(cost: CostSum, whole: Cost): HtmlValue[] {
  return [grouped(cost.parameters.total), byteText(cost.activationBytes), grouped(cost.multiplyAdds), percent(shareOf(cost, whole))];
}

function totalsOf(cost: Cost): [string, CostSum][] {
  const heads = Object.entries(cost.heads);
  return heads.length === 0 ? [['total', cost]] : [['main path (inference)', cost.main], ...heads, ['total', cost]];
}

function shareOf({ multiplyAdds }: CostSum, whole: Cost): number {
  return whole.multiplyAdds === 0 ? 0 : multiplyAdds / whole.multiplyAdds;
}
