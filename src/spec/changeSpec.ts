import { checkAgainst } from '../checkAgainst.js';
import { invalidArgument, show } from '../errors.js';
import { ChangeList } from './changeList.js';
import { changedStep, type StepFields } from './changedStep.js';
import { namedStepsOf } from './namedSteps.js';
import { fullName } from './shapeRow.js';
import { headSchema } from './specSchema.js';
import type { AuxiliaryHeadSpec, NetworkSpec, Step } from './types.js';
import { validateSpec } from './validateSpec.js';

/**
 * Changes to a network, by the full name of what they change: a step of the trunk (`conv1`), a module (`inception_3a`), a step in one of
 * its branches (`inception_3a_5x5_reduce`), a step of the top (`dropout`) or of a head (`auxiliary_4a_fc`), or a head (`auxiliary_4a`).
 *
 * Null takes it out; a record sets fields. A `*` stands for anything: `inception_*_5x5_reduce`. Where two names mean the same step, fields
 * add up and the later has the last word.
 */
export type SpecChanges = Readonly<Record<string, StepFields | Partial<AuxiliaryHeadSpec> | null>>;

/**
 * A network that starts from another: steps taken out, put in, or with other fields.
 *
 * A branch whose last step is taken out goes with it; to pass a module's input through instead, give the module `branches` with an empty
 * one. A module's own fields are set before those of the steps inside it.
 *
 * @param spec Any spec; it stays as it is.
 * @param changes Plain data, as JSON can hold it.
 * @returns A copy, checked as {@link validateSpec} does. Name and variant are the original's.
 * @throws InceptionError `INVALID_ARGUMENT` for a name that nothing bears (with the nearest that there are), a field that a step does not
 *   have or cannot take, or a network that does not fit together; `INPUT_TOO_SMALL` if a window no longer fits.
 * @example
 * ```ts
 * const unreduced = changeSpec(networkSpec('googlenet'), { inception_3a_5x5_reduce: null, inception_3b_5x5: { filters: 64 } });
 * costOf(unreduced).modules[0].branches[2].multiplyAdds; // 120422400
 * ```
 */
export function changeSpec(spec: NetworkSpec, changes: SpecChanges): NetworkSpec {
  const original = validateSpec(spec);
  const list = new ChangeList(changes);
  const auxiliaryHeads = original.auxiliaryHeads.flatMap((head) => changedHead(head, list));
  refuseHangingHeads(original.trunk, auxiliaryHeads, list);
  const [trunk, top] = [original.trunk, original.top].map((steps) => changedChain(steps, list));
  const names = [...namedStepsOf(original), ...original.auxiliaryHeads].map(({ name }) => name);
  list.refuseUnused(names, original.name);
  return validateSpec({ ...original, trunk, top, auxiliaryHeads });
}

function changedChain(steps: readonly Step[], list: ChangeList, prefix?: string): Step[] {
  return steps.flatMap((step): Step[] => {
    const name = fullName(prefix, step.name);
    const change = list.of(name);
    if (change === null) return [];
    const [before, own, after] = change === undefined ? [[], step, []] : changedStep(step, change, name);
    return [...before, own.op === 'module' ? { ...own, branches: changedBranches(own.branches, list, name) } : own, ...after];
  });
}

function changedBranches(branches: readonly (readonly Step[])[], list: ChangeList, name: string): Step[][] {
  const left = branches
    .map((branch) => ({ wasEmpty: branch.length === 0, steps: changedChain(branch, list, name) }))
    .filter(({ wasEmpty, steps }) => wasEmpty || steps.length > 0);
  if (left.length > 0 || branches.length === 0) return left.map(({ steps }) => steps);
  throw invalidArgument(`changeSpec.${name}`, 'at least one branch that keeps a step', 'none', `Take out ${name} itself.`);
}

function changedHead(head: AuxiliaryHeadSpec, list: ChangeList): AuxiliaryHeadSpec[] {
  const change = list.of(head.name);
  if (change === null) return [];
  const own = change === undefined ? head : checkAgainst(headSchema, { ...head, ...change }, `changeSpec.${head.name}`);
  return [{ ...own, steps: changedChain(own.steps, list, head.name) }];
}

/** A head reads what leaves a step of the trunk, which cannot go without it. */
function refuseHangingHeads(trunk: readonly Step[], heads: readonly AuxiliaryHeadSpec[], list: ChangeList): void {
  for (const [index, { name }] of trunk.entries()) {
    const hanging = heads.find(({ after }) => after === name);
    if (hanging === undefined || list.of(name) !== null) continue;
    const elsewhere = show({ [hanging.name]: { after: (trunk[index - 1] ?? trunk[index + 1])?.name } });
    const advice = `Take the head out as well, { ${hanging.name}: null }, or hang it elsewhere: ${elsewhere}.`;
    throw invalidArgument(`changeSpec.${name}`, `a step that no head hangs on (${hanging.name} does)`, null, advice);
  }
}
