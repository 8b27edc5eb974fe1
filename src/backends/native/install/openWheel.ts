import { createReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import yauzl from 'yauzl';
import { expectedGot, InceptionError } from '../../../errors.js';
import { installFailure } from './installFailure.js';

/** TensorFlow's wheel with CUDA has some 12,000 entries; a false count must not ask for millions. */
const MAX_ENTRIES = 100_000;

/** The largest file of any of these wheels, a CUDA library, has 1.2 · 10⁹ bytes. */
const MAX_ENTRY_BYTES = 2 ** 32;

/** RECORD, the longest of the texts, has 1.7 MB. */
const MAX_TEXT_BYTES = 2 ** 25;

/** What follows a name in every text of a wheel's own folder: `tensorflow_cpu-2.21.0.dist-info/RECORD`. */
const METADATA_FOLDER = /^([A-Za-z0-9_.]+)-([A-Za-z0-9_.!+]+)\.dist-info\/RECORD$/;

/** An open wheel. Nothing in it is trusted: names and sizes are checked here, contents against RECORD as they are unpacked. */
export interface Wheel {
  readonly file: string;
  /** Of the distribution, with underscores: `tensorflow_cpu`. */
  readonly name: string;
  readonly version: string;
  /** `tensorflow_cpu-2.21.0.dist-info` */
  readonly metadataFolder: string;
  /** Files only, by name. */
  readonly entries: ReadonlyMap<string, yauzl.Entry>;
  stream(entry: yauzl.Entry): Promise<Readable>;
  /** A short file of the metadata folder. */
  text(name: string): Promise<string>;
  close(): Promise<void>;
}

/** @throws InceptionError `NOT_FOUND`; `BACKEND_UNAVAILABLE` if it is not a whole wheel, or one with names or sizes that no wheel has. */
export async function openWheel(file: string): Promise<Wheel> {
  const handle = await open(file).catch((cause: Error) => {
    throw expectedGot('NOT_FOUND', 'inception native install', 'a wheel', file, cause.message, cause);
  });
  try {
    return await describe(file, handle);
  } catch (cause) {
    await handle.close();
    if (cause instanceof InceptionError) throw cause;
    const reason = (cause as Error).message.replace(/\.$/, '');
    throw installFailure(`expected a whole wheel in ${file}, got: ${reason}. Download it again, or give another one.`, cause);
  }
}

async function describe(file: string, handle: FileHandle): Promise<Wheel> {
  const { size } = await handle.stat();
  const reader = new Reader(file, handle, size);
  const zip = await yauzl.fromRandomAccessReaderPromise(reader, size, { autoClose: false, strictFileNames: true });
  const entries = await listEntries(zip, size);
  const records = [...entries.keys()].filter((name) => METADATA_FOLDER.test(name));
  if (records.length !== 1) throw new Error(`${records.length} folders of metadata`);
  const [, name, version] = METADATA_FOLDER.exec(records[0]) ?? [];
  const metadataFolder = `${name}-${version}.dist-info`;
  const stream = (entry: yauzl.Entry): Promise<Readable> => zip.openReadStreamPromise(entry);
  const text = (part: string): Promise<string> => readText(entries.get(`${metadataFolder}/${part}`), stream, `${basename(file)}: ${part}`);
  return { file, name, version, metadataFolder, entries, stream, text, close: () => handle.close() };
}

/** Yauzl itself refuses names that lead out of a folder. */
async function listEntries(zip: yauzl.ZipFile, size: number): Promise<Map<string, yauzl.Entry>> {
  if (zip.entryCount > MAX_ENTRIES) throw new Error(`${zip.entryCount} entries`);
  const entries = new Map<string, yauzl.Entry>();
  for await (const entry of zip.eachEntry()) {
    const { fileName: name, uncompressedSize, compressedSize, relativeOffsetOfLocalHeader: offset } = entry;
    if (name.endsWith('/')) continue;
    if (entries.has(name)) throw new Error(`${name} twice`);
    if (uncompressedSize > MAX_ENTRY_BYTES) throw new Error(`${name} of ${uncompressedSize} bytes`);
    if (offset + compressedSize > size) throw new Error(`${name} beyond its end`);
    if (!entry.canDecodeFileData()) throw new Error(`${name}, which is encrypted or of an unknown compression`);
    entries.set(name, entry);
  }
  return entries;
}

async function readText(entry: yauzl.Entry | undefined, stream: Wheel['stream'], where: string): Promise<string> {
  if (entry === undefined || entry.uncompressedSize > MAX_TEXT_BYTES) {
    throw installFailure(`${where}: expected a text, got ${entry === undefined ? 'none' : `${entry.uncompressedSize} bytes`}.`);
  }
  try {
    const pieces: Buffer[] = [];
    for await (const piece of await stream(entry)) pieces.push(piece as Buffer);
    return Buffer.concat(pieces).toString();
  } catch (cause) {
    throw installFailure(`${where}: expected whole data, got ${(cause as Error).message}.`, cause);
  }
}

/** How yauzl reads the file. Its own reader throws where nobody can catch when a false offset is beyond what a file may have. */
class Reader extends yauzl.RandomAccessReader {
  constructor(
    private readonly file: string,
    private readonly handle: FileHandle,
    private readonly size: number,
  ) {
    super();
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return createReadStream(this.file, { start, end: end - 1, highWaterMark: 2 ** 20 });
  }

  override read(buffer: Buffer, offset: number, length: number, position: number, callback: (error: Error | null) => void): void {
    if (position < 0 || position + length > this.size) return callback(new Error('an offset beyond its end'));
    this.handle.read(buffer, offset, length, position).then(
      ({ bytesRead }) => callback(bytesRead === length ? null : new Error('a file that ends too soon')),
      (error: Error) => callback(error),
    );
  }
}
