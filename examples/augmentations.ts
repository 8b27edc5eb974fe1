// One picture under each augmentation: a contact sheet with a row for each and a column for each of eight epochs.
import sharp from 'sharp';
import { decodeImage, imageArrays, type Augmentation } from 'tfjs-inception';

const SIDE = 112;
const EPOCHS = 8;

/** A fish at noon and a sailing boat at night. */
const PICTURES = [
  `<rect width="64" height="64" fill="#7fc8f0"/><path d="M8 32Q28 12 44 32Q28 52 8 32Z" fill="#f28c28"/>
   <path d="M42 32L58 20L54 32L58 44Z" fill="#c0501c"/><circle cx="18" cy="29" r="3" fill="#102030"/><path d="M26 24Q32 32 26 40" stroke="#fff" stroke-width="3" fill="none"/>`,
  `<rect width="64" height="64" fill="#1b2a4a"/><rect y="46" width="64" height="18" fill="#2f6f73"/><circle cx="52" cy="12" r="6" fill="#f5e9b0"/>
   <path d="M30 8V42H8Z" fill="#f4f4f4"/><path d="M33 14V42H54Z" fill="#d84a4a"/><path d="M6 44H58L50 54H14Z" fill="#8a5a34"/>`,
];

const ROWS: Record<string, Augmentation> = {
  unvaried: {},
  crop: { crop: { area: [0.08, 1], aspect: [3 / 4, 4 / 3] } },
  flip: { flip: true },
  photometric: { photometric: 1 },
  erase: { erase: { probability: 1 } },
  mixup: { mixup: { alpha: 1 } },
  cutmix: { cutmix: { alpha: 1 } },
};

/** The first picture as each epoch sees it, and what share of it is still its own class. */
async function viewsOf(pixels: Uint8Array[], augmentation: Augmentation) {
  const options = { labels: [0, 1], classes: ['fish', 'boat'], size: SIDE, batch: 2, seed: 5, shuffle: false, workers: 0 };
  const dataset = imageArrays({ ...options, pixels, augmentation });
  const views: { pixels: Uint8Array; share: number }[] = [];
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    for await (const batch of dataset.batches(epoch)) {
      views.push({ pixels: batch.pixels.slice(0, SIDE * SIDE * 3), share: batch.mixed?.shares[0] ?? 1 });
    }
  }
  await dataset.close();
  return views;
}

export async function augmentations(print: (line: string) => void = console.log, file = 'augmentations.png') {
  const svg = PICTURES.map(
    (shapes) => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" width="448" height="448">${shapes}</svg>`,
  );
  const decoded = await Promise.all(svg.map((text) => decodeImage(Buffer.from(text), { size: SIDE, cropFraction: 1 })));
  const shares: Record<string, number[]> = {};
  const tiles: sharp.OverlayOptions[] = [];
  for (const [row, [name, augmentation]] of Object.entries(ROWS).entries()) {
    const views = await viewsOf(decoded.map(({ pixels }) => pixels), augmentation); // prettier-ignore
    views.forEach(({ pixels }, column) => {
      const raw = { width: SIDE, height: SIDE, channels: 3 } as const;
      tiles.push({ input: Buffer.from(pixels), raw, left: column * (SIDE + 4), top: row * (SIDE + 4) });
    });
    shares[name] = views.map(({ share }) => share);
    const mixed = augmentation.mixup ?? augmentation.cutmix;
    print(`row ${row + 1}, ${name}${mixed ? `: fish ${shares[name].map((share) => `${(100 * share).toFixed(0)} %`).join(', ')}` : ''}`);
  }
  const [width, height] = [EPOCHS * (SIDE + 4) - 4, Object.keys(ROWS).length * (SIDE + 4) - 4];
  await sharp({ create: { width, height, channels: 3, background: '#fff' } })
    .composite(tiles)
    .png()
    .toFile(file);
  print(`wrote ${file.replace(/.*[\\/]/, '')}, ${width}×${height}`);
  return { shares, width, height };
}
