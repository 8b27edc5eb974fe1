import type { NetworkSpec } from '../spec/types.js';
import { alignSequences } from './alignSequences.js';
import type { CostedSpec } from './costedSpec.js';
import { groupConsecutive } from './groupConsecutive.js';
import { stageFindings, type Finding, type Titles } from './stageFindings.js';

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
export function variantDiff(a: CostedSpec, b: CostedSpec, titles: Titles): VariantDifference[] {
  const order = stagesInOrder(a.spec, b.spec);
  const indices = new Map(order.map((name, index) => [name, index]));
  const indexOf = (name: string): number => indices.get(name) as number;
  const modules = new Set(
    [a, b].flatMap(({ spec: { trunk } }) => trunk.filter(({ op }) => op === 'module').map(({ name }) => indexOf(name))),
  );
  return [...gather(placesOf(stageFindings(a, b, titles), indexOf))]
    .map(([stages, what]) => ({ stages: stages.split(',').map(Number), what: [...what] }))
    .sort((x, y) => x.stages[0] - y.stages[0])
    .map(({ stages, what }) => ({ where: spellStages(stages, order, modules), what }));
}

/**
 * Each finding with the stages in whose line it is said: what most stages that differ in it have alike, once for all of them; what is left
 * of a stage, with the stages of which the same is left.
 */
function placesOf(findings: readonly Finding[], indexOf: (stage: string) => number): [stages: string, what: string][] {
  const stagesAt = gather(findings.map(({ topic, stage }) => [topic, stage]));
  const stagesOf = gather(findings.map(({ what, stage }) => [what, indexOf(stage)]));
  const isMostly = ({ topic, what }: Finding): boolean => 2 * stagesOf.get(what)!.size >= stagesAt.get(topic)!.size;
  const left = gather(findings.filter((finding) => !isMostly(finding)).map(({ stage, what }) => [stage, what]));
  const textLeft = (stage: string): string => [...left.get(stage)!].join('\n');
  const alikeLeft = gather([...left.keys()].map((stage) => [textLeft(stage), indexOf(stage)]));
  return findings.map((finding) => {
    const stages = isMostly(finding) ? stagesOf.get(finding.what)! : alikeLeft.get(textLeft(finding.stage))!;
    return [[...stages].sort((x, y) => x - y).join(), finding.what];
  });
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
  return groupConsecutive(stages, (before, stage) => stage === before + 1)
    .map((run) => run.map((stage) => order[stage]))
    .map((run) => (run.length < LEAST_RUN ? run.join(', ') : `${run[0]} to ${run[run.length - 1]}`))
    .join(', ');
}
