import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { decodeImage } from '../../src/data/decodeImage.js';
import { expectFailure, gradient, removeFolders, temporaryFolder } from './pictureFiles.js';

afterEach(removeFolders);

const RED = { r: 200, g: 30, b: 40 };
const plain = (width = 20, height = 20) => sharp({ create: { width, height, channels: 3, background: RED } });
const whole = { size: 8, cropFraction: 1 };

/** The largest distance of any pixel from a colour. */
const distanceFrom = ({ r, g, b }: typeof RED, pixels: Uint8Array): number =>
  Math.max(...Array.from(pixels, (value, i) => Math.abs(value - [r, g, b][i % 3])));

describe('every format decodes to the colour that was written, to within 4 levels', () => {
  it.each([
    { format: 'JPEG', encode: () => plain().jpeg({ quality: 95 }) },
    { format: 'progressive JPEG', encode: () => plain().jpeg({ quality: 95, progressive: true }) },
    { format: 'PNG', encode: () => plain().png() },
    { format: 'palette PNG', encode: () => plain().png({ palette: true }) },
    { format: 'WebP', encode: () => plain().webp({ quality: 95 }) },
    { format: 'lossless WebP', encode: () => plain().webp({ lossless: true }) },
    { format: 'GIF', encode: () => plain().gif() },
    { format: 'TIFF', encode: () => plain().tiff({ compression: 'lzw' }) },
    { format: 'AVIF', encode: () => plain(64, 64).avif({ quality: 90 }) },
    { format: '16-bit PNG', encode: () => plain().toColourspace('rgb16').png() },
    { format: '16-bit TIFF', encode: () => plain().toColourspace('rgb16').tiff({ compression: 'none' }) },
    { format: '1×1 PNG', encode: () => plain(1, 1).png() },
    { format: '3×1 PNG', encode: () => plain(3, 1).png() },
  ])('$format', async ({ encode }) => {
    const { pixels, shape } = await decodeImage(await encode().toBuffer(), whole);
    expect(shape).toEqual([8, 8, 3]);
    expect(distanceFrom(RED, pixels)).toBeLessThanOrEqual(4);
  });

  it('CMYK JPEG, to within 30 levels: its inks are converted without a profile', async () => {
    const bytes = await plain().toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer();
    expect((await sharp(bytes).metadata()).space).toBe('cmyk');
    expect(distanceFrom(RED, (await decodeImage(bytes, whole)).pixels)).toBeLessThanOrEqual(30);
  });

  it('SVG is drawn at the size that is needed: a 4-pixel drawing has a sharp edge at 64', async () => {
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"><rect width="4" height="4" fill="#fff"/><rect width="2" height="4" fill="#000"/></svg>';
    const { pixels } = await decodeImage(Buffer.from(svg), { size: 64, cropFraction: 1 });
    const row = Array.from({ length: 64 }, (_, x) => pixels[x * 3]);
    expect(row.filter((value) => value > 5 && value < 250).length).toBeLessThanOrEqual(2);
    expect(row[0]).toBe(0);
    expect(row[63]).toBe(255);
  });

  it('an animated GIF gives its first frame', async () => {
    const frames = Buffer.concat([Buffer.alloc(8 * 8 * 3, 10), Buffer.alloc(8 * 8 * 3, 240)]);
    const bytes = await sharp(frames, { raw: { width: 8, height: 16, channels: 3, pageHeight: 8 } })
      .gif({ delay: [100, 100] })
      .toBuffer();
    expect((await sharp(bytes).metadata()).pages).toBe(2);
    expect(distanceFrom({ r: 10, g: 10, b: 10 }, (await decodeImage(bytes, whole)).pixels)).toBeLessThanOrEqual(2);
  });
});

