import { namedStepsOf } from '../spec/namedSteps.js';
import type { NetworkSpec } from '../spec/types.js';
import type { SpecDifference } from './diffSpecs.js';

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
  return differences.map((difference) => {
    const { path } = difference;
    let name = path;
    // A name may have dots in it: the longest that fits is the step's.
    while (!stages.has(name) && name.includes('.')) name = name.slice(0, name.lastIndexOf('.'));
    const stage = stages.get(name);
    if (stage === undefined) return { ...difference, step: '', setting: path };
    const step = name.startsWith(stage) ? name.slice(stage.length + 1) : '';
    return { ...difference, stage, step, setting: path.slice(name.length + 1) };
  });
}

/** What a difference's path may begin with, and the name of its stage: each step's full name, and `auxiliaryHeads.auxiliary_4a`. */
function stageNames(spec: NetworkSpec): [beginning: string, stage: string][] {
  const steps = namedStepsOf(spec).map(({ name, stage }): [string, string] => [name, stage]);
  return [...steps, ...spec.auxiliaryHeads.map(({ name }): [string, string] => [`auxiliaryHeads.${name}`, name])];
}
