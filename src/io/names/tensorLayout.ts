/**
 * How a source lays out a tensor that we lay as TensorFlow does (height, width, inputs, outputs).
 *
 * - `same`: as we do.
 * - `vector`: one number a channel; Caffe's old files put sizes of 1 before it.
 * - `OIHW`: torch's and Caffe's convolutions.
 * - `OI`: their dense layers. What `mapSide` × `mapSide` pixels feed has its inputs channel by channel, ours pixel by pixel.
 * - `depthwise`: torch's convolution in groups of one channel, `[channels, 1, height, width]`; ours is `[height, width, channels, 1]`.
 */
export type TensorLayout = { readonly kind: 'same' | 'vector' | 'OIHW' | 'depthwise' } | { readonly kind: 'OI'; readonly mapSide: number };

/** The shape in our layout of a source's tensor; undefined if no tensor of that layout has this shape. */
export function ourShape(layout: TensorLayout, shape: readonly number[]): readonly number[] | undefined {
  if (layout.kind === 'same') return shape;
  if (layout.kind === 'vector') return withRank(shape, 1);
  if (layout.kind === 'OI') {
    const [outputs, inputs] = withRank(shape, 2) ?? [];
    return inputs !== undefined && inputs % layout.mapSide ** 2 === 0 ? [inputs, outputs] : undefined;
  }
  if (shape.length !== 4) return undefined;
  const [outputs, inputs, height, width] = shape;
  if (layout.kind === 'OIHW') return [height, width, inputs, outputs];
  return inputs === 1 ? [height, width, outputs, 1] : undefined;
}

/** The source's shape of a tensor of ours. */
export function theirShape({ kind }: TensorLayout, shape: readonly number[]): readonly number[] {
  if (kind === 'same' || kind === 'vector') return shape;
  if (kind === 'OI') return [shape[1], shape[0]];
  const [height, width, inputs, outputs] = shape;
  return kind === 'OIHW' ? [outputs, inputs, height, width] : [inputs, 1, height, width];
}

/**
 * A source's values in our order.
 *
 * @param shape As the source has it.
 */
export function toOurs(layout: TensorLayout, values: Float32Array, shape: readonly number[]): Float32Array {
  if (layout.kind === 'same' || layout.kind === 'vector') return values;
  if (layout.kind === 'OI') {
    const [outputs, inputs] = shape.slice(-2);
    return reverseAxes(values, [outputs, inputs / layout.mapSide ** 2, layout.mapSide ** 2]);
  }
  return reverseAxes(values, [shape[0], shape[1], shape[2] * shape[3]]);
}

/**
 * Our values in a source's order.
 *
 * @param shape As we have it.
 */
export function toTheirs(layout: TensorLayout, values: Float32Array, shape: readonly number[]): Float32Array {
  if (layout.kind === 'same' || layout.kind === 'vector') return values;
  if (layout.kind === 'OI') return reverseAxes(values, [layout.mapSide ** 2, shape[0] / layout.mapSide ** 2, shape[1]]);
  const [height, width, inputs, outputs] = shape;
  return reverseAxes(values, [height * width, inputs, outputs]);
}

/** Rows and columns that are transposed together, so that both sides of the copy stay in the processor's nearest cache. */
const TILE = 64;

/** `[a, b, c]` → `[c, b, a]`. */
function reverseAxes(values: Float32Array, [a, b, c]: readonly [number, number, number]): Float32Array {
  const reversed = new Float32Array(values.length);
  for (let fromI = 0; fromI < a; fromI += TILE) {
    const toI = Math.min(a, fromI + TILE);
    for (let fromJ = 0; fromJ < b; fromJ += TILE) {
      const toJ = Math.min(b, fromJ + TILE);
      for (let k = 0; k < c; k++) {
        for (let j = fromJ; j < toJ; j++) {
          const target = (k * b + j) * a;
          for (let i = fromI; i < toI; i++) reversed[target + i] = values[(i * b + j) * c + k];
        }
      }
    }
  }
  return reversed;
}

/** A shape without the sizes of 1 that lead it beyond a rank. */
function withRank(shape: readonly number[], rank: number): readonly number[] | undefined {
  const surplus = shape.length - rank;
  return surplus >= 0 && shape.slice(0, surplus).every((size) => size === 1) ? shape.slice(surplus) : undefined;
}
