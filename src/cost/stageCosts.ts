import type { BranchCost, Cost } from './costOf.js';
import type { CostRow } from './costRow.js';

/** What stands side by side with others in its network: a module with its branches, or a step outside of any; a classifier too. */
export type StageCost = CostRow & {
  /** Nothing for what is no module. */
  readonly branches: readonly BranchCost[];
};

/** A network's stages in building order; a module's row is the sum of its steps. */
export function stageCosts({ rows, modules }: Cost): StageCost[] {
  const byName = new Map(modules.map((own) => [own.name, own]));
  return rows
    .filter(({ module, branch, op }) => module === undefined || (branch === undefined && op === 'module'))
    .map((row) => ({ ...row, ...((row.op === 'module' && byName.get(row.name)) || { branches: [] }) }));
}
