import { configProto } from '../../src/backends/configProto.js';

describe('configProto', () => {
  // Written by Python's protobuf with the descriptors of the wheel tensorflow_cpu 2.21.0.
  it.each([
    { gibibytes: 4, bytes: '320a4a080a060a0400008045' },
    { gibibytes: 0.75, bytes: '320a4a080a060a0400004044' },
  ])('limits a virtual device to $gibibytes GiB as TensorFlow 2.21 reads it', ({ gibibytes, bytes }) => {
    expect(Buffer.from(configProto(gibibytes * 2 ** 30)).toString('hex')).toBe(bytes);
  });
});
