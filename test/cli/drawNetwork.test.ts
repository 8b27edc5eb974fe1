import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { networkDot } from '../../src/explain/networkDot.js';
import { networkSvg } from '../../src/explain/networkSvg.js';
import { networkSpec } from '../../src/spec/networkSpec.js';
import { removeFolders, temporaryFolder } from '../data/pictureFiles.js';
import { expectError, runHere } from './inceptionCommand.js';

afterAll(removeFolders);

describe('inception summary NETWORK --svg, --png, --dot', () => {
  it('draws into all three at once, says so with the sizes, and prints no table', async () => {
    const folder = await temporaryFolder();
    const files = ['svg', 'png', 'dot'].flatMap((format) => [`--${format}`, `v3.${format}`]);
    const { code, stdout, stderr } = await runHere(['summary', 'inception-v3', '--heads', ...files], folder);
    const spec = networkSpec('inception-v3', { auxiliaryHeads: true });
    const svg = await readFile(join(folder, 'v3.svg'), 'utf8');
    expect(svg).toBe(networkSvg(spec));
    expect(await readFile(join(folder, 'v3.dot'), 'utf8')).toBe(networkDot(spec));
    const { width, height, format } = await sharp(join(folder, 'v3.png')).metadata();
    expect([format, svg.includes(`width="${width}" height="${height}"`)]).toEqual(['png', true]);
    expect({ code, stdout, stderr }).toEqual({
      ...{ code: 0, stdout: '' },
      stderr: `wrote v3.svg (${width}×${height})\nwrote v3.png (${width}×${height})\nwrote v3.dot\n`,
    });
    expect((await readdir(folder)).sort()).toEqual(['v3.dot', 'v3.png', 'v3.svg']);
  });

  it('draws with the flags that choose the network, unfolded where asked, and prints the spec too with --json', async () => {
    const folder = await temporaryFolder();
    const args = ['summary', 'inception-resnet-v2', '--classes', '7', '--no-top', '--unfold', '--json', '--SVG'.toLowerCase(), 'all.SVG'];
    const { code, stdout } = await runHere(args, folder);
    const spec = networkSpec('inception-resnet-v2', { classes: 7, includeTop: false });
    expect([code, JSON.parse(stdout)]).toEqual([0, JSON.parse(JSON.stringify(spec))]);
    expect(await readFile(join(folder, 'all.SVG'), 'utf8')).toBe(networkSvg(spec, { fold: false }));
  });

  it.each([
    {
      what: 'another ending',
      args: ['--svg', 'v3.jpg'],
      code: 2,
      error: /^error: --svg: expected a path that ends in \.svg, got 'v3\.jpg'/,
    },
    { what: 'a missing folder', args: ['--png', 'none/v3.png'], code: 1, error: /expected to write none\/v3\.png.*Make the folder first/ },
    { what: 'a file for a folder', args: ['--dot', 'file/v3.dot'], code: 1, error: /expected to write file\/v3\.dot, got ENOTDIR/ },
    { what: '--unfold alone', args: ['--unfold'], code: 2, error: /--unfold: expected a file to draw to, got 'none'\. Add --svg FILE/ },
  ])('$what: exit code $code, and nothing is written', async ({ args, code, error }) => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'file'), '');
    expectError(await runHere(['summary', 'googlenet', ...args], folder), code, error);
    expect(await readdir(folder)).toEqual(['file']);
  });
});
