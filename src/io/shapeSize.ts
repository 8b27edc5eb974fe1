/** How many values a tensor of a shape has: 1 where the shape is empty, a scalar's. */
export function shapeSize(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
