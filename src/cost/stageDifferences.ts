import { namedStepsOf } from '../spec/namedSteps.js';
import type { NetworkSpec } from '../spec/types.js';
import type { SpecDifference } from './diffSpecs.js';

type Part = 'trunk' | 'top' | 'auxiliaryHeads';

/** A difference with the stage it belongs to, and what it is of within the stage. */
export interface StageDifference extends SpecDifference {
  /** A step of the trunk or the top, or an auxiliary head; none for what is the whole network's. */
  readonly stage?: string;
  /** The step's name within the stage: `5x5`; empty for the stage itself. */
  readonly step: string;
  /** What differs of it: `kernelSize`; empty where only one network has the step. */
  readonly setting: string;
}

/** Sorts what sets two networks apart by stage. */
export function stageDifferences(differences: readonly SpecDifference[], networks: readonly NetworkSpec[]): StageDifference[] {
  const stages = new Map(networks.flatMap(stageNames));
  // A name may have dots in it: the longest that fits is the step's.
  const names = [...stages.keys()].sort((a, b) => b.length - a.length);
  return differences.map((difference) => {
    const { path } = difference;
    const name = names.find((known) => path === known || path.startsWith(`${known}.`));
    if (name === undefined) return { ...difference, step: '', setting: path };
    const stage = stages.get(name) as string;
    const step = name.startsWith(stage) ? name.slice(stage.length + 1) : '';
    return { ...difference, stage, step, setting: path.slice(name.length + 1) };
  });
}

/** What a difference's path may begin with, and the name of its stage: each step's full name, and `auxiliaryHeads.auxiliary_4a`. */
function stageNames(spec: NetworkSpec): [beginning: string, stage: string][] {
  const steps = namedStepsOf(spec).map(({ name, path }): [string, string] => {
    const [, part, index] = /^(trunk|top|auxiliaryHeads)\[(\d+)\]/.exec(path) as unknown as [string, Part, string];
    return [name, spec[part][Number(index)].name];
  });
  return [...steps, ...spec.auxiliaryHeads.map(({ name }): [string, string] => [`auxiliaryHeads.${name}`, name])];
}
