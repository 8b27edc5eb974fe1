import { fullName, type ShapeRow } from '../spec/shapeRow.js';
import type { ModuleStep, NetworkSpec, Step } from '../spec/types.js';
import { bothSides, windowOf } from '../spec/windows.js';

type Pair = readonly [number, number];

/** What one value of a feature map sees of the picture. */
export interface ReceptiveField {
  /**
   * Height and width, in pixels, of what can reach it; more than the picture's where the rest is padding. Behind a global pool or a dense
   * layer it is what the whole map before that sees, at most the picture.
   */
  readonly size: readonly [height: number, width: number];
  /** How far apart in the picture, in pixels, neighbouring values look: down and across. */
  readonly stride: readonly [down: number, across: number];
}

/** A field with the height and width of the map whose values have it. */
interface Seen extends ReceptiveField {
  readonly map: Pair;
}

/** What enters an operation sees, and what leaves it. */
export interface ReceptiveFields {
  readonly input: ReceptiveField;
  readonly output: ReceptiveField;
}

interface Walk {
  readonly rows: ReadonlyMap<string, ShapeRow>;
  readonly picture: Pair;
  readonly fields: Map<string, { input: Seen; output: Seen }>;
}

/**
 * The receptive fields before and after every operation of a network, by its name.
 *
 * A window of k at stride s over a map of field r and stride j: r + (k − 1) · j, and j · s. Padding does not count. A module's field is
 * the largest of its branches', and of its input's where it adds that.
 *
 * @param rows The network's trace, of which the windows take their maps' sizes.
 * @see Araujo, Norris and Sim 2019, "Computing Receptive Fields of Convolutional Neural Networks", Distill, doi:10.23915/distill.00021:
 *   the recursion for r and j, and for several paths the largest.
 */
export function receptiveFields(spec: NetworkSpec, rows: readonly ShapeRow[]): ReadonlyMap<string, ReceptiveFields> {
  const picture: Pair = [spec.inputShape[0], spec.inputShape[1]];
  const walk: Walk = { rows: new Map(rows.map((row) => [row.name, row])), picture, fields: new Map() };
  const trunk = seenByChain(spec.trunk, { size: [1, 1], stride: [1, 1], map: picture }, walk);
  const features = seenByChain(spec.top, trunk, walk);
  if (spec.classes > 0) walk.fields.set('main_logits', { input: features, output: seenByAll(features, walk) });
  for (const { name, after, steps } of spec.auxiliaryHeads) {
    const stage = walk.fields.get(after) as { output: Seen };
    const end = seenByChain(steps, stage.output, walk, name);
    walk.fields.set(`${name}_logits`, { input: end, output: seenByAll(end, walk) });
  }
  return walk.fields;
}

function seenByChain(steps: readonly Step[], input: Seen, walk: Walk, prefix?: string): Seen {
  return steps.reduce((seen, step) => {
    const name = fullName(prefix, step.name);
    const output = step.op === 'module' ? seenByModule(step, seen, walk, name) : seenByStep(step, seen, walk, name);
    walk.fields.set(name, { input: seen, output });
    return output;
  }, input);
}

function seenByModule({ branches, merge = 'concat' }: ModuleStep, input: Seen, walk: Walk, name: string): Seen {
  const joined = branches.map((branch) => seenByChain(branch, input, walk, name)).reduce(larger);
  if (typeof merge === 'string') return joined;
  walk.fields.set(fullName(name, 'projection'), { input: joined, output: joined });
  return larger(input, joined);
}

function seenByStep(step: Exclude<Step, ModuleStep>, seen: Seen, walk: Walk, name: string): Seen {
  const { inputShape, outputShape } = walk.rows.get(name) as ShapeRow;
  const map: Pair = [outputShape[0], outputShape[1]];
  switch (step.op) {
    case 'convolution':
    case 'separableConvolution':
    case 'maxPool':
    case 'averagePool':
      return { ...seenThrough(windowOf(step, inputShape), bothSides(step.strides ?? 1), seen), map };
    case 'adaptiveAveragePool': {
      const windows = both((axis) => longestWindow(inputShape[axis], outputShape[axis]));
      const strides = both((axis) => inputShape[axis] / outputShape[axis]);
      return { ...seenThrough(windows, strides, seen), map };
    }
    case 'globalAveragePool':
    case 'globalMaxPool':
    case 'dense':
      return seenByAll(seen, walk);
    case 'localResponseNormalization':
    case 'batchNormalization':
    case 'relu':
    case 'dropout':
    case 'flatten':
      return seen;
  }
}

function seenThrough(window: Pair, strides: Pair, { size, stride }: ReceptiveField): ReceptiveField {
  return {
    size: both((axis) => size[axis] + (window[axis] - 1) * stride[axis]),
    stride: both((axis) => stride[axis] * strides[axis]),
  };
}

/** What a value sees that all of a map goes into. */
function seenByAll({ size, stride, map }: Seen, { picture }: Walk): Seen {
  return { size: both((axis) => Math.min(picture[axis], size[axis] + (map[axis] - 1) * stride[axis])), stride: picture, map: [1, 1] };
}

/** The longest of the windows that an adaptive pool cuts a side into: from ⌊i · length / count⌋ to ⌈(i + 1) · length / count⌉. */
function longestWindow(length: number, count: number): number {
  const windows = Array.from({ length: count }, (_, index) => {
    return Math.ceil(((index + 1) * length) / count) - Math.floor((index * length) / count);
  });
  return Math.max(...windows);
}

function larger(a: Seen, b: Seen): Seen {
  const most = (key: 'size' | 'stride'): Pair => both((axis) => Math.max(a[key][axis], b[key][axis]));
  return { size: most('size'), stride: most('stride'), map: b.map };
}

function both(value: (axis: 0 | 1) => number): [number, number] {
  return [value(0), value(1)];
}
