import { costOf, type Cost } from '../cost/costOf.js';
import type { CostSum } from '../cost/costRow.js';
import { grouped } from '../cost/textTable.js';
import { spellShape } from '../spec/shapeRow.js';
import type { NetworkSpec } from '../spec/types.js';
import { bar } from './comparisonBars.js';
import { html, type Html } from './html.js';
import { percent } from './numberText.js';

interface Stage {
  readonly name: string;
  readonly shape: string;
  readonly cost: CostSum;
  readonly isModule: boolean;
}

/** A network stage by stage: what leaves it, and what it costs. A module is one stage. */
export function networkSection(spec: NetworkSpec): Html {
  const cost = costOf(spec);
  const { name, variant, source, inputShape } = spec;
  return html`<section>
    <h2>Network</h2>
    <p>
      ${name}${variant !== '' && ` (${variant})`}, input ${spellShape(inputShape)}: ${grouped(cost.parameters.total)} parameters
      (${grouped(cost.parameters.trainable)} trainable), ${grouped(cost.multiplyAdds)} multiply-adds a picture. ${cost.modules.length}
      Inception ${cost.modules.length === 1 ? 'module' : 'modules'}.
    </p>
    ${source !== '' && html`<p class="note">After ${source}.</p>`}
    <div class="scroll">
      <table>
        <caption>
          Stages in order. Parameters include moving statistics; multiply-adds are for one picture.
        </caption>
        <thead>
          <tr>
            <th scope="col">stage</th>
            <th scope="col">output shape</th>
            <th scope="col" class="number">parameters</th>
            <th scope="col" class="number">multiply-adds</th>
            <th scope="col" class="number">share</th>
            <th scope="col" class="wide"><span class="unseen">share as a bar</span></th>
          </tr>
        </thead>
        <tbody>
          ${stagesOf(cost).map((stage) => stageRow(stage, cost))}
        </tbody>
        <tfoot>
          ${totalsOf(cost).map(
            ([part, sum]) =>
              html`<tr>
                <th scope="row">${part}</th>
                <td></td>
                ${costCells(sum, cost)}
                <td></td>
              </tr> `,
          )}
        </tfoot>
      </table>
    </div>
  </section>`;
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

function stageRow({ name, shape, cost, isModule }: Stage, whole: Cost): Html {
  return html`<tr${isModule && html` class="own"`}><th scope="row">${name}</th><td>${shape}</td>${costCells(cost, whole)}<td class="wide">${bar(shareOf(cost, whole))}</td></tr>
`;
}

function costCells(cost: CostSum, whole: Cost): Html[] {
  return [grouped(cost.parameters.total), grouped(cost.multiplyAdds), percent(shareOf(cost, whole))].map(
    (text) => html`<td class="number">${text}</td>`,
  );
}

function totalsOf(cost: Cost): [string, CostSum][] {
  const heads = Object.entries(cost.heads);
  return heads.length === 0 ? [['total', cost]] : [['main path (inference)', cost.main], ...heads, ['total', cost]];
}

function shareOf({ multiplyAdds }: CostSum, whole: Cost): number {
  return whole.multiplyAdds === 0 ? 0 : multiplyAdds / whole.multiplyAdds;
}
