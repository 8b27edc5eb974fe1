import { namedStepsOf } from '../spec/namedSteps.js';
import type { NetworkSpec } from '../spec/types.js';

/** The name of the main classifier in every network that has classes. */
const MAIN_HEAD = 'main';

/**
 * The names of a network's stages in the order of the pass: the trunk's steps, the top's, and the heads, main first.
 *
 * A module is one stage; an auxiliary head is one, from the trunk to its classifier.
 */
export function stagesOf({ trunk, top, auxiliaryHeads, classes }: NetworkSpec): string[] {
  const heads = classes === 0 ? [] : [MAIN_HEAD, ...auxiliaryHeads.map(({ name }) => name)];
  return [...trunk.map(({ name }) => name), ...top.map(({ name }) => name), ...heads];
}

/**
 * The stage that a layer belongs to: `inception_4a` for `inception_4a_5x5_reduce_bn`, `main` for `main_logits`.
 *
 * A layer is named for its step, with an ending of its own, so it belongs to the step with the longest name that begins the layer's:
 * `conv2_reduce_conv` is part of `conv2_reduce` and not of `conv2`.
 *
 * @returns One of {@link stagesOf}, or undefined for the input and for layers that the spec does not name.
 */
export function stageOf(spec: NetworkSpec, layerName: string): string | undefined {
  let longest: Owner | undefined;
  for (const owner of ownersOf(spec)) {
    const owns = layerName === owner.prefix || layerName.startsWith(`${owner.prefix}_`);
    if (owns && owner.prefix.length >= (longest?.prefix.length ?? 0)) longest = owner;
  }
  return longest?.stage;
}

/** What begins the names of a step's layers, and the stage that the step is part of. */
interface Owner {
  readonly prefix: string;
  readonly stage: string;
}

function ownersOf(spec: NetworkSpec): Owner[] {
  const steps = namedStepsOf(spec).map(({ name, stage }) => ({ prefix: name, stage }));
  return [...stagesOf(spec).map((stage) => ({ prefix: stage, stage })), ...steps];
}
