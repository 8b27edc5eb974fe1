import { adam, type AdamSettings } from './adam.js';
import type { UpdateRule } from './updateRule.js';

/** As {@link AdamSettings}; only weight decay acts in another way. */
export type AdamWSettings = Omit<AdamSettings, 'kind'> & { readonly kind: 'adamw' };

/**
 * Adam with decoupled weight decay: it is no part of the gradient, so Adam's division by its size does not undo it. Before Adam's
 * update, `w ← w − rate · weightDecay · w`, as torch's AdamW has it (the paper's schedule multiplier is the rate).
 *
 * @see Loshchilov & Hutter 2017, arXiv:1711.05101, algorithm 2.
 */
export function adamW(settings: Omit<AdamWSettings, 'kind'> = {}): UpdateRule {
  return { ...adam(settings), name: 'adamw', decay: 'decoupled' };
}
