import { crc32c } from '../../../src/io/events/crc32c.js';

const readCommand = Buffer.from(
  '01c00000000000000000000000000000140000000000040000000014000000182800000000000000' + '0200000000000000',
  'hex',
);

describe('crc32c gives the examples of RFC 3720, §B.4', () => {
  it.each([
    { name: '32 bytes of zeros', bytes: new Uint8Array(32), checksum: 0x8a9136aa },
    { name: '32 bytes of ones', bytes: new Uint8Array(32).fill(0xff), checksum: 0x62a8ab43 },
    { name: '32 bytes of incrementing 00..1f', bytes: Uint8Array.from({ length: 32 }, (_, at) => at), checksum: 0x46dd794e },
    { name: '32 bytes of decrementing 1f..00', bytes: Uint8Array.from({ length: 32 }, (_, at) => 31 - at), checksum: 0x113fdb5c },
    { name: 'an iSCSI SCSI Read (10) command', bytes: readCommand, checksum: 0xd9963a56 },
  ])('$name', ({ bytes, checksum }) => {
    expect(crc32c(bytes)).toBe(checksum);
  });
});
