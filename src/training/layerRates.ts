import { invalidArgument } from '../errors.js';
import type { InceptionModel } from '../networks/inceptionModel.js';
import { stageOf } from '../networks/stageOf.js';

/** How much slower or faster than the rest parts of a network learn. Where both are given, a layer's rate is multiplied by both. */
export interface LayerRateOptions {
  /** Each trunk stage learns at this share of the rate of the stage after it, the classifiers at the full rate; 0 < layerDecay ≤ 1. */
  readonly layerDecay?: number;
  /** Multiplies the rate of stages (`conv1`, `inception_4a`, …) and heads (`main`, `auxiliary_4a`, …), 0 or more. */
  readonly stageRates?: Readonly<Record<string, number>>;
}

/**
 * What multiplies the learning rate of each layer that has weights, by its name: with `layerDecay: d` the heads and the top have 1, the
 * trunk's last stage d, the one before it d². Stages without weights, such as pools, do not count.
 *
 * @throws InceptionError `INVALID_ARGUMENT` for a number out of its range, or a stage that the network has not or that has no weights.
 * @see Clark et al. 2020, arXiv:2003.10555, appendix B: layer-wise decay; timm counts it stage by stage as well.
 * @example
 * ```ts
 * layerRates(model, { layerDecay: 0.75, stageRates: { main: 10 } });
 * ```
 */
export function layerRates(model: InceptionModel, { layerDecay = 1, stageRates = {} }: LayerRateOptions): Record<string, number> {
  if (!(layerDecay > 0 && layerDecay <= 1)) throw invalidArgument('train.layerDecay', 'a number, 0 < layerDecay ≤ 1', layerDecay);
  if (typeof stageRates !== 'object' || stageRates === null) throw invalidArgument('train.stageRates', 'a rate by stage', stageRates);
  const stages = stagesWithWeights(model);
  const names = new Set(stages.values());
  for (const [stage, rate] of Object.entries(stageRates)) {
    if (!names.has(stage)) throw invalidArgument('train.stageRates', `stages with weights among ${[...names].join(', ')}`, stage);
    if (!(rate >= 0 && Number.isFinite(rate))) throw invalidArgument(`train.stageRates.${stage}`, 'a number, 0 or more', rate);
  }
  const trunk = model.spec.trunk.map(({ name }) => name).filter((name) => names.has(name));
  const rateOf = (stage: string): number => {
    const position = trunk.indexOf(stage);
    const decayed = position < 0 ? 1 : layerDecay ** (trunk.length - position);
    return decayed * (stageRates[stage] ?? 1);
  };
  return Object.fromEntries([...stages].map(([layer, stage]) => [layer, rateOf(stage)]));
}

/** The stage of every layer that has weights. */
function stagesWithWeights({ layers, spec }: InceptionModel): Map<string, string> {
  const named = layers.filter(({ weights }) => weights.length > 0).map(({ name }) => [name, stageOf(spec, name)] as const);
  return new Map(named.filter((pair): pair is [string, string] => pair[1] !== undefined));
}
