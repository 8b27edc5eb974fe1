import type { InceptionModel } from '../../networks/inceptionModel.js';
import { layerOf } from './namedWeights.js';
import type { PlacedWeight } from './placedWeight.js';

/** ImageNet's classes in the checkpoints of TF-slim and what was converted from them: the first is "background". */
const CLASSES_WITH_BACKGROUND = 1001;

/** How a file's classifiers go with a model's. */
export interface FittedHeads {
  /** The model's weights that stay as they are. */
  readonly kept: readonly string[];
  /** The file's weights, by our names, that the model has no use for. */
  readonly dropped: readonly string[];
  /** Of `kept` those that the file has for another number of classes, with both shapes. */
  readonly reshaped: readonly string[];
  readonly notes: readonly string[];
}

/** Layers of a head by its name; a face network's embedding stands for itself. */
const HEAD = /^(?:(main|auxiliary_[^/]+?)_(?:logits|fc|1x1_conv|1x1_bn|5x5_conv|5x5_bn)|(embedding)(?:_bn)?)$/;

type Shapes = ReadonlyMap<string, { readonly shape: readonly (number | null)[] }>;

/**
 * Lets a file's classifiers be others than the model's: a head that one side lacks, other classes.
 *
 * @param weights The model's by name.
 * @param file By our names; a classifier of 1001 classes loses the first where the model has 1000.
 */
export function fitHeads(model: InceptionModel, weights: Shapes, file: Map<string, PlacedWeight>): FittedHeads {
  const [ours, theirs] = [headsOf(weights.keys()), headsOf(file.keys())];
  const notes: string[] = [];
  const kept: string[] = [];
  const reshaped: string[] = [];
  for (const [head, names] of ours) {
    if (!theirs.has(head)) {
      kept.push(...names);
      notes.push(`The file has no head '${head}': it stays as it was.`);
      continue;
    }
    const background = dropBackground(model, head, file);
    if (background) notes.push(background);
    const others = otherClasses(head, weights, file);
    if (others.length === 0) continue;
    kept.push(...others);
    reshaped.push(
      ...others.map(
        (name) => `${name} [${weights.get(name)?.shape.join(', ')}] in the model, [${file.get(name)?.shape.join(', ')}] in the file`,
      ),
    );
    notes.push(
      `The head '${head}' is new: the file's is for ${file.get(others[0])?.shape.at(-1)} classes, the model's for ${model.spec.classes}. Train it.`,
    );
  }
  const dropped = [...theirs].filter(([head]) => !ours.has(head)).flatMap(([, names]) => names);
  return { kept, dropped, reshaped, notes };
}

/** Names of weights by the head that they belong to. */
function headsOf(names: Iterable<string>): Map<string, string[]> {
  const heads = new Map<string, string[]>();
  for (const name of names) {
    const found = HEAD.exec(layerOf(name));
    const head = found?.[1] ?? found?.[2];
    if (head !== undefined) heads.set(head, [...(heads.get(head) ?? []), name]);
  }
  return heads;
}

/** The classifier's weights, if only their number of classes keeps them from fitting. */
function otherClasses(head: string, weights: Shapes, file: ReadonlyMap<string, PlacedWeight>): string[] {
  const [kernel, bias] = [`${head}_logits/kernel`, `${head}_logits/bias`];
  const [ours, theirs] = [weights.get(kernel)?.shape, file.get(kernel)?.shape];
  if (!ours || !theirs || !file.has(bias) || ours.at(-1) === theirs.at(-1)) return [];
  return ours.slice(0, -1).join() === theirs.slice(0, -1).join() ? [bias, kernel] : [];
}

function dropBackground({ spec }: InceptionModel, head: string, file: Map<string, PlacedWeight>): string | undefined {
  const names = [`${head}_logits/kernel`, `${head}_logits/bias`];
  const isWithBackground = names.every((name) => file.get(name)?.shape.at(-1) === CLASSES_WITH_BACKGROUND);
  if (!isWithBackground || spec.classes !== CLASSES_WITH_BACKGROUND - 1) return undefined;
  for (const name of names) {
    const weight = file.get(name)!;
    const shape = [...weight.shape.slice(0, -1), CLASSES_WITH_BACKGROUND - 1];
    file.set(name, {
      ...weight,
      shape,
      read: async () => (await weight.read()).filter((_, index) => index % CLASSES_WITH_BACKGROUND !== 0),
    });
  }
  return `Class 0 of the file's 1001, "background", is left out of the head '${head}'.`;
}
