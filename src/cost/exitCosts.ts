import type { CostRow } from './costRow.js';
import { costOf } from './costOf.js';
import { specOf, type SpecOrModel } from './specOf.js';

/** What it costs to answer at each of a network's heads, in multiply-adds of one picture. */
export interface ExitCosts {
  /** Trunk, top and main classifier without any other head: what a network costs that never answers early. */
  readonly whole: number;
  /**
   * By head, the earliest first, `main` last: the trunk up to the head, and every head up to and including it, as those have been asked in
   * vain.
   */
  readonly exits: Readonly<Record<string, number>>;
}

const sum = (rows: readonly CostRow[]): number => rows.reduce((total, { multiplyAdds }) => total + multiplyAdds, 0);

/**
 * What a network costs if it answers at the first head that is sure enough.
 *
 * @param specOrModel A spec, or anything that carries one, such as an InceptionModel.
 * @throws InceptionError `INVALID_ARGUMENT` if the spec is not valid; `INPUT_TOO_SMALL` if a window does not fit.
 * @example
 * ```ts
 * const { whole, exits } = exitCosts(networkSpec('googlenet', { auxiliaryHeads: true }));
 * exits.auxiliary_4a / whole; // 0.6
 * ```
 */
export function exitCosts(specOrModel: SpecOrModel): ExitCosts {
  const { rows, main } = costOf(specOrModel);
  const trunk = rows.filter(({ part }) => part === 'trunk');
  // A module's merge is the last of its rows, and the one that bears its name.
  const end = (after: string): number => trunk.findIndex(({ name }) => name === after) + 1;
  const heads = specOf(specOrModel)
    .auxiliaryHeads.map(({ name, after }) => ({ name, end: end(after), own: sum(rows.filter(({ part }) => part === name)) }))
    .sort((a, b) => a.end - b.end);
  let asked = 0;
  const exits = heads.map(({ name, end: last, own }): [string, number] => {
    asked += own;
    return [name, sum(trunk.slice(0, last)) + asked];
  });
  return { whole: main.multiplyAdds, exits: { ...Object.fromEntries(exits), main: main.multiplyAdds + asked } };
}
