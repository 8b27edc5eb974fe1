import type * as tf from '@tensorflow/tfjs';
import { expectedGot } from '../../errors.js';
import type { NetworkSpec } from '../../spec/types.js';
import type { ModelSnapshot } from '../modelSnapshot.js';
import { computesAlike } from './computesAlike.js';
import type { NameTable } from './nameTable.js';
import { NAME_TABLES } from './nameTables.js';
import { theirShape, toTheirs } from './tensorLayout.js';
import { tensorSlots, type TensorSlot } from './tensorSlots.js';

/** Whose names a state dict is written in. */
export type StateDictNames = 'torchvision' | 'timm';

/** One tensor of a state dict, made when it is its turn. */
export interface StateDictTensor {
  readonly name: string;
  /** A scalar's is empty. */
  readonly shape: readonly number[];
  readonly dtype: 'F32' | 'I64';
  /** In row-major order and the source's layout. */
  read(): Promise<Float32Array | BigInt64Array>;
}

/**
 * A model's weights as a torch state dict: names, order and layouts of torchvision or timm, with all that `load_state_dict(strict=True)` wants
 * of the same network with as many classes; torchvision's Inception v3 and GoogLeNet built with `aux_logits` as the model has heads.
 *
 * @param where The caller's name, for messages.
 * @param snapshot Its values are read one at a time.
 * @throws InceptionError `UNSUPPORTED_FORMAT` if that library has no such network, or one with other layers, or one that computes otherwise.
 */
export function stateDict(where: string, snapshot: ModelSnapshot, names: StateDictNames): StateDictTensor[] {
  const spec = snapshot.record.spec as NetworkSpec | undefined;
  const table = NAME_TABLES.find(({ source, network }) => source === names && network === spec?.name);
  if (!spec || !table) throw noSuchNetwork(where, spec, names);
  const slots = tensorSlots(table);
  const weights = new Map(snapshot.weights.map(({ name, tensor }) => [name, tensor]));
  checkCovered({ where, names, spec, table }, slots, weights);
  return slots.flatMap((slot) => tensorsOf(slot, weights));
}

/** What the messages tell of a request. */
interface Request {
  readonly where: string;
  readonly names: StateDictNames;
  readonly spec: NetworkSpec;
  readonly table: NameTable;
}

function noSuchNetwork(where: string, spec: NetworkSpec | undefined, names: StateDictNames): Error {
  const known = NAME_TABLES.filter(({ source }) => source === names).map(({ network }) => network);
  const others = NAME_TABLES.filter(({ source, network }) => (source === 'torchvision' || source === 'timm') && network === spec?.name);
  const advice = others.length > 0 ? `Those of ${others.map(({ source }) => `'${source}'`).join(' and ')} have it.` : 'Leave `names` out.';
  return expectedGot(
    'UNSUPPORTED_FORMAT',
    `${where}.names`,
    `one of ${names}'s networks (${known.join(', ')})`,
    spec?.name ?? 'a model without a spec',
    advice,
  );
}

/** Torch refuses tensors that it does not know, and those of another shape. */
function checkCovered({ where, names, spec, table }: Request, slots: readonly TensorSlot[], weights: ReadonlyMap<string, tf.Tensor>): void {
  const known = new Set(slots.map(({ ours }) => ours));
  // Torch's convolutions have no bias where a normalisation follows.
  const isSurplus = (name: string): boolean => !known.has(name) || (name.endsWith('_conv/bias') && weights.has(betaAfter(name)));
  const unknown = [...weights.keys()].find(isSurplus);
  if (unknown !== undefined) {
    throw expectedGot(
      'UNSUPPORTED_FORMAT',
      `${where}.names`,
      `weights that ${names}'s ${spec.name} has too`,
      unknown,
      'Build the model without it.',
    );
  }
  const missing = slots.find(({ ours }) => !weights.has(ours) && !isOptional(ours, weights));
  if (missing) {
    const advice = `Only the whole network has these names, variant '${table.variant}'; others are saved without names, or in another format.`;
    throw expectedGot('UNSUPPORTED_FORMAT', `${where}.names`, `a model with ${missing.ours}, as ${names}'s ${spec.name}`, 'none', advice);
  }
  if (!computesAlike(spec, table)) {
    const expected = `a network that computes as ${names}'s ${spec.name} does`;
    const advice = `Build it with { variant: '${table.variant}' }; its weights load into that.`;
    throw expectedGot('UNSUPPORTED_FORMAT', `${where}.names`, expected, `variant '${spec.variant}'`, advice);
  }
}

/** Of the normalisation that may follow a convolution. */
const betaAfter = (name: string): string => name.replace(/_conv\/.*/, '_bn/beta');

/** A head may be left out as a whole; biases of normalised convolutions torch has none of, and gammas are 1. */
function isOptional(ours: string, weights: ReadonlyMap<string, tf.Tensor>): boolean {
  const [layer, part] = ours.split('/');
  if (part === 'bias' && weights.has(betaAfter(ours))) return true;
  if (part === 'gamma' && weights.has(`${layer}/beta`)) return true;
  const head = /^(?:main_logits|auxiliary_[^_]+)/.exec(layer)?.[0];
  return head !== undefined && ![...weights.keys()].some((name) => name.startsWith(head));
}

function tensorsOf({ ours, theirs, layout }: TensorSlot, weights: ReadonlyMap<string, tf.Tensor>): StateDictTensor[] {
  const tensor = weights.get(ours);
  const counter = ours.endsWith('/moving_variance') && tensor ? [batchCounter(theirs)] : [];
  if (tensor) {
    const read = async (): Promise<Float32Array> => toTheirs(layout, await tensor.data<'float32'>(), tensor.shape);
    return [{ name: theirs, shape: theirShape(layout, tensor.shape), dtype: 'F32', read }, ...counter];
  }
  const beta = ours.endsWith('/gamma') ? weights.get(ours.replace(/gamma$/, 'beta')) : undefined;
  if (!beta) return [];
  return [{ name: theirs, shape: beta.shape, dtype: 'F32', read: async () => Promise.resolve(new Float32Array(beta.size).fill(1)) }];
}

/** Torch wants to know how many batches there have been, and uses it only where a layer has no momentum. */
const batchCounter = (variance: string): StateDictTensor => ({
  name: variance.replace(/running_var$/, 'num_batches_tracked'),
  shape: [],
  dtype: 'I64',
  read: async () => Promise.resolve(new BigInt64Array(1)),
});
