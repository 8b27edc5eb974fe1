import { join } from 'node:path';
import { openHdf5 } from '../../../src/io/hdf5/openHdf5.js';
import { expectFailure } from '../failure.js';

const golden = (name: string): string => join(__dirname, 'golden', `${name}.h5`);

describe('openHdf5 reads what h5py wrote', () => {
  it.each(['float16', 'float32', 'float64', 'int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32', 'int64', 'uint64', '>f4'])(
    'a [2, 3] of %s as the float32 values 0, 1, 2, 3, 100, 7',
    async (dtype) => {
      const file = await openHdf5('test', golden('types'), 'CORRUPT_WEIGHTS');
      const dataset = file.datasets.get(`typed/${dtype}`);
      expect(dataset).toMatchObject({ shape: [2, 3], dtype: dtype === '>f4' ? 'float32' : dtype });
      expect(Array.from(await file.read(dataset!.path))).toEqual([0, 1, 2, 3, 100, 7]);
    },
  );

  it('bfloat16 as Keras marks it, a scalar, nothing, and 700 values that are shuffled and packed in 9 × 3 pieces', async () => {
    const file = await openHdf5('test', golden('types'), 'CORRUPT_WEIGHTS');
    expect(Array.from(await file.read('typed/bfloat16'))).toEqual([0.5, -1.5, 3]);
    expect(Array.from(await file.read('scalar'))).toEqual([2.5]);
    expect(file.datasets.get('empty')?.shape).toEqual([0, 4]);
    expect(await file.read('empty')).toHaveLength(0);
    expect(Array.from(await file.read('packed'))).toEqual(Array.from({ length: 700 }, (_, index) => index));
  });

  it('attributes of fixed and of free length, and an empty list', async () => {
    const { groups } = await openHdf5('test', golden('types'), 'CORRUPT_WEIGHTS');
    expect(groups.get('')?.attributes).toMatchObject({ fixed: ['a', 'bc'], free: ['é', 'zwei'], none: [] });
  });

  it('lists texts, and refuses to read them as numbers', async () => {
    const file = await openHdf5('test', golden('types'), 'CORRUPT_WEIGHTS');
    await expectFailure(file.read('text'), 'CORRUPT_WEIGHTS', /types\.h5: dataset 'text': expected numbers, got values of another type/);
    await expectFailure(file.read('nothing'), 'CORRUPT_WEIGHTS', /dataset 'nothing': expected numbers, got undefined/);
  });
});

describe('openHdf5 refuses', () => {
  it.each([
    ['softLink', /a link at '\/values', which is not followed/],
    ['externalLink', /a link at '\/values', which is not followed/],
    ['virtual', /a virtual dataset at '\/values', which is not followed/],
    ['cycle', /groups more than 32 deep/],
    ['bomb', /\[131072, 2048\] values of 4 bytes at '\/values', beyond the 6340608 bytes/],
  ])('%s.h5', async (name, message) => {
    await expectFailure(openHdf5('test', golden(name), 'CORRUPT_MODEL'), 'CORRUPT_MODEL', message);
  });

  it('to read values that lie in another file', async () => {
    const file = await openHdf5('test', golden('externalStorage'), 'CORRUPT_WEIGHTS');
    await expectFailure(file.read('values'), 'CORRUPT_WEIGHTS', /externalStorage\.h5: dataset 'values': .*external/);
  });

  it('a file that is not there, a folder, and text', async () => {
    await expectFailure(openHdf5('test', golden('none'), 'CORRUPT_MODEL'), 'NOT_FOUND', /^test: expected a file at .* got no such file/);
    await expectFailure(openHdf5('test', __dirname, 'CORRUPT_MODEL'), 'NOT_FOUND', /got something that is not a file/);
    await expectFailure(openHdf5('test', __filename, 'CORRUPT_MODEL'), 'CORRUPT_MODEL', /what HDF5 calls "file signature not found"/);
  });
});