describe('what a picture means is kept', () => {
  it.each([
    { name: '8-bit grey', bits: 8 },
    { name: '16-bit grey', bits: 16 },
  ])('$name becomes three equal channels', async ({ bits }) => {
    const grey = sharp(Buffer.alloc(100, 90), { raw: { width: 10, height: 10, channels: 1 } });
    const bytes = await (bits === 16 ? grey.toColourspace('grey16') : grey.toColourspace('b-w')).png().toBuffer();
    expect((await sharp(bytes).metadata()).depth).toBe(bits === 16 ? 'ushort' : 'uchar');
    expect(Array.from((await decodeImage(bytes, whole)).pixels)).toEqual(new Array(192).fill(90));
  });

  it('transparent pixels are white, half transparent ones half white; a transparent grey picture too', async () => {
    const rgba = Buffer.from([200, 0, 0, 0, 200, 0, 0, 255, 0, 0, 0, 128, 0, 0, 0, 255]);
    const bytes = await sharp(rgba, { raw: { width: 2, height: 2, channels: 4 } })
      .png()
      .toBuffer();
    const { pixels } = await decodeImage(bytes, { size: 2, cropFraction: 1 });
    expect(Array.from(pixels)).toEqual([255, 255, 255, 200, 0, 0, 127, 127, 127, 0, 0, 0]);
    const grey = await sharp(Buffer.from([50, 0, 50, 255]), { raw: { width: 2, height: 1, channels: 2 } })
      .png()
      .toBuffer();
    expect(Array.from((await decodeImage(grey, { size: [1, 2], cropFraction: 1 })).pixels)).toEqual([255, 255, 255, 50, 50, 50]);
  });

  // The quarters of a picture that stands red, green over blue, white, as a camera stores them with each orientation.
  it.each([
    { orientation: 1, stored: 'rgbw' },
    { orientation: 2, stored: 'grwb' },
    { orientation: 3, stored: 'wbgr' },
    { orientation: 4, stored: 'bwrg' },
    { orientation: 5, stored: 'rbgw' },
    { orientation: 6, stored: 'gwrb' },
    { orientation: 7, stored: 'wgbr' },
    { orientation: 8, stored: 'brwg' },
  ])('EXIF orientation $orientation is turned upright', async ({ orientation, stored }) => {
    const colors: Record<string, number[]> = { r: [255, 0, 0], g: [0, 255, 0], b: [0, 0, 255], w: [255, 255, 255] };
    const bytes = Buffer.alloc(16 * 16 * 3);
    for (let i = 0; i < 256; i++) bytes.set(colors[stored[(i < 128 ? 0 : 2) + (i % 16 < 8 ? 0 : 1)]], i * 3);
    const raw = sharp(bytes, { raw: { width: 16, height: 16, channels: 3 } });
    const jpeg = await raw.withMetadata({ orientation }).jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer();
    const { pixels } = await decodeImage(jpeg, { size: 16, cropFraction: 1 });
    const seen = [0, 15, 15 * 16, 16 * 16 - 1].map((corner) => Array.from(pixels.subarray(corner * 3, corner * 3 + 3)));
    [...'rgbw'].forEach((color, corner) => colors[color].forEach((value, i) => expect(Math.abs(seen[corner][i] - value)).toBeLessThan(8)));
  });

  it('the centre is cut out in the shape of the input', async () => {
    const pixels = gradient(40, 20);
    const bytes = await sharp(pixels, { raw: { width: 40, height: 20, channels: 3 } })
      .png()
      .toBuffer();
    const { pixels: seen } = await decodeImage(bytes, { size: 20, cropFraction: 1 });
    for (const [x, y] of [
      [0, 0],
      [19, 19],
      [7, 3],
    ]) {
      // prettier-ignore
      expect(Array.from(seen.subarray((y * 20 + x) * 3, (y * 20 + x) * 3 + 3))).toEqual(Array.from(pixels.subarray((y * 40 + x + 10) * 3, (y * 40 + x + 10) * 3 + 3)));
    }
  });

  it('a colour profile is ignored: the stored numbers come out', async () => {
    const bytes = await plain().withIccProfile('p3').png().toBuffer();
    const stored = await sharp(bytes, { ignoreIcc: true }).raw().toBuffer();
    expect((await sharp(bytes).metadata()).icc).toBeDefined();
    expect(Array.from((await decodeImage(bytes, whole)).pixels.subarray(0, 3))).toEqual(Array.from(stored.subarray(0, 3)));
  });

  it('an 8,000×6,000 picture decodes, to the size asked for', async () => {
    const bytes = await plain(8000, 6000).png({ compressionLevel: 1 }).toBuffer();
    const { pixels, shape } = await decodeImage(bytes, { size: [24, 32] });
    expect(shape).toEqual([24, 32, 3]);
    expect(distanceFrom(RED, pixels)).toBe(0);
  });

  it('bytes and the file they stand in give the same picture', async () => {
    const folder = await temporaryFolder();
    const bytes = await sharp(gradient(50, 30), { raw: { width: 50, height: 30, channels: 3 } })
      .jpeg()
      .toBuffer();
    await writeFile(join(folder, 'a.jpg'), bytes);
    expect(await decodeImage(join(folder, 'a.jpg'), { size: 16 })).toEqual(await decodeImage(new Uint8Array(bytes), { size: 16 }));
  });
});

