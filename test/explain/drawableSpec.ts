import { uniform } from '../../src/data/random.js';
import type { Merge, ModuleStep, NetworkSpec, Step } from '../../src/spec/types.js';
import { specOfSteps } from '../spec/anySpec.js';

/** Picks one of a few. */
type Pick = <T>(...from: readonly T[]) => T;

/** Where a chain stands: how many channels it takes, and in how many modules it is. */
interface Place {
  readonly channels: number;
  readonly depth: number;
}

const DEEPEST = 2;
const OPS = ['convolution', 'separableConvolution', 'maxPool', 'relu', 'batchNormalization', 'module', 'module'] as const;
const MERGES: readonly Merge[] = ['concat', 'add', { residual: 0.17 }, { residual: 1, activation: 'linear' }];

/** A network of all merges, with modules in modules, empty branches, equal neighbours and heads anywhere; its maps are of 9×9 pixels. */
export function drawableSpec(seed: number): NetworkSpec {
  let draws = 0;
  const pick: Pick = (...from) => from[Math.floor(uniform(seed, draws++) * from.length)];
  const trunk = chain(pick, { channels: 3, depth: 0 }, pick(1, 3, 5)).steps.flatMap((step): Step[] => {
    // All others give as many channels as they take.
    const copies = step.op === 'module' && step.merge !== 'concat' ? pick(0, 1, 2) : 0;
    return [step, ...Array.from({ length: copies }, (_, index) => ({ ...step, name: `${step.name}_again${index}` }))];
  });
  const anchors = trunk.flatMap(({ name }) => Array<string>(pick(0, 0, 0, 1, 2)).fill(name));
  const pool: Step = { op: 'globalAveragePool', name: 'pool' };
  const auxiliaryHeads = anchors.map((after, index) => {
    const reduce: Step = { op: 'convolution', name: 'reduce', filters: 3, kernelSize: 1 };
    const { steps } = chain(pick, { channels: 3, depth: DEEPEST - 1 }, pick(0, 1, 3));
    return { name: `auxiliary_${index}`, after, lossWeight: 0.3, steps: [reduce, ...steps, pool] };
  });
  const spec = specOfSteps(trunk, [9, 9, 3]);
  return anchors.length === 0 && pick(true, false) ? spec : { ...spec, top: [pool], classes: 7, auxiliaryHeads };
}

function chain(pick: Pick, { channels, depth }: Place, length: number, prefix = ''): { steps: Step[]; channels: number } {
  const steps: Step[] = [];
  for (let index = 0; index < length; index++) {
    const drawn = anyStep(pick, `${prefix}s${index}`, { channels, depth });
    steps.push(drawn.step);
    channels = drawn.channels;
  }
  return { steps, channels };
}

function anyStep(pick: Pick, name: string, place: Place): { step: Step; channels: number } {
  const { channels, depth } = place;
  const op = pick(...OPS);
  switch (op) {
    case 'convolution':
    case 'separableConvolution': {
      const filters = pick(1, 8, 24, 1000);
      return { step: { op, name, filters, kernelSize: [1, 7], activation: pick('relu', 'linear') }, channels: filters };
    }
    case 'maxPool':
      return { step: { op, name, poolSize: 3, strides: 1 }, channels };
    case 'module':
      return depth < DEEPEST ? anyModule(pick, name, place) : { step: { op: 'relu', name }, channels };
    case 'relu':
    case 'batchNormalization':
      return { step: { op, name }, channels };
  }
}

function anyModule(pick: Pick, name: string, { channels, depth }: Place): { step: ModuleStep; channels: number } {
  const merge = pick(...MERGES);
  const drawn = Array.from({ length: pick(1, 2, 4) }, (_, index) =>
    chain(pick, { channels, depth: depth + 1 }, pick(0, 1, 2, 3), `b${index}`),
  );
  const branches = drawn.map(({ steps }) => steps);
  if (merge !== 'add') {
    const width = drawn.reduce((sum, branch) => sum + branch.channels, 0);
    return { step: { op: 'module', name, merge, branches }, channels: merge === 'concat' ? width : channels };
  }
  // All branches end as wide as the input, which an empty one passes on.
  const last: Step = { op: 'convolution', name: 'last', filters: channels, kernelSize: 1 };
  const ended = branches.map((steps, index) => (steps.length === 0 ? steps : [...steps, { ...last, name: `b${index}last` }]));
  return { step: { op: 'module', name, merge, branches: ended }, channels };
}
