import { resolve } from 'node:path';
import { expectedGot } from '../../errors.js';
import { DAMAGED, openRandomAccess, type DamageCode } from '../randomAccessFile.js';
import { shapeSize } from '../shapeSize.js';
import { toFloat32 } from '../toFloat32.js';
import type { Hdf5Contents, Hdf5DatasetInfo, Hdf5GroupInfo, Hdf5Slice, Hdf5Task } from './hdf5Task.js';
import { Hdf5Thread } from './hdf5Thread.js';

/** An HDF5 file whose contents have been listed and checked. Nothing is held open: each reading opens it anew. */
export interface Hdf5File {
  /** As messages call it. */
  readonly file: string;
  /** By path, without the leading slash; the root's is empty. */
  readonly groups: ReadonlyMap<string, Hdf5GroupInfo>;
  readonly datasets: ReadonlyMap<string, Hdf5DatasetInfo>;
  /**
   * A dataset's values as float32, in row-major order.
   *
   * @throws InceptionError the opener's `code` if they cannot be read or are no numbers.
   */
  read(path: string): Promise<Float32Array>;
}

/** Read at a time: HDF5's memory, which never shrinks, stays small beside the weights. */
const SLICE_BYTES = 2 ** 25;

/** One for the process: HDF5 takes 130 ms to start. */
const thread = new Hdf5Thread();

/**
 * Opens an HDF5 file that may be damaged or hostile. It cannot make this process read another file, hang, run out of memory or crash.
 *
 * Links, virtual datasets, external storage, cycles and datasets beyond 1 GiB are refused.
 *
 * @param where The public function it is read for.
 * @param report The code of the error if the file is damaged, and what the file is called, if not by its path.
 * @throws InceptionError `NOT_FOUND`, or the code naming the file.
 */
export async function openHdf5(
  where: string,
  path: string,
  report: DamageCode | { readonly code: DamageCode; readonly name: string },
): Promise<Hdf5File> {
  const { code, name: file } = typeof report === 'string' ? { code: report, name: path } : report;
  // Of a file that is missing, or a pipe, the library says nothing that helps.
  await (await openRandomAccess(where, path, code)).close();
  const run = async <Result>(task: Hdf5Task, at: string): Promise<Result> => {
    const answer = await thread.run(task);
    if ('problem' in answer) throw expectedGot(code, at, 'an HDF5 file that can be read', new Reason(answer.problem), DAMAGED);
    return answer.result as Result;
  };
  const absolute = resolve(path);
  const contents = await run<Hdf5Contents>({ kind: 'scan', file: absolute }, file);
  const datasets = new Map(contents.datasets.map((dataset) => [dataset.path, dataset]));
  return {
    file,
    groups: new Map(contents.groups.map((group) => [group.path, group])),
    datasets,
    read: async (name) => {
      const at = `${file}: dataset '${name}'`;
      const dataset = datasets.get(name);
      if (!dataset || dataset.dtype === 'other')
        throw expectedGot(code, at, 'numbers', dataset ? new Reason('values of another type') : undefined);
      const values = new Float32Array(shapeSize(dataset.shape));
      let filled = 0;
      for (const slice of slices(dataset)) {
        const bytes = await run<Uint8Array<ArrayBuffer>>({ kind: 'read', file: absolute, slice }, at);
        const part = toFloat32(dataset.dtype, bytes);
        values.set(part, filled);
        filled += part.length;
      }
      return values;
    },
  };
}

/** Shown in a message as it stands, without quotes. */
class Reason {
  constructor(private readonly text: string) {}

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.text;
  }
}

/** Along the first axis that has more than one row: what lies before it does not split the values. */
function* slices(dataset: Hdf5DatasetInfo): Generator<Hdf5Slice> {
  const { shape, chunks } = dataset;
  if (shape.includes(0)) return;
  const axis = Math.max(
    0,
    shape.findIndex((size) => size > 1),
  );
  const rows = shape.at(axis) ?? 1;
  // Eight bytes: no value is wider.
  const rowBytes = 8 * shapeSize(shape.slice(axis + 1));
  // Whole chunks: one that is split between two slices would be unpacked twice.
  const step = Math.ceil(Math.max(1, SLICE_BYTES / rowBytes) / (chunks?.[axis] ?? 1)) * (chunks?.[axis] ?? 1);
  for (let from = 0; from < rows; from += step) yield { dataset, axis, from, rows: Math.min(step, rows - from) };
}
