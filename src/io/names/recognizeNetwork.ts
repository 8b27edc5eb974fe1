import type { NetworkName } from '../../spec/networkSpec.js';
import type { StoredTensor } from '../storedTensor.js';
import { kerasNames } from './kerasNames.js';
import type { NameSource, NameTable } from './nameTable.js';
import { NAME_TABLES } from './nameTables.js';
import { ourShape } from './tensorLayout.js';
import { tensorSlots, type TensorSlot } from './tensorSlots.js';
import { withoutWrapper, WRAPPERS } from './withoutWrapper.js';

/** Which network's weights tensors are, by their names. */
export interface RecognizedNetwork {
  readonly source: NameSource;
  readonly network: NetworkName;
  /** Our variant that computes what the source's network does. */
  readonly variant: string;
  /** Of the main classifier as it is stored: 1001 where class 0 is "background". 0 without one. */
  readonly classes: number;
  /** Whether there are the weights of auxiliary heads. */
  readonly auxiliaryHeads: boolean;
  readonly includeTop: boolean;
}

/** A table, and tensors by the names that it knows them by. */
export interface MatchedNames {
  readonly table: NameTable;
  readonly slots: readonly TensorSlot[];
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

/**
 * A network is taken for recognised if this share of its trunk's tensors has the right names: the rest is then listed as missing. Our own
 * Xception shares 56 % of its names with Keras'.
 */
const RECOGNIZED_SHARE = 2 / 3;

/** A training program may also hold the network as its own `self.model`. */
const OUTER_NAMES = [...WRAPPERS, 'model.'];

const ALL_SLOTS: readonly { readonly table: NameTable; readonly slots: readonly TensorSlot[] }[] = NAME_TABLES.map((table) => ({
  table,
  slots: tensorSlots(table),
}));

/** Weights that some published networks or files go without: their lack says nothing. */
const isOptional = ({ ours }: TensorSlot): boolean => /^auxiliary_|^main_logits\/|\/(?:gamma|bias)$/.test(ours);

/**
 * The table that knows most of some tensors' names; where a head decides between two, the table of those who have it.
 *
 * @param source Only this source's tables are looked at. Default: all.
 * @returns Undefined if none knows two thirds of what its network needs.
 */
export function matchNames(tensors: ReadonlyMap<string, StoredTensor>, source?: NameSource): MatchedNames | undefined {
  const byDialect = { torch: withoutWrapper(tensors, OUTER_NAMES), caffe: tensors, keras: kerasNames(tensors) };
  let best: MatchedNames | undefined;
  let most = 0;
  for (const { table, slots } of ALL_SLOTS) {
    if (source !== undefined && table.source !== source) continue;
    const named = byDialect[table.dialect];
    const found = slots.filter(({ theirs }) => named.has(theirs));
    const needed = slots.filter((slot) => !isOptional(slot));
    const share = found.filter((slot) => !isOptional(slot)).length / needed.length;
    // The head of timm's Inception v3 is torchvision's: where there is one, it is rather torchvision's file.
    const score = found.length + (table.source === 'timm' && !hasHeads(found) ? 0.5 : 0);
    if (share < RECOGNIZED_SHARE || score <= most) continue;
    most = score;
    best = { table, slots, tensors: named };
  }
  return best;
}

/**
 * Which network's weights some tensors are, by their names, for every source and network in the tables.
 *
 * @param tensors As a reader of the file names them.
 * @returns Undefined for names of no known network.
 */
export function recognizeNetwork(tensors: ReadonlyMap<string, StoredTensor>): RecognizedNetwork | undefined {
  const matched = matchNames(tensors);
  return matched && describeMatch(matched);
}

/** What a match says of its network. */
export function describeMatch({ table, slots, tensors }: MatchedNames): RecognizedNetwork {
  const { source, network, variant } = table;
  const classifier = slots.find(({ ours }) => ours === 'main_logits/kernel');
  const stored = classifier && tensors.get(classifier.theirs);
  const classes = (stored && ourShape(classifier.layout, stored.shape)?.at(-1)) ?? 0;
  const auxiliaryHeads = hasHeads(slots.filter(({ theirs }) => tensors.has(theirs)));
  return { source, network, variant, classes, auxiliaryHeads, includeTop: classes > 0 };
}

const hasHeads = (found: readonly TensorSlot[]): boolean => found.some(({ ours }) => ours.startsWith('auxiliary_'));
