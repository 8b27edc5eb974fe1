import { crc32 } from '../../../src/io/zip/crc32.js';

/** An entry as the archive claims it; what is left out is told truly. */
export interface ClaimedEntry {
  readonly name: string;
  /** As it lies in the archive. */
  readonly data: Uint8Array;
  readonly method?: number;
  readonly flags?: number;
  readonly checksum?: number;
  /** Before compression. */
  readonly bytes?: number;
  /** Where its local header is. */
  readonly offset?: number;
}

/** An archive of entries that may lie about themselves, in the central directory, which is what readers go by. */
export function assembleZip(entries: readonly ClaimedEntry[], claimedCount = entries.length): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let position = 0;
  for (const entry of entries) {
    const { name, data, offset = position } = entry;
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), fields(entry), Buffer.from(name), data]);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), fields(entry), Buffer.alloc(10), uint32(offset), Buffer.from(name)]));
    locals.push(local);
    position += local.length;
  }
  const central = Buffer.concat(directory);
  const count = uint32(claimedCount).subarray(0, 2);
  const end = Buffer.concat([
    Buffer.from('PK\x05\x06'),
    Buffer.alloc(4),
    count,
    count,
    uint32(central.length),
    uint32(position),
    Buffer.alloc(2),
  ]);
  return Buffer.concat([...locals, central, end]);
}

/** What local header and directory have in common: version, flags, method, time, checksum, sizes, lengths of name and extra fields. */
function fields({ name, data, method = 0, flags = 0x800, checksum = crc32(data), bytes = data.length }: ClaimedEntry): Buffer {
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(flags, 2);
  common.writeUInt16LE(method, 4);
  common.writeUInt32LE(checksum, 10);
  common.writeUInt32LE(data.length, 14);
  common.writeUInt32LE(bytes, 18);
  common.writeUInt16LE(Buffer.byteLength(name), 22);
  return common;
}

function uint32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
}
