import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileContent } from '../../src/io/fileContent.js';
import { expectFailure } from './failure.js';
import { withFolder } from './tinyModels.js';

const HDF5 = Buffer.from('\x89HDF\r\n\x1a\n', 'latin1');

describe('fileContent tells by the bytes, whatever the name', () => {
  it.each([
    { what: 'HDF5', bytes: HDF5, content: 'h5' },
    { what: "HDF5 after a user's block of 512 bytes", bytes: Buffer.concat([Buffer.alloc(512), HDF5]), content: 'h5' },
    { what: "HDF5 after a user's block of 2048 bytes", bytes: Buffer.concat([Buffer.alloc(2048), HDF5]), content: 'h5' },
    { what: 'HDF5 at 513, where it may not be', bytes: Buffer.concat([Buffer.alloc(513), HDF5]), content: 'weights' },
    { what: 'a safetensors header', bytes: Buffer.from('\x02\0\0\0\0\0\0\0{}', 'latin1'), content: 'safetensors' },
    { what: 'a pickle', bytes: Buffer.from([0x80, 2, 0x7d, 0x71, 0, 0x2e]), content: 'weights' },
    { what: 'nothing', bytes: Buffer.alloc(0), content: 'weights' },
  ])('$what: $content', async ({ bytes, content }) => {
    await withFolder(async (folder) => {
      const path = join(folder, 'model.png');
      await writeFile(path, bytes);
      expect(await fileContent('test', path)).toBe(content);
    });
  });

  it('a zip archive that is none is damaged, and a file that is not there is not found', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'model.keras');
      await expectFailure(fileContent('test', path), 'NOT_FOUND', /^test: expected a file at .*model\.keras, got no such file/);
      await writeFile(path, 'PK\x03\x04 and no more');
      await expectFailure(fileContent('test', path), 'CORRUPT_MODEL', /model\.keras/);
    });
  });
});
