import * as tf from '@tensorflow/tfjs';
import { invalidArgument } from '../../errors.js';
import { InceptionModel } from '../../networks/inceptionModel.js';
import { IMAGENET_LABELS } from '../../networks/imagenetLabels.js';
import { networkSpec } from '../../spec/networkSpec.js';
import { preprocessingSchema } from '../../spec/specSchema.js';
import { adaptInput } from './adaptInput.js';
import { fitHeads, type FittedHeads } from './fitHeads.js';
import { foldNormalization } from './foldNormalization.js';
import { rangeOfNormalization, rangeOfPreprocessing, type InputRange, type Normalization } from './inputRange.js';
import type { WeightFile } from '../modelFile.js';
import { layerOf, refuseDifferences, weightsByName } from './namedWeights.js';
import type { MatchedNames } from '../names/recognizeNetwork.js';
import { isCounter, placeByNames, placeByOwnNames, type PlacedWeight, type PlacedWeights } from './placedWeight.js';
import { readValue } from './readValue.js';
import { shapeSize } from '../shapeSize.js';
import { sourceNotes } from './sourceNotes.js';
import type { WeightReport } from './weightReport.js';

/** How weights are put into a model. */
export interface ApplyOptions {
  /** Whose names the file follows; without it our own. */
  readonly matched?: MatchedNames;
  readonly except?: readonly string[];
  readonly normalization?: Normalization;
}

/** The two sides, and what has been found out about them so far. */
interface Draft {
  readonly where: string;
  /** Absent for a model that was not built from a spec. */
  readonly network?: InceptionModel;
  readonly weights: ReadonlyMap<string, tf.LayerVariable>;
  readonly file: WeightFile;
  readonly placed: PlacedWeights;
  readonly options: ApplyOptions;
  readonly notes: string[];
}

/**
 * Sets a model's weights from an open file: everything is compared first, then the values are read, one tensor at a time, and only when all
 * are there does the model change.
 *
 * @throws InceptionError `WEIGHTS_MISMATCH`, `INVALID_ARGUMENT` or, while values are read, `CORRUPT_WEIGHTS`; the model is as it was.
 */
export async function applyWeights(
  where: string,
  model: tf.LayersModel,
  file: WeightFile,
  options: ApplyOptions = {},
): Promise<WeightReport> {
  const weights = weightsByName(where, model);
  const placed = options.matched ? placeByNames(options.matched) : placeByOwnNames(file.tensors, weights);
  // tfjs' typing of instanceof loses the names of endpoints.
  const network = model instanceof InceptionModel ? (model as InceptionModel) : undefined;
  const draft: Draft = { where, network, weights, file, placed, options, notes: [] };
  checkExcept(draft);
  const heads = network ? fitHeads(network, weights, placed.weights) : NO_HEADS;
  draft.notes.push(...heads.notes);
  fitSource(draft);
  const plan = compare(draft, heads);
  await assign(weights, plan);
  takeLabels(draft, plan);
  return report(draft, heads, plan);
}

const NO_HEADS: FittedHeads = { kept: [], dropped: [], reshaped: [], notes: [] };

function checkExcept({ where, weights, file, options: { except = [] } }: Draft): void {
  const layers = new Set([...weights.keys(), ...file.tensors.keys()].map(layerOrModule));
  for (const name of except) {
    if (!layers.has(name)) throw invalidArgument(`${where}.except`, 'names of layers with weights, of the model or the file', name);
  }
}

/** Ours and Keras' layers end at a slash, torch's modules at a dot. */
const layerOrModule = (name: string): string => layerOf(name) || name.slice(0, Math.max(0, name.lastIndexOf('.')));

/** What sets weights of another training apart from the model's own. */
function fitSource(draft: Draft): void {
  const { where, network, weights, placed, options, notes } = draft;
  const { matched, normalization } = options;
  notes.push(...foldNormalization(new Set(weights.keys()), placed.weights));
  if (!network) {
    if (normalization) throw invalidArgument(`${where}.normalization`, 'a network of this library to go with it', normalization);
    return;
  }
  const wanted = wantedRange(draft);
  const { exact, note } = wanted ? adaptInput(network, wanted, placed.weights) : { exact: true };
  if (normalization && !exact) {
    throw invalidArgument(`${where}.normalization`, `one that ${network.name} can take exactly`, normalization, note);
  }
  if (note !== undefined) notes.push(note);
  const used = [...placed.weights.keys()].filter((name) => weights.has(name));
  if (matched) notes.push(...sourceNotes(matched.table, { model: network, used, isNormalizationKnown: normalization !== undefined }));
}

