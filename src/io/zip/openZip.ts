import { pipeline, Readable } from 'node:stream';
import { createInflateRaw } from 'node:zlib';
import yauzl from 'yauzl';
import { expectedGot, InceptionError } from '../../errors.js';
import { DAMAGED, openRandomAccess, type DamageCode, type RandomAccessFile } from '../randomAccessFile.js';
import { crc32 } from './crc32.js';

/** One file of a zip archive. */
export interface ZipEntry {
  readonly name: string;
  readonly bytes: number;
  readonly compressedBytes: number;
}

/** An open zip archive: its list of entries has been read and checked. */
export interface ZipFile {
  /** By name, in the archive's order; folders are left out. */
  readonly entries: ReadonlyMap<string, ZipEntry>;
  /** The archive itself. */
  readonly source: RandomAccessFile;
  /**
   * A whole entry, of the length and the checksum that the archive gives for it.
   *
   * @throws InceptionError the opener's code if it is not there, longer than `maxBytes` or damaged.
   */
  read(name: string, maxBytes: number): Promise<Uint8Array<ArrayBuffer>>;
  /** The same in pieces; whether it is whole is known, and an error thrown, no sooner than at its end. */
  stream(name: string): AsyncIterable<Uint8Array>;
  /** Where an entry's bytes lie in {@link source}; `undefined` if they are compressed. Its checksum is not verified. */
  section(name: string): Promise<{ readonly offset: number; readonly bytes: number } | undefined>;
  /** Calling it again does nothing. */
  close(): Promise<void>;
}

/** The largest networks' files hold some thousands; each entry costs two reads, so a false count must not ask for millions. */
export const MAX_ENTRIES = 20_000;

/** Far longer than any tool's. */
const MAX_NAME_LENGTH = 1024;

/** An archive may unpack to this much whatever its size… */
const FREE_BYTES = 2 ** 28;

/** …and beyond it to so many times its size. Weights shrink by some tenths, zeros by a thousand: this is what tells a bomb from a model. */
const MAX_RATIO = 200;

/** What one read of the file takes into memory. */
const PIECE_BYTES = 2 ** 20;

const STORED = 0;
const DEFLATED = 8;

/** What every function here needs of an archive. */
interface Archive {
  readonly source: RandomAccessFile;
  readonly code: DamageCode;
  readonly zip: yauzl.ZipFile;
  /** With the archive's own data; by name. */
  readonly places: ReadonlyMap<string, Place>;
}

interface Place {
  readonly entry: yauzl.Entry;
  /** Where the next entry starts: this one's data ends before. */
  readonly limit: number;
}

/**
 * Opens a zip archive. Nothing in it is trusted: names, sizes, counts and offsets are checked here, checksums as the entries are read.
 *
 * @param code Of every error but `NOT_FOUND`.
 * @throws InceptionError `NOT_FOUND`; `code` if it is no whole zip archive, holds a name twice or one that points out of a folder, overlapping or
 *   encrypted entries, or more entries or bytes than the limits above.
 */
export async function openZip(where: string, file: string, code: DamageCode): Promise<ZipFile> {
  const source = await openRandomAccess(where, file, code);
  try {
    const zip = await ours(source.file, code, () =>
      yauzl.fromRandomAccessReaderPromise(new Reader(source), source.bytes, { autoClose: false, strictFileNames: true }),
    );
    const archive = { source, code, zip, places: placesOf(source, code, await listEntries(source, code, zip)) };
    return {
      source,
      entries: new Map([...archive.places].map(([name, { entry }]) => [name, describe(entry)])),
      read: (name, maxBytes) => readEntry(archive, name, maxBytes),
      stream: (name) => streamEntry(archive, name),
      section: (name) => sectionOf(archive, name),
      close: () => source.close(),
    };
  } catch (error) {
    await source.close();
    throw error;
  }
}

/** How yauzl reads the archive. Its own reader throws where nobody can catch when a false offset is beyond what a file may have. */
class Reader extends yauzl.RandomAccessReader {
  constructor(private readonly source: RandomAccessFile) {
    super();
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, bytes?: number) => void,
  ): void {
    this.source.read(position, length).then(
      (data) => {
        buffer.set(data, offset);
        callback(null, data.length);
      },
      (error: Error) => callback(error),
    );
  }
}

async function listEntries(source: RandomAccessFile, code: DamageCode, zip: yauzl.ZipFile): Promise<yauzl.Entry[]> {
  const where = `${source.file}: the zip archive`;
  if (zip.entryCount > MAX_ENTRIES) throw expectedGot(code, where, `at most ${MAX_ENTRIES} entries`, zip.entryCount);
  const entries: yauzl.Entry[] = [];
  const names = new Set<string>();
  let bytes = 0;
  await ours(source.file, code, async () => {
    for await (const entry of zip.eachEntry()) {
      const { fileName: name } = entry;
      if (name.length > MAX_NAME_LENGTH) throw expectedGot(code, where, `names of at most ${MAX_NAME_LENGTH} characters`, name);
      if (names.has(name)) throw expectedGot(code, where, 'every name once', name, DAMAGED);
      if (!entry.canDecodeFileData())
        throw expectedGot(code, `${where}: ${name}`, 'data that is stored or deflated, not encrypted', describeMethod(entry));
      names.add(name);
      bytes += entry.uncompressedSize;
      entries.push(entry);
    }
  });
  const maxBytes = Math.max(FREE_BYTES, MAX_RATIO * source.bytes);
  if (bytes > maxBytes) throw expectedGot(code, where, `entries of at most ${maxBytes} bytes in ${source.bytes}`, bytes);
  return entries;
}

