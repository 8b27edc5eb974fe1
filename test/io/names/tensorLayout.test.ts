import { ourShape, theirShape, toOurs, toTheirs, type TensorLayout } from '../../../src/io/names/tensorLayout.js';

/** 0, 1, 2, … */
const counted = (values: number): Float32Array => Float32Array.from({ length: values }, (_, index) => index);

it("moves a torch kernel's value at [output, input, row, column] to [row, column, input, output]", () => {
  const moved = toOurs({ kind: 'OIHW' }, counted(2 * 3 * 4 * 5), [2, 3, 4, 5]);
  expect(ourShape({ kind: 'OIHW' }, [2, 3, 4, 5])).toEqual([4, 5, 3, 2]);
  const [output, input, row, column] = [1, 2, 3, 4];
  expect(moved[((row * 5 + column) * 3 + input) * 2 + output]).toBe(((output * 3 + input) * 4 + row) * 5 + column);
});

it('takes the inputs of a dense layer over a 4×4 map of 3 channels from channel by channel to pixel by pixel', () => {
  const layout: TensorLayout = { kind: 'OI', mapSide: 4 };
  expect(ourShape(layout, [5, 48])).toEqual([48, 5]);
  const moved = toOurs(layout, counted(5 * 48), [5, 48]);
  const [output, channel, pixel] = [4, 2, 9];
  expect(moved[(pixel * 3 + channel) * 5 + output]).toBe(output * 48 + channel * 16 + pixel);
});

it("moves a depthwise kernel's value at [channel, 0, row, column] to [row, column, channel, 0]", () => {
  const moved = toOurs({ kind: 'depthwise' }, counted(6 * 9), [6, 1, 3, 3]);
  expect(ourShape({ kind: 'depthwise' }, [6, 1, 3, 3])).toEqual([3, 3, 6, 1]);
  expect(moved[(2 * 3 + 1) * 6 + 5]).toBe(5 * 9 + 2 * 3 + 1);
});

it.each<{ layout: TensorLayout; shape: number[] }>([
  { layout: { kind: 'OIHW' }, shape: [130, 67, 3, 1] },
  { layout: { kind: 'OI', mapSide: 1 }, shape: [70, 129] },
  { layout: { kind: 'OI', mapSide: 4 }, shape: [10, 80] },
  { layout: { kind: 'depthwise' }, shape: [66, 1, 3, 3] },
  { layout: { kind: 'vector' }, shape: [7] },
])('$layout.kind of $shape comes back bit for bit', ({ layout, shape }) => {
  const values = counted(shape.reduce((size, side) => size * side, 1));
  const own = ourShape(layout, shape)!;
  expect(theirShape(layout, own)).toEqual(shape);
  expect(toTheirs(layout, toOurs(layout, values, shape), own)).toEqual(values);
});

it("drops the sizes of 1 that Caffe's old files put before a bias and a dense kernel", () => {
  expect(ourShape({ kind: 'vector' }, [1, 1, 1, 64])).toEqual([64]);
  expect(ourShape({ kind: 'OI', mapSide: 1 }, [1, 1, 1000, 1024])).toEqual([1024, 1000]);
});

it.each<{ layout: TensorLayout; shape: number[] }>([
  { layout: { kind: 'vector' }, shape: [2, 64] },
  { layout: { kind: 'vector' }, shape: [] },
  { layout: { kind: 'OIHW' }, shape: [64, 3, 7] },
  { layout: { kind: 'depthwise' }, shape: [64, 2, 3, 3] },
  { layout: { kind: 'OI', mapSide: 4 }, shape: [10, 81] },
])('has no place for $layout.kind of $shape', ({ layout, shape }) => {
  expect(ourShape(layout, shape)).toBeUndefined();
});
