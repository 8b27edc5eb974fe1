import { shapeSize } from '../shapeSize.js';
import { Hdf5Problem, type Hdf5Handle } from './hdf5Library.js';
import type { Hdf5Slice } from './hdf5Task.js';

/** Bytes of some of a dataset's rows, in memory of their own, little-endian. */
export function readSlice({ hdf5, id, check }: Hdf5Handle, { dataset, axis, from, rows }: Hdf5Slice): Uint8Array<ArrayBuffer> {
  const at = `/${dataset.path}`;
  const { shape, size } = hdf5.get_dataset_metadata(id, at);
  check();
  if (String(shape) !== String(dataset.shape)) throw new Hdf5Problem(`another shape at '${at}' than when the file was opened`);
  const counts = dataset.shape.map((length, index) => (index === axis ? rows : length));
  const offsets = dataset.shape.map((_, index) => (index === axis ? from : 0));
  const bytes = shapeSize(counts) * size;
  const address = hdf5._malloc(bytes);
  if (address === 0) throw new Hdf5Problem(`${bytes} bytes at '${at}' for which there is no memory`);
  try {
    const isScalar = counts.length === 0;
    const status = hdf5.get_dataset_data(
      id,
      at,
      isScalar ? null : counts.map(BigInt),
      isScalar ? null : offsets.map(BigInt),
      isScalar ? null : counts.map(() => 1n),
      BigInt(address),
    );
    check();
    if (status < 0) throw new Hdf5Problem(`values at '${at}' that cannot be read`);
    return hdf5.HEAPU8.slice(address, address + bytes);
  } finally {
    hdf5._free(address);
  }
}