function describeMethod(entry: yauzl.Entry): string {
  return entry.isEncrypted() ? 'encryption' : `compression method ${entry.compressionMethod}`;
}

/** The files among the entries, each with the place where it must have ended. */
function placesOf(source: RandomAccessFile, code: DamageCode, entries: readonly yauzl.Entry[]): Map<string, Place> {
  const byOffset = [...entries].sort((a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader);
  const limits = new Map<yauzl.Entry, number>();
  byOffset.forEach((entry, index) => {
    const limit = index + 1 < byOffset.length ? byOffset[index + 1].relativeOffsetOfLocalHeader : source.bytes;
    checkEnd({ source, code, entry, limit }, entry.relativeOffsetOfLocalHeader + entry.compressedSize);
    limits.set(entry, limit);
  });
  const files = entries.filter(({ fileName }) => !fileName.endsWith('/'));
  return new Map(files.map((entry) => [entry.fileName, { entry, limit: limits.get(entry)! }]));
}

function checkEnd({ source, code, entry, limit }: Place & Pick<Archive, 'source' | 'code'>, end: number): void {
  if (end <= limit) return;
  throw expectedGot(
    code,
    `${source.file}: ${entry.fileName}`,
    `data before byte ${limit}, where another entry or the file's end is`,
    end,
    DAMAGED,
  );
}

function describe({ fileName, uncompressedSize, compressedSize }: yauzl.Entry): ZipEntry {
  return { name: fileName, bytes: uncompressedSize, compressedBytes: compressedSize };
}

function placeOf({ source, code, places }: Archive, name: string): Place {
  const place = places.get(name);
  if (!place) throw expectedGot(code, source.file, `an entry ${name}`, 'none', DAMAGED);
  return place;
}

async function dataOffset(archive: Archive, { entry, limit }: Place): Promise<number> {
  const { source, code, zip } = archive;
  const { fileDataStart } = await ours(source.file, code, () => zip.readLocalFileHeaderPromise(entry, { minimal: true }));
  checkEnd({ source, code, entry, limit }, fileDataStart + entry.compressedSize);
  return fileDataStart;
}

async function sectionOf(archive: Archive, name: string) {
  const place = placeOf(archive, name);
  if (place.entry.compressionMethod !== STORED) return undefined;
  return { offset: await dataOffset(archive, place), bytes: place.entry.uncompressedSize };
}

async function readEntry(archive: Archive, name: string, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const { uncompressedSize: bytes } = placeOf(archive, name).entry;
  if (bytes > maxBytes) throw expectedGot(archive.code, `${archive.source.file}: ${name}`, `at most ${maxBytes} bytes`, bytes);
  const data = new Uint8Array(bytes);
  let filled = 0;
  for await (const piece of streamEntry(archive, name)) {
    data.set(piece, filled);
    filled += piece.length;
  }
  return data;
}

async function* streamEntry(archive: Archive, name: string): AsyncGenerator<Uint8Array> {
  const { source, code } = archive;
  const place = placeOf(archive, name);
  const { compressedSize, compressionMethod, uncompressedSize, crc32: checksum } = place.entry;
  const where = `${source.file}: ${name}`;
  const packed = piecesOf(source, await dataOffset(archive, place), compressedSize);
  let bytes = 0;
  let sum = 0;
  try {
    for await (const piece of compressionMethod === DEFLATED ? inflate(packed) : packed) {
      bytes += piece.length;
      if (bytes > uncompressedSize) break;
      sum = crc32(piece, sum);
      yield piece;
    }
  } catch (cause) {
    if (cause instanceof InceptionError) throw cause;
    throw expectedGot(code, where, 'deflated data', (cause as Error).message, DAMAGED, cause);
  }
  if (bytes !== uncompressedSize) throw expectedGot(code, where, `${uncompressedSize} bytes`, bytes, DAMAGED);
  if (sum !== checksum) throw expectedGot(code, where, `the checksum ${checksum}`, sum, DAMAGED);
}

async function* piecesOf(source: RandomAccessFile, offset: number, bytes: number): AsyncGenerator<Uint8Array> {
  for (let done = 0; done < bytes; done += PIECE_BYTES) yield await source.read(offset + done, Math.min(PIECE_BYTES, bytes - done));
}

function inflate(packed: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  // The callback has nothing to do: what goes wrong reaches whoever reads the last stream.
  return pipeline(Readable.from(packed), createInflateRaw(), () => {});
}

/** Runs yauzl; what it throws becomes an error of ours. */
async function ours<T>(file: string, code: DamageCode, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (cause) {
    if (cause instanceof InceptionError) throw cause;
    throw expectedGot(code, `${file}: the zip archive`, 'a whole one', (cause as Error).message, DAMAGED, cause);
  }
}
