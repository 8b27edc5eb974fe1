import type { Cost } from './costOf.js';
import type { ReceptiveField } from './receptiveField.js';

/** The receptive field of what leaves a network's trunk. */
export function fieldOfTrunk({ rows }: Cost): ReceptiveField {
  return rows[rows.findLastIndex(({ part }) => part === 'trunk')].receptiveField;
}
