import type { MatchedNames } from '../names/recognizeNetwork.js';
import { ourShape, toOurs, type TensorLayout } from '../names/tensorLayout.js';
import type { StoredTensor } from '../storedTensor.js';

/** A weight that a file has for one of our names, in our layout. */
export interface PlacedWeight {
  readonly shape: readonly number[];
  /** The file's tensors that its values come from. */
  readonly from: readonly string[];
  /** Memory of its own with each call. */
  read(): Promise<Float32Array>;
}

/** What a file's tensors are to us. */
export interface PlacedWeights {
  /** By our names. */
  readonly weights: Map<string, PlacedWeight>;
  /** Those that stand for no weight of ours. */
  readonly rest: readonly StoredTensor[];
}

/** Torch counts batches for averages that nobody takes any more. */
export const isCounter = ({ name }: StoredTensor): boolean => name.endsWith('num_batches_tracked');

/** Tensors by a source's names; those that no name of the table stands for are the rest. */
export function placeByNames({ slots, tensors }: MatchedNames): PlacedWeights {
  const weights = new Map<string, PlacedWeight>();
  const rest = new Map(tensors);
  for (const { ours, theirs, layout } of slots) {
    const stored = tensors.get(theirs);
    if (!stored) continue;
    weights.set(ours, placed(stored, layout));
    rest.delete(theirs);
  }
  return { weights, rest: [...rest.values()].filter((tensor) => !isCounter(tensor)) };
}

/**
 * Tensors by the names that they have.
 *
 * @param wanted The model's names: the `.h5` files of Keras 3 call a depthwise kernel a kernel.
 */
export function placeByOwnNames(tensors: ReadonlyMap<string, StoredTensor>, wanted: ReadonlyMap<string, unknown>): PlacedWeights {
  const ours = (name: string): string => {
    const depthwise = name.replace(/\/kernel$/, '/depthwise_kernel');
    return !wanted.has(name) && wanted.has(depthwise) && !tensors.has(depthwise) ? depthwise : name;
  };
  return { weights: new Map([...tensors].map(([name, stored]) => [ours(name), placed(stored, { kind: 'same' })])), rest: [] };
}

/** A tensor of a shape that its layout cannot have keeps it: it then shows as another than the model's. */
function placed(stored: StoredTensor, layout: TensorLayout): PlacedWeight {
  const shape = ourShape(layout, stored.shape);
  return {
    shape: shape ?? stored.shape,
    from: [stored.name],
    read: async () => (shape ? toOurs(layout, await stored.read(), stored.shape) : stored.read()),
  };
}