describe('what is no picture is named, with what to do', () => {
  it('a missing file, a folder, an empty file, text named .jpg, a truncated JPEG and an iPhone photo', async () => {
    const folder = await temporaryFolder();
    const at = (name: string): string => join(folder, name);
    const jpeg = await sharp(gradient(64, 64), { raw: { width: 64, height: 64, channels: 3 } })
      .jpeg()
      .toBuffer();
    await mkdir(at('folder.jpg'));
    await writeFile(at('empty.jpg'), '');
    await writeFile(at('text.jpg'), 'This is no picture.');
    await writeFile(at('cut.jpg'), jpeg.subarray(0, jpeg.length / 2));
    await writeFile(at('photo.jpg'), Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'));
    await expectFailure(
      () => decodeImage(at('none.jpg'), whole),
      'NOT_FOUND',
      /expected a picture file, got '.*none\.jpg'\. Check the path/,
    );
    await expectFailure(
      () => decodeImage(at('folder.jpg'), whole),
      'UNREADABLE_IMAGE',
      /folder\.jpg: expected a picture file, got a folder/,
    );
    await expectFailure(
      () => decodeImage(at('empty.jpg'), whole),
      'UNREADABLE_IMAGE',
      /empty\.jpg: expected a picture, got an empty file\./,
    );
    await expectFailure(() => decodeImage(at('text.jpg'), whole), 'UNREADABLE_IMAGE', /text\.jpg: expected a JPEG, PNG.* does not decode/);
    await expectFailure(() => decodeImage(at('cut.jpg'), whole), 'UNREADABLE_IMAGE', /cut\.jpg: .* does not decode/);
    await expectFailure(
      () => decodeImage(at('photo.jpg'), whole),
      'UNREADABLE_IMAGE',
      /photo\.jpg: .*heif-convert IN\.heic OUT\.jpg.*sips/,
    );
  });

  it.each([
    { options: { size: 0 }, message: /^decodeImage\.size: expected a positive whole number of pixels, or \[height, width\], got 0/ },
    { options: { size: [8, 8, 3] as never }, message: /^decodeImage\.size: .* got \[ 8, 8, 3 \]/ },
    {
      options: { size: 8, cropFraction: 1.5 },
      message: /^decodeImage\.cropFraction: expected a share of each side, 0 < share ≤ 1, got 1\.5/,
    },
  ])('$options is refused', async ({ options, message }) => {
    await expectFailure(() => decodeImage(new Uint8Array(10), options), 'INVALID_ARGUMENT', message);
  });

  it('something that is neither a path nor bytes is refused', async () => {
    await expectFailure(
      () => decodeImage(7 as never, whole),
      'INVALID_ARGUMENT',
      /^image: expected a path or the bytes of a picture file, got 7/,
    );
  });
});
