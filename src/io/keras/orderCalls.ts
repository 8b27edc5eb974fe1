import { expectedGot } from '../../errors.js';
import type { Place } from './kerasJson.js';
import type { Call, TensorReference } from './readCalls.js';

/** A layer with the calls of it that are to be made. */
export interface CalledLayer {
  readonly name: string;
  readonly calls: readonly Call[];
  /** Calls that tfjs counts before these: an input's, and a model's own inputs. */
  readonly callsBefore: number;
}

/** In which order tfjs makes the calls, and so how it counts them. */
export interface CallOrder {
  /** By layer: its calls as tfjs will make them. */
  readonly calls: ReadonlyMap<string, readonly Call[]>;
  /** A reference in tfjs' counting. */
  readonly rename: (reference: TensorReference) => readonly [layer: string, call: number, tensor: number];
}

/**
 * tfjs goes over the layers again and again and makes whatever calls can be made; where a layer's second call can be made before its first, it
 * makes it first, and counts it so. Keras counts in its own order. This follows tfjs, so that every reference finds its call.
 *
 * @param layers In the order in which tfjs meets them.
 * @throws InceptionError `CORRUPT_MODEL` for calls that wait for each other, or for none: tfjs would wait for ever.
 */
export function orderCalls(at: Place, layers: readonly CalledLayer[]): CallOrder {
  const counts = new Map(layers.map(({ name, calls, callsBefore }) => [name, calls.length === 0 ? callsBefore : 0]));
  const positions = new Map<string, number>();
  const ordered = new Map(layers.map(({ name }): [string, Call[]] => [name, []]));
  const isMade = ({ layer, call }: TensorReference): boolean => positions.has(key(layer, call)) || call < (counts.get(layer) ?? 0);
  let waiting = layers.flatMap(({ name, calls, callsBefore }) => calls.map((call, index) => ({ name, call, index, callsBefore })));
  for (let before = Infinity; waiting.length > 0 && waiting.length < before;) {
    before = waiting.length;
    waiting = waiting.filter(({ name, call, index, callsBefore }) => {
      if (!call.every(isMade)) return true;
      const made = ordered.get(name)!;
      positions.set(key(name, index), callsBefore + made.length);
      made.push(call);
      return false;
    });
  }
  if (waiting.length > 0) {
    const names = [...new Set(waiting.map(({ name }) => name))];
    throw expectedGot(
      'CORRUPT_MODEL',
      at,
      'layers that can be called one after the other',
      names,
      'These wait for each other, or for none.',
    );
  }
  return {
    calls: ordered,
    rename: (reference) => {
      const { layer, call, tensor } = reference;
      if (!isMade(reference)) throw expectedGot('CORRUPT_MODEL', at, 'references to calls that are made', `call ${call} of '${layer}'`);
      return [layer, positions.get(key(layer, call)) ?? call, tensor];
    },
  };
}

const key = (layer: string, call: number): string => `${call} ${layer}`;
