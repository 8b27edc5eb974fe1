/** What a window that moves over one side of a map does. */
export interface Window {
  readonly length: number;
  readonly stride: number;
  /** The distance between the pixels it sees. */
  readonly dilation: number;
}

/** Rows or columns of padding before and behind, and how many places the window then has. */
interface Padded {
  readonly begin: number;
  readonly end: number;
  readonly places: number;
}

/** TensorFlow's padding of one side, of which the odd pixel goes behind. */
export function padSide(size: number, { length, stride, dilation }: Window, padding: 'same' | 'valid'): Padded {
  const reach = (length - 1) * dilation + 1;
  if (padding === 'valid') return { begin: 0, end: 0, places: Math.floor((size - reach) / stride) + 1 };
  const places = Math.ceil(size / stride);
  const total = Math.max(0, (places - 1) * stride + reach - size);
  const begin = Math.floor(total / 2);
  return { begin, end: total - begin, places };
}

/** Both sides of a map: what ONNX calls `pads` and the size that comes out. */
export function padMap(
  size: readonly [number, number],
  windows: readonly [Window, Window],
  padding: 'same' | 'valid',
): { pads: number[]; places: [number, number] } {
  const [rows, columns] = [padSide(size[0], windows[0], padding), padSide(size[1], windows[1], padding)];
  return { pads: [rows.begin, columns.begin, rows.end, columns.end], places: [rows.places, columns.places] };
}
