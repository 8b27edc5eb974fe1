import type * as tf from '@tensorflow/tfjs';
import { weightName } from '../keras/weightName.js';

/**
 * What a model calls the weights of a file that another tool wrote. Besides tfjs' own `layer/kernel` there are
 * `layer/cell/kernel` (TensorFlow 2.2 and later, for recurrent cells and wrappers), `layer/0` (by order, as Keras' SavedModel has it),
 * `layer_1/kernel` (Keras 2 in a session that had built a layer of that name before) and `layer_W` (Keras 1).
 *
 * @param names The file's.
 * @returns The model's name for a name of the file; the name itself where there is none.
 */
export function foreignWeightNames(model: tf.LayersModel, names: readonly string[]): (name: string) => string {
  const wanted = new Set(model.weights.map((weight) => weight.originalName));
  const renamed = new Map(names.filter((name) => wanted.delete(name)).map((name) => [name, name]));
  for (const readings of [withoutCell, inOrder(model), withoutCount, ofKeras1]) {
    for (const name of names) {
      const reading = renamed.has(name) ? undefined : readings(name);
      // Each of the model's weights once, and never one that the file has under its own name.
      if (reading !== undefined && wanted.delete(reading)) renamed.set(name, reading);
    }
  }
  return (name) => renamed.get(name) ?? name;
}

function withoutCell(name: string): string | undefined {
  const parts = name.split('/');
  return parts.length < 3 ? undefined : [...parts.slice(0, -2), parts.at(-1)].join('/');
}

function inOrder(model: tf.LayersModel): (name: string) => string | undefined {
  const byOrder = new Map<string, string>(
    model.layers.flatMap((layer) => layer.weights.map((weight, index) => [`${layer.name}/${index}`, weight.originalName] as const)),
  );
  return (name) => byOrder.get(name);
}

function withoutCount(name: string): string | undefined {
  const found = /^(.+)_\d+\/([^/]+)$/.exec(name);
  return found ? `${found[1]}/${found[2]}` : undefined;
}

function ofKeras1(name: string): string | undefined {
  const found = /^(?:.+\/)?(.+?)_(?:W|b|gamma|beta|running_mean|running_std)$/.exec(name);
  return found ? `${found[1]}/${weightName(name)}` : undefined;
}
