// Photo-like JPEGs made from a seed: smooth noise of several scales, shapes with sharp edges, fine noise as of a sensor.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';

/** Mulberry32: numbers 0 ≤ u < 1. */
function randomNumbers(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let hash = Math.imul(state ^ (state >>> 15), state | 1);
    hash ^= hash + Math.imul(hash ^ (hash >>> 7), hash | 61);
    return ((hash ^ (hash >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Random pixels on a coarse grid, brought to the full size. */
async function smoothNoise(random, columns, width, height) {
  const rows = Math.max(2, Math.round((columns * height) / width));
  const coarse = Buffer.from(Array.from({ length: columns * rows * 3 }, () => random() * 256));
  return sharp(coarse, { raw: { width: columns, height: rows, channels: 3 } })
    .resize(width, height, { fit: 'fill', kernel: 'cubic' })
    .raw()
    .toBuffer();
}

function shapes(random, width, height) {
  const color = () => `rgb(${[0, 1, 2].map(() => Math.floor(random() * 256)).join(',')})`;
  const drawn = Array.from({ length: 24 }, (_, i) => {
    const [x, y, a, b] = [random() * width, random() * height, (0.02 + random() * 0.15) * width, (0.02 + random() * 0.15) * height];
    return i % 2 === 0
      ? `<ellipse cx="${x}" cy="${y}" rx="${a}" ry="${b}" fill="${color()}" fill-opacity="${0.3 + random() * 0.7}"/>`
      : `<rect x="${x}" y="${y}" width="${a}" height="${b}" transform="rotate(${random() * 90} ${x} ${y})" fill="${color()}"/>`;
  });
  return Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${drawn.join('')}</svg>`);
}

/** One photo as JPEG bytes. */
export async function photo({ width, height, seed, quality = 90 }) {
  const random = randomNumbers(seed);
  const sum = new Float32Array(width * height * 3);
  for (const [columns, share] of [
    [4, 0.5],
    [16, 0.25],
    [64, 0.15],
    [Math.round(width / 4), 0.1],
  ]) {
    // prettier-ignore
    const layer = await smoothNoise(random, columns, width, height);
    for (let i = 0; i < sum.length; i++) sum[i] += share * layer[i];
  }
  for (let i = 0; i < sum.length; i += 3) {
    const grain = (random() + random() - 1) * 26;
    for (let channel = i; channel < i + 3; channel++) sum[channel] += grain;
  }
  return sharp(Buffer.from(Uint8ClampedArray.from(sum).buffer), { raw: { width, height, channels: 3 } })
    .composite([{ input: shapes(random, width, height) }])
    .jpeg({ quality })
    .toBuffer();
}

/**
 * Writes `count` photos into `classes` class folders below `folder`.
 *
 * @returns The mean size of a file in bytes.
 */
export async function writePhotos(folder, { count, classes = 2, seed = 1, ...look }) {
  let bytes = 0;
  for (let label = 0; label < classes; label++) await mkdir(join(folder, `class${label}`), { recursive: true });
  for (let i = 0; i < count; i++) {
    const jpeg = await photo({ ...look, seed: seed * 1_000_003 + i });
    bytes += jpeg.length;
    await writeFile(join(folder, `class${i % classes}`, `${i}.jpg`), jpeg);
  }
  return bytes / count;
}
