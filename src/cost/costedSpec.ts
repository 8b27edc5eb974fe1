import type { NetworkSpec } from '../spec/types.js';
import { costOf, type Cost } from './costOf.js';
import { specOf, type SpecOrModel } from './specOf.js';

/** A network with what it costs, for those who ask for both more than once. */
export interface CostedSpec {
  readonly spec: NetworkSpec;
  readonly cost: Cost;
}

/** @throws InceptionError as {@link costOf} does. */
export function costedSpec(specOrModel: SpecOrModel): CostedSpec {
  const spec = specOf(specOrModel);
  return { spec, cost: costOf(spec) };
}
