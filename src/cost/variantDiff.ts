import type { NetworkSpec } from '../spec/types.js';
import { alignSequences } from './alignSequences.js';
import { stageFindings, type Titles } from './stageFindings.js';

// Fewer names than this are listed one by one.
const LEAST_RUN = 3;

/** What differs in the same stages. */
export interface VariantDifference {
  /** `all 9 modules`; `pool1, pool2`; `block35_2 to block35_10`. */
  readonly where: string;
  /** Each thing that differs there: `5x5.kernelSize 5 → 3`. */
  readonly what: readonly string[];
}

/**
 * What sets two variants of one network apart in their stages, each thing once, with all the stages where it does.
 *
 * @param titles What to call them where only one has something.
 */
export function variantDiff(a: NetworkSpec, b: NetworkSpec, titles: Titles): VariantDifference[] {
  const order = stagesInOrder(a, b);
  const findings = stageFindings(a, b, titles);
  const stagesAt = gather(findings.map(({ topic, stage }) => [topic, stage]));
  const stagesOf = gather(findings.map(({ what, stage }) => [what, order.indexOf(stage)]));
  // What most stages that differ in it have alike is said once for all of them; anything else stage by stage.
  const places = findings.map(({ topic, what, stage }): [string, string] => {
    const alike = [...(stagesOf.get(what) ?? [])].sort((x, y) => x - y);
    return [2 * alike.length >= (stagesAt.get(topic)?.size ?? 0) ? alike.join() : `${order.indexOf(stage)}`, what];
  });
  const modules = new Set([a, b].flatMap(({ trunk }) => trunk.filter(({ op }) => op === 'module').map(({ name }) => order.indexOf(name))));
  return [...gather(places)]
    .map(([stages, what]) => ({ stages: stages.split(',').map(Number), what: [...what] }))
    .sort((x, y) => x.stages[0] - y.stages[0])
    .map(({ stages, what }) => ({ where: spellStages(stages, order, modules), what }));
}

function gather<Key, Value>(entries: readonly (readonly [Key, Value])[]): Map<Key, Set<Value>> {
  const gathered = new Map<Key, Set<Value>>();
  for (const [key, value] of entries) gathered.set(key, (gathered.get(key) ?? new Set()).add(value));
  return gathered;
}

/** The names of all stages that either has. */
function stagesInOrder(a: NetworkSpec, b: NetworkSpec): string[] {
  const [left, right] = [a, b].map(({ trunk, top, auxiliaryHeads }) => [...trunk, ...top, ...auxiliaryHeads].map(({ name }) => name));
  return alignSequences(left, right, (x, y) => (x === y ? 1 : 0)).map(([x, y]) => x ?? y);
}

function spellStages(stages: readonly number[], order: readonly string[], modules: ReadonlySet<number>): string {
  if (stages.length > 1 && stages.length === modules.size && stages.every((stage) => modules.has(stage))) {
    return `all ${modules.size} modules`;
  }
  const runs = stages.reduce<number[][]>((found, stage) => {
    const last = found.at(-1);
    return last?.at(-1) === stage - 1 ? [...found.slice(0, -1), [...last, stage]] : [...found, [stage]];
  }, []);
  return runs
    .map((run) => run.map((stage) => order[stage]))
    .map((run) => (run.length < LEAST_RUN ? run.join(', ') : `${run[0]} to ${run[run.length - 1]}`))
    .join(', ');
}
