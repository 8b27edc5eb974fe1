import type { Augmentation } from './augmentation.js';
import { between, type Draw } from './draw.js';
import { inSequence, shuffle } from './epochOrder.js';
import { PURPOSE } from './random.js';
import type { Rectangle } from './resample.js';
import { symmetricBeta } from './symmetricBeta.js';

/** What one picture of a batch is mixed with. */
export interface Mix {
  /** The other picture's position in the batch. */
  readonly partner: number;
  /** How much of the mixed picture is still the first one, 0 to 1; a float32 number. */
  readonly share: number;
  /** For CutMix, the whole pixels that come from the partner. For mixup all pixels are a weighted mean, and there is none. */
  readonly box?: Rectangle;
}

/** Half of the distance between two draws keeps them off 0. */
const HALF_A_STEP = 2 ** -33;

/** Of two bounds of a side, what lies inside it. */
const clipped = (start: number, length: number, side: number): [from: number, to: number] => [
  Math.max(0, start),
  Math.min(side, start + length),
];

/**
 * CutMix's rectangle: sides of the picture's shape that cover `1 − share` of it, around a centre anywhere in it, clipped at its border.
 *
 * @see Yun et al. 2019, arXiv:1905.04899, §3.1, equation 2
 */
function drawBox(draw: Draw, share: number, [height, width]: readonly [height: number, width: number]): Rectangle {
  const ratio = Math.sqrt(1 - share);
  const [boxWidth, boxHeight] = [Math.round(width * ratio), Math.round(height * ratio)];
  const centerX = Math.floor(between(draw, PURPOSE.mixLeft, 0, width));
  const centerY = Math.floor(between(draw, PURPOSE.mixTop, 0, height));
  const [left, right] = clipped(centerX - Math.floor(boxWidth / 2), boxWidth, width);
  const [top, bottom] = clipped(centerY - Math.floor(boxHeight / 2), boxHeight, height);
  return { left, top, width: right - left, height: bottom - top };
}

function drawMix(draw: Draw, partner: number, { mixup, cutmix }: Augmentation, size: readonly [height: number, width: number]): Mix {
  const cut = cutmix && (!mixup || between(draw, PURPOSE.mixMethod, 0, 1) < 0.5) ? cutmix : undefined;
  const { alpha } = (cut ?? mixup)!;
  const share = symmetricBeta(alpha, between(draw, PURPOSE.mixShare, 0, 1) + HALF_A_STEP, between(draw, PURPOSE.mixAngle, 0, 1));
  if (!cut) return { partner, share: Math.fround(share) };
  const box = drawBox(draw, share, size);
  return { partner, share: Math.fround(1 - (box.width * box.height) / (size[0] * size[1])), box };
}

/**
 * With what, how and how much each picture of a batch is mixed: a function of each picture's draw. The partners form one circle through the
 * batch, drawn evenly from all circles, so that each picture is partner of exactly one other.
 *
 * @param draws One a picture of the batch.
 * @param size Height and width in pixels.
 * @returns One mix a picture; undefined where the augmentation asks for none or the batch has one picture only.
 */
export function drawMixing(
  draws: readonly Draw[],
  augmentation: Augmentation,
  size: readonly [height: number, width: number],
): Mix[] | undefined {
  if ((!augmentation.mixup && !augmentation.cutmix) || draws.length < 2) return undefined;
  const circle = shuffle(inSequence(draws.length), (position) => between(draws[position], PURPOSE.mixPartner, 0, 1));
  const partners = new Int32Array(draws.length);
  circle.forEach((picture, place) => {
    partners[picture] = circle[(place + 1) % circle.length];
  });
  return draws.map((draw, position) => drawMix(draw, partners[position], augmentation, size));
}