/** The input that the weights were trained on: as the caller says, as the source has it, or as this package noted it in the file. */
function wantedRange({ where, file, options: { matched, normalization } }: Draft): InputRange | undefined {
  if (normalization) return rangeOfNormalization(`${where}.normalization`, normalization);
  if (matched) return rangeOfPreprocessing(networkSpec(matched.table.network, { variant: matched.table.variant }).preprocessing);
  const recorded = preprocessingSchema.safeParse(file.record?.preprocessing);
  return recorded.success ? rangeOfPreprocessing(recorded.data) : undefined;
}

/** What is to be read, by the model's names. */
function compare({ file, weights, placed, options: { except = [] } }: Draft, heads: FittedHeads): Map<string, PlacedWeight> {
  const isCompared = (name: string): boolean => {
    const names = [name, ...(placed.weights.get(name)?.from ?? [])];
    return !names.some((each) => except.includes(layerOrModule(each)));
  };
  const kept = new Set(heads.kept);
  const plan = new Map<string, PlacedWeight>();
  const missing: string[] = [];
  const reshaped: string[] = [];
  for (const [name, { shape }] of weights) {
    if (!isCompared(name) || kept.has(name)) continue;
    const weight = placed.weights.get(name);
    if (!weight) missing.push(`${name} ${listed(shape)}`);
    else if (listed(weight.shape) !== listed(shape))
      reshaped.push(`${name} ${listed(shape)} in the model, ${listed(weight.shape)} in the file`);
    else plan.set(name, weight);
  }
  const dropped = new Set(heads.dropped);
  const others = [...placed.weights].filter(([name]) => !weights.has(name) && !dropped.has(name) && isCompared(name));
  const unexpected = [
    ...others.map(([name, { shape, from }]) => `${from[0] ?? name} ${listed(shape)}`),
    ...placed.rest.filter(({ name }) => isCompared(name)).map(({ name, shape }) => `${name} ${listed(shape)}`),
  ];
  refuseDifferences(file.file, weights.size, { missing, unexpected, reshaped });
  return plan;
}

const listed = (shape: readonly (number | null)[]): string => `[${shape.join(', ')}]`;

/** Reads every value before it sets the first weight. */
async function assign(weights: ReadonlyMap<string, tf.LayerVariable>, plan: ReadonlyMap<string, PlacedWeight>): Promise<void> {
  const values: [tf.LayerVariable, tf.Tensor][] = [];
  try {
    for (const [name, weight] of plan) {
      const variable = weights.get(name)!;
      values.push([variable, await readValue(variable, weight)]);
    }
    for (const [variable, value] of values) variable.write(value);
  } finally {
    tf.dispose(values.map(([, value]) => value));
  }
}

/** Gives a model without labels those that its classifier now tells apart, if it is known which they are. */
function takeLabels({ network, file, options: { matched }, notes }: Draft, plan: ReadonlyMap<string, PlacedWeight>): void {
  if (!network || network.labels.length > 0 || !plan.has('main_logits/kernel')) return;
  const isImagenet = matched !== undefined && matched.table.source !== 'facenet';
  const labels = isImagenet ? IMAGENET_LABELS : (file.record?.labels ?? []);
  if (labels.length === 0 || labels.length !== network.spec.classes) return;
  network.labels = labels;
  notes.push(
    isImagenet ? 'The model has 1000 classes and had no labels: it now has those of ImageNet.' : "The model now has the file's labels.",
  );
}

function report(
  { weights, file, options: { matched }, notes }: Draft,
  heads: FittedHeads,
  plan: ReadonlyMap<string, PlacedWeight>,
): WeightReport {
  const used = new Set([...plan.values()].flatMap(({ from }) => from));
  const names = [...file.tensors.values()].filter((tensor) => !isCounter(tensor)).map(({ name }) => name);
  return {
    source: matched?.table.source ?? 'tfjs-inception',
    ...(matched && { network: matched.table.network }),
    used: names.filter((name) => used.has(name)).sort(),
    unused: names.filter((name) => !used.has(name)).sort(),
    missing: [...weights.keys()].filter((name) => !plan.has(name)).sort(),
    reshaped: [...heads.reshaped].sort(),
    parameters: [...plan.values()].reduce((sum, { shape }) => sum + shapeSize(shape), 0),
    notes,
  };
}
