import type { Hdf5Answer, Hdf5Task } from './hdf5Task.js';
import { readSlice } from './hdf5Read.js';
import { scan } from './hdf5Scan.js';

const load = () => import('h5wasm/node');

type Library = Awaited<ReturnType<typeof load>>;

/** HDF5 itself, as h5wasm binds it. */
export type Hdf5Module = Library['Module'];

/** An open file. */
export interface Hdf5Handle {
  readonly hdf5: Hdf5Module;
  readonly id: bigint;
  readonly fileBytes: number;
  /** Throws what the library has complained of since the last call, if it has: its functions pass over most failures in silence. */
  readonly check: () => void;
}

/** What is wrong with a file; the library itself is well. */
export class Hdf5Problem extends Error {}

/** What this file replaces of the compiled library's file system. */
interface FileSystem {
  open: (path: string, ...rest: unknown[]) => unknown;
  close: (stream: unknown) => void;
  write: (stream: unknown, buffer: Uint8Array, offset: number, length: number) => number;
  readonly stat: (path: string) => { readonly size: number | bigint };
}

/** The number by which the compiled library knows "no such file". */
const NO_SUCH_FILE = 44;

/** Its memory never shrinks. Slices of 32 MiB leave it at some 80 MiB; a false length may have asked for 2 GiB. */
const REUSABLE_BYTES = 2 ** 28;

/** What a file may make HDF5 print; a stack of errors has some two thousand letters. */
const MAX_COMPLAINT_LENGTH = 16_384;

/**
 * Runs a task in this thread.
 *
 * While it runs, the library's file system holds one file, to be read: links, virtual datasets and external storage lead nowhere, and
 * nothing is written. What HDF5 prints is a complaint, and never reaches the console.
 */
export async function runHdf5Task(task: Hdf5Task): Promise<Hdf5Answer> {
  const library = await load();
  await library.ready;
  const hdf5 = library.Module;
  const fence = new Fence(library.FS as unknown as FileSystem, task.file);
  const isReusable = (): boolean => fence.openStreams === 0 && hdf5.HEAPU8.length <= REUSABLE_BYTES;
  try {
    const result = fence.around(() =>
      withFile(hdf5, fence, (handle) => (task.kind === 'scan' ? scan(handle) : readSlice(handle, task.slice))),
    );
    return { result, isReusable: isReusable() };
  } catch (error) {
    if (error instanceof Hdf5Problem) return { problem: error.message, isReusable: isReusable() };
    // A trap, or an exception of the binding's, which leaves behind what it was at.
    return { problem: fence.complaint() ?? `a failure of the HDF5 library (${reason(error)})`, isReusable: false };
  }
}

function withFile<T>(hdf5: Hdf5Module, fence: Fence, use: (handle: Hdf5Handle) => T): T {
  // Its binding takes no defaults: the order of links is the file's own, and so are the versions of its parts.
  const id = hdf5.open(fence.file, hdf5.H5F_ACC_RDONLY, false, -1, -1);
  fence.check();
  if (id < 0n) throw new Hdf5Problem('something that HDF5 cannot open');
  try {
    const result = use({ hdf5, id, fileBytes: fence.fileBytes, check: () => fence.check() });
    fence.check();
    return result;
  } finally {
    hdf5.close_file(id);
  }
}

/** One file, read only, and a place for complaints. */
class Fence {
  openStreams = 0;
  private complaints = '';
  readonly fileBytes: number;

  constructor(
    private readonly fileSystem: FileSystem,
    readonly file: string,
  ) {
    this.fileBytes = Number(fileSystem.stat(file).size);
  }

  around<T>(action: () => T): T {
    const { open, close, write } = this.fileSystem;
    this.fileSystem.open = (path, ...rest) => {
      if (path !== this.file) throw Object.assign(new Error(path), { name: 'ErrnoError', errno: NO_SUCH_FILE });
      const stream = open(path, ...rest);
      this.openStreams++;
      return stream;
    };
    this.fileSystem.close = (stream) => {
      close(stream);
      this.openStreams--;
    };
    this.fileSystem.write = (_, buffer, offset, length) => {
      if (this.complaints.length < MAX_COMPLAINT_LENGTH)
        this.complaints += Buffer.from(buffer.subarray(offset, offset + length)).toString('latin1');
      return length;
    };
    try {
      return action();
    } finally {
      Object.assign(this.fileSystem, { open, close, write });
    }
  }

  check(): void {
    const complaint = this.complaint();
    if (complaint !== undefined) throw new Hdf5Problem(complaint);
  }

  complaint(): string | undefined {
    if (this.complaints === '') return undefined;
    // The stack's last line is the innermost function's: what it was that went wrong.
    const lines = [...this.complaints.matchAll(/\(\): ([^\n]*)/g)].map(([, text]) => text);
    return `what HDF5 calls "${(lines.at(-1) ?? this.complaints).slice(0, 200)}"`;
  }
}

function reason(error: unknown): string {
  return (error instanceof Error ? error.message : typeof error).split('\n', 1)[0].slice(0, 200);
}
