/** What the HDF5 library finds in a file. */
export interface FoundObject {
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Of datasets only. */
  readonly shape?: readonly number[];
  readonly values?: readonly number[];
}

/** Every group and dataset of a file by its path, as h5wasm reads it; the root is `/`. */
export async function readHdf5(file: string): Promise<Map<string, FoundObject>> {
  const { File, Group, Dataset, ready } = await import('h5wasm/node');
  await ready;
  const root = new File(file, 'r');
  const found = new Map<string, FoundObject>();
  for (const path of ['/', ...root.paths()]) {
    const object = path === '/' ? root : root.get(path);
    if (!(object instanceof Group || object instanceof Dataset)) throw new Error(`${path} is neither group nor dataset`);
    const attributes = Object.fromEntries(Object.entries(object.attrs).map(([name, attribute]) => [name, attribute.value]));
    if (object instanceof Group) found.set(path, { attributes });
    else found.set(path, { attributes, shape: object.shape ?? [], values: numbersOf(object.value) });
  }
  root.close();
  return found;
}

/** A scalar's value comes as it is. */
function numbersOf(value: unknown): number[] {
  return ArrayBuffer.isView(value) ? Array.from(value as Float32Array) : [value as number];
}
