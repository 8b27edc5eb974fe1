import { fullName, type ShapeRow, type ShapeRowPlace, type TensorShape } from './shapeRow.js';
import type { ModuleStep, Step } from './types.js';
import { MergeMisfit, outputShape, requireMap } from './stepOutput.js';

/** One walk through a network. */
export interface Trace {
  readonly rows: ShapeRow[];
  /** Whether branches that do not fit together are an error, or (when only windows are in question) cut to the smallest. */
  readonly checkMerges: boolean;
}

/** Where a chain of steps stands. */
export interface ChainPlace {
  readonly prefix?: string;
  readonly path: string;
  readonly place: ShapeRowPlace;
}

/** Traces a chain of steps and returns the shape that leaves it. */
export function traceChain(steps: readonly Step[], input: TensorShape, chain: ChainPlace, trace: Trace): TensorShape {
  return steps.reduce((shape, step, index) => {
    const name = fullName(chain.prefix, step.name);
    const path = `${chain.path}[${index}]`;
    const place = step.op === 'module' && chain.place.module === undefined ? { ...chain.place, module: name } : chain.place;
    const output = step.op === 'module' ? traceModule(step, shape, { prefix: name, path, place }, trace) : outputShape(step, shape, name);
    trace.rows.push({ name, op: step.op, path, ...place, step, inputShape: shape, outputShape: output });
    return output;
  }, input);
}

function traceModule({ branches, merge = 'concat' }: ModuleStep, input: TensorShape, own: Required<ChainPlace>, trace: Trace): TensorShape {
  requireMap(input, own.prefix, 'module');
  const outputs = branches.map((branch, index) => {
    const place = own.place.branch === undefined && own.place.module === own.prefix ? { ...own.place, branch: index } : own.place;
    return traceChain(branch, input, { ...own, path: `${own.path}.branches[${index}]`, place }, trace);
  });
  outputs.forEach((output) => requireMap(output, own.prefix, 'module'));
  if (merge === 'add') return alike(outputs, own.prefix, 'height, width and channels to add', 3, trace);
  const [height, width] = alike(outputs, own.prefix, 'height and width to concatenate', 2, trace);
  const joined = [height, width, outputs.reduce((sum, [, , channels]) => sum + channels, 0)];
  if (merge === 'concat') return joined;
  const sizes = alike([input, joined], own.prefix, 'height and width as the input, to which they are added', 2, trace);
  const output = [sizes[0], sizes[1], input[2]];
  const { prefix, path, place } = own;
  trace.rows.push({ name: fullName(prefix, 'projection'), op: 'projection', path, ...place, inputShape: joined, outputShape: output });
  return output;
}

/** The first of several shapes, once their first `axes` sides are known to be equal. */
function alike(shapes: readonly TensorShape[], name: string, what: string, axes: number, { checkMerges }: Trace): TensorShape {
  const [first, ...others] = shapes;
  if (others.every((shape) => shape.slice(0, axes).every((length, axis) => length === first[axis]))) return first;
  if (!checkMerges) return first.map((_, axis) => Math.min(...shapes.map((shape) => shape[axis])));
  throw new MergeMisfit(name, what, shapes);
}
