import { extname } from 'node:path';

/** Endings of the files that are decoded. */
const READABLE = new Set(['.jpg', '.jpeg', '.jpe', '.jfif', '.png', '.webp', '.gif', '.tif', '.tiff', '.avif', '.svg']);

const HEIC_REASON =
  'HEIC photos cannot be decoded here. Convert them: heif-convert IN.heic OUT.jpg (Linux, package libheif-examples), or sips -s format jpeg IN.heic --out OUT.jpg (macOS).';
const RAW_REASON =
  'Camera raw files cannot be decoded here. Convert them: dcraw -w -T IN (writes a TIFF), or export JPEGs from the photo program.';
const MAGICK_REASON = 'This picture format cannot be decoded here. Convert it: magick IN OUT.png (ImageMagick).';

/** Endings of pictures that are not decoded, with what to do about them: they are counted as unreadable, never silently left out. */
const UNREADABLE: Readonly<Record<string, string>> = {
  '.heic': HEIC_REASON,
  '.heif': HEIC_REASON,
  '.hif': HEIC_REASON,
  '.bmp': MAGICK_REASON,
  '.jxl': MAGICK_REASON,
  '.jp2': MAGICK_REASON,
  '.psd': MAGICK_REASON,
  '.tga': MAGICK_REASON,
  '.ppm': MAGICK_REASON,
  '.pgm': MAGICK_REASON,
  '.dng': RAW_REASON,
  '.cr2': RAW_REASON,
  '.cr3': RAW_REASON,
  '.nef': RAW_REASON,
  '.arw': RAW_REASON,
  '.orf': RAW_REASON,
  '.rw2': RAW_REASON,
  '.raf': RAW_REASON,
};

/** The brands in an ISO media file's first box by which iPhones and other cameras mark HEVC pictures. */
const HEIC_BRANDS = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1']);

/** What a file's name says: a picture that is decoded, a picture with the reason why it is not, or no picture. */
export function kindOfFile(name: string): { kind: 'picture' } | { kind: 'unreadable'; reason: string } | { kind: 'other' } {
  const extension = extname(name).toLowerCase();
  if (READABLE.has(extension)) return { kind: 'picture' };
  const reason = UNREADABLE[extension];
  return reason ? { kind: 'unreadable', reason } : { kind: 'other' };
}

/** What a file's first bytes say of why it cannot be decoded, whatever its name is; `undefined` if they say nothing. */
export function reasonInBytes(bytes: Uint8Array): string | undefined {
  const ascii = (from: number, to: number): string => String.fromCharCode(...bytes.subarray(from, to));
  if (ascii(4, 8) === 'ftyp' && HEIC_BRANDS.has(ascii(8, 12)) && !ascii(8, 64).includes('avif')) return HEIC_REASON;
  return undefined;
}

/** Whether the bytes are a drawing, which has no pixels of its own. */
export function isDrawing(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 1024)).toString('latin1').includes('<svg');
}
