import { realpathSync } from 'node:fs';
import { mappedLibraries } from '../../src/backends/mappedLibraries.js';
import sharp from 'sharp';

const itOnLinux = process.platform === 'linux' ? it : it.skip;

describe('mappedLibraries (only Linux shows them)', () => {
  itOnLinux('lists the addon that sharp loaded, once and by its full path, and no other file', async () => {
    await sharp({ create: { width: 1, height: 1, channels: 3, background: 'red' } })
      .raw()
      .toBuffer();
    const found = mappedLibraries();
    const addons = found.filter((path) => /sharp.*\.node$/.test(path));
    expect(addons).toHaveLength(1);
    expect(realpathSync(addons[0])).toBe(addons[0]);
    expect(found.filter((path) => !/\.(so|node)/.test(path))).toEqual([]);
  });
});
