import sharp from 'sharp';
import { pictureUri } from '../../src/explain/pictureUri.js';

const bytesOf = (uri: string): Buffer => Buffer.from(uri.slice(uri.indexOf(',') + 1), 'base64');

describe('pictureUri', () => {
  it('turns 5×7 pixels into a PNG that decodes to the same 105 values', async () => {
    const pixels = Uint8Array.from({ length: 5 * 7 * 3 }, (_, index) => (index * 37) % 256);
    const uri = pictureUri({ pixels, height: 5, width: 7 });
    expect(uri.startsWith('data:image/png;base64,')).toBe(true);
    const { data, info } = await sharp(bytesOf(uri)).raw().toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ width: 7, height: 5, channels: 3 });
    expect([...data]).toEqual([...pixels]);
  });

  it.each(['png', 'jpeg', 'webp', 'gif'] as const)('embeds a %s file byte for byte under its own type', async (format) => {
    const file = await sharp({ create: { width: 4, height: 4, channels: 3, background: 'red' } }).toFormat(format).toBuffer(); // prettier-ignore
    const uri = pictureUri(new Uint8Array(file));
    expect(uri.startsWith(`data:image/${format};base64,`)).toBe(true);
    expect(bytesOf(uri).equals(file)).toBe(true);
  });

  it('refuses SVG, which could hold more than a picture', () => {
    expect(() => pictureUri(new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"/>'))).toThrow(
      expect.objectContaining({ code: 'UNREADABLE_IMAGE' }),
    );
  });
});
