import type { FolderGlance } from '../data/glanceAtFolder.js';
import type { googLeNet } from '../networks/googLeNet.js';

export type GoogLeNetOptions = NonNullable<Parameters<typeof googLeNet>[0]>;

type Stem = NonNullable<GoogLeNetOptions['stem']>;

/** A network of the family, its input apart. */
export interface NetworkChoice {
  readonly stem: Stem;
  readonly widthMultiplier: number;
  /** @default the ninth */
  readonly finalModule?: string;
}

/** A network with its input size. */
export interface SizedNetwork extends NetworkChoice {
  readonly size: readonly [height: number, width: number];
}

interface Rung extends NetworkChoice {
  /** Of a square input, in pixels. */
  readonly side: number;
  /** For pictures up to this shorter side alone: larger ones are better served by the next rung, at less cost. */
  readonly upTo?: number;
  /** With fewer training pictures a network of this size learns them by heart instead of learning from them. */
  readonly pictures: number;
}

/** Those that suit a folder cost more from one to the next. */
// prettier-ignore
const LADDER: readonly Rung[] = [
  { side: 32,  stem: 'stride4', widthMultiplier: 0.25, finalModule: 'inception_4a', pictures: 0 },
  { side: 32,  stem: 'stride2', widthMultiplier: 0.25, finalModule: 'inception_4a', pictures: 0, upTo: 47 },
  { side: 48,  stem: 'stride4', widthMultiplier: 0.25, finalModule: 'inception_4a', pictures: 0 },
  { side: 64,  stem: 'stride4', widthMultiplier: 0.25, finalModule: 'inception_4c', pictures: 0 },
  { side: 64,  stem: 'stride4', widthMultiplier: 0.25, pictures: 500 },
  { side: 96,  stem: 'stride4', widthMultiplier: 0.25, pictures: 500 },
  { side: 96,  stem: 'stride4', widthMultiplier: 0.5,  pictures: 2_000, upTo: 127 },
  { side: 128, stem: 'stride8', widthMultiplier: 0.5,  pictures: 2_000 },
  { side: 160, stem: 'stride8', widthMultiplier: 0.75, pictures: 10_000 },
  { side: 224, stem: 'stride8', widthMultiplier: 1,    pictures: 30_000 },
];

/** The largest input for which each stem is meant; above them it is the paper's. */
const STEM_SIDES: readonly (readonly [Stem, largestSide: number])[] = [
  ['stride2', 47],
  ['stride4', 111],
];

/** Pictures up to this many times as wide as high, or as high as wide, get a square input: half of such a picture is in its middle square. */
const SQUARE_UP_TO = 2;
const MOST_OBLONG = 4;

/** The networks that suit a folder, the cheapest first, and what keeps the next larger one from being among them. */
export interface Candidates {
  readonly networks: readonly [SizedNetwork, ...SizedNetwork[]];
  readonly end: string;
}

/**
 * The networks to choose among.
 *
 * @param size The input, where it is settled; the networks then differ in width and depth alone.
 */
export function candidatesFor(glance: FolderGlance, size?: readonly [height: number, width: number]): Candidates {
  const enoughPictures = LADDER.filter(({ pictures }) => pictures <= glance.pictures);
  const { shorterSide } = glance;
  const suits = size
    ? enoughPictures.filter(isOtherNetwork)
    : enoughPictures.filter(({ side, upTo = Infinity }) => side <= Math.max(shorterSide, LADDER[0].side) && shorterSide <= upTo);
  const networks = suits.map(({ side, stem, widthMultiplier, finalModule }) => ({
    size: size ?? shapeOf(side, glance.aspect),
    stem: size ? stemFor(Math.min(...size)) : stem,
    widthMultiplier,
    ...(finalModule !== undefined && { finalModule }),
  }));
  return { networks: networks as [SizedNetwork, ...SizedNetwork[]], end: endOf(enoughPictures, size ? undefined : shorterSide) };
}

const isOtherNetwork = (rung: Rung, place: number, rungs: readonly Rung[]): boolean =>
  rungs.findIndex((other) => other.widthMultiplier === rung.widthMultiplier && other.finalModule === rung.finalModule) === place;

const stemFor = (side: number): Stem => STEM_SIDES.find(([, largest]) => side <= largest)?.[0] ?? 'stride8';

/** As many pixels as the square has, in the pictures' shape where that is far from square. */
function shapeOf(side: number, aspect: number): readonly [height: number, width: number] {
  const oblong = Math.max(aspect, 1 / aspect);
  if (!(oblong > SQUARE_UP_TO)) return [side, side];
  const stretch = Math.sqrt(Math.min(oblong, MOST_OBLONG));
  const short = 8 * Math.round(side / stretch / 8);
  const long = 8 * Math.round((side * stretch) / 8);
  return aspect > 1 ? [short, long] : [long, short];
}

/** @param shorterSide Undefined where the input is settled. */
function endOf(enoughPictures: readonly Rung[], shorterSide = Infinity): string {
  if (enoughPictures.some(({ side }) => side > shorterSide)) return 'a larger one wants larger pictures';
  if (enoughPictures.length === LADDER.length) return 'it is the largest of the family';
  return `a larger one wants ${LADDER[enoughPictures.length].pictures.toLocaleString('en-US')} training pictures or more`;
}
