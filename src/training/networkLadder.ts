import { isDeepStrictEqual } from 'node:util';
import type { FolderGlance } from '../data/glanceAtFolder.js';
import { InceptionError } from '../errors.js';
import { namedSpec, type NamedNetwork } from '../networks/namedNetwork.js';

type Stem = NonNullable<NamedNetwork['stem']>;

/** What is settled of a network, its input apart; the rest is chosen. With stem and width all of it is settled. */
export type NetworkChoice = Pick<NamedNetwork, 'architecture' | 'variant' | 'auxiliaryHeads' | 'stem' | 'widthMultiplier' | 'finalModule'>;

/** A network with its input size. */
export interface SizedNetwork extends NetworkChoice {
  readonly size: readonly [height: number, width: number];
  readonly stem: Stem;
  readonly widthMultiplier: number;
}

interface Rung extends Pick<SizedNetwork, 'stem' | 'widthMultiplier' | 'finalModule'> {
  /** Of a square input, in pixels. */
  readonly side: number;
  /** For pictures up to this shorter side alone: larger ones are better served by the next rung, at less cost. */
  readonly upTo?: number;
  /** With fewer training pictures a network of this size learns them by heart instead of learning from them. */
  readonly pictures: number;
}

/** GoogLeNets; those that suit a folder cost more from one to the next. */
// prettier-ignore
const GOOGLENETS: readonly Rung[] = [
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

/** The later networks, whole, deeper and so narrower; none has an input above the published. */
// prettier-ignore
const LATER_NETWORKS: readonly Rung[] = [
  { side: 32,  stem: 'stride2', widthMultiplier: 0.125, pictures: 0, upTo: 47 },
  { side: 32,  stem: 'stride2', widthMultiplier: 0.25,  pictures: 500, upTo: 47 },
  { side: 48,  stem: 'stride4', widthMultiplier: 0.125, pictures: 0 },
  { side: 64,  stem: 'stride4', widthMultiplier: 0.125, pictures: 0 },
  { side: 64,  stem: 'stride4', widthMultiplier: 0.25,  pictures: 500 },
  { side: 96,  stem: 'stride4', widthMultiplier: 0.25,  pictures: 500 },
  { side: 128, stem: 'stride8', widthMultiplier: 0.5,   pictures: 2_000 },
  { side: 192, stem: 'stride8', widthMultiplier: 0.75,  pictures: 10_000 },
  { side: 299, stem: 'stride8', widthMultiplier: 1,     pictures: 30_000 },
];

/** The largest input for which each stem is meant; above them it is the paper's. The later a stem stands here, the smaller the least input. */
const STEM_SIDES: readonly (readonly [Stem, largestSide: number])[] = [
  ['stride8', Infinity],
  ['stride4', 111],
  ['stride2', 47],
];

/** Pictures up to this many times as wide as high, or as high as wide, get a square input: half of such a picture is in its middle square. */
const SQUARE_UP_TO = 2;
const MOST_OBLONG = 4;

/** The networks that suit a folder, the cheapest first, and what keeps the next larger one from being among them. */
export interface Candidates {
  readonly networks: readonly [SizedNetwork, ...SizedNetwork[]];
  readonly end: string;
}

/** Whether nothing is left to choose but the input. */
export function isSettled(choice: NetworkChoice | undefined): choice is NetworkChoice & Pick<SizedNetwork, 'stem' | 'widthMultiplier'> {
  return choice?.stem !== undefined && choice.widthMultiplier !== undefined;
}

/**
 * Checks what is settled of a network before anything is read.
 *
 * @throws InceptionError `INVALID_ARGUMENT` for a name, variant, module or head that there is not; `INPUT_TOO_SMALL` where no stem fits the size.
 */
export function checkNetworkChoice(choice: NetworkChoice, size?: SizedNetwork['size']): void {
  namedSpec(choice);
  if (size) namedSpec(networkOptions({ widthMultiplier: 1, ...choice, size, stem: stemFor(choice, size) }));
}

/**
 * The networks to choose among.
 *
 * @param size The input, where it is settled; the networks then differ in width and depth alone.
 * @throws InceptionError `INPUT_TOO_SMALL` if none takes the input.
 */
export function candidatesFor(glance: FolderGlance, choice: NetworkChoice = {}, size?: SizedNetwork['size']): Candidates {
  const ladder = ladderOf(choice);
  const enoughPictures = ladder.filter(({ pictures }) => pictures <= glance.pictures);
  const { shorterSide } = glance;
  const suits = enoughPictures.filter(
    ({ side, upTo = Infinity }) => size !== undefined || (side <= Math.max(shorterSide, ladder[0].side) && shorterSide <= upTo),
  );
  const sized = suits.map(({ side, stem, widthMultiplier, finalModule }): SizedNetwork => {
    const input = size ?? shapeOf(side, glance.aspect);
    return { widthMultiplier, ...(finalModule !== undefined && { finalModule }), stem, ...choice, size: input };
  });
  const end = endOf(ladder, glance, size ? undefined : shorterSide);
  return { networks: takingTheirInput(sized, choice, size !== undefined).filter(isFirst) as [SizedNetwork, ...SizedNetwork[]], end };
}

/** Those that take their input; if none does, or the input is settled, with the stems meant for it; and last with square inputs. */
function takingTheirInput(networks: readonly SizedNetwork[], choice: NetworkChoice, hasSize: boolean): readonly SizedNetwork[] {
  const withMeantStem = (network: SizedNetwork): SizedNetwork => ({ ...network, stem: stemFor(choice, network.size) });
  const meant = networks.map(withMeantStem);
  if (hasSize) return meant;
  const squares = networks.map((network) => withMeantStem({ ...network, size: squareOf(network.size) }));
  const fitting = [networks, meant, squares].map((list) => list.filter((network) => !faultOf(network)));
  return fitting.find((list) => list.length > 0) ?? squares;
}

/** The rungs of a network, none larger than it was published. */
function ladderOf(choice: NetworkChoice): readonly Rung[] {
  if (!isLaterNetwork(choice)) return GOOGLENETS;
  const [published] = namedSpec({ architecture: choice.architecture, variant: choice.variant }).inputShape;
  return LATER_NETWORKS.map((rung) => ({ ...rung, side: Math.min(rung.side, published) }));
}

/** The options by which a network with its input is built. */
export function networkOptions({ size, ...choice }: SizedNetwork): NamedNetwork {
  return { ...choice, inputShape: [size[0], size[1], 3] };
}

/** Whether it is deeper than a GoogLeNet. */
export function isLaterNetwork({ architecture = 'googlenet' }: NetworkChoice): boolean {
  return architecture !== 'googlenet';
}

export function hasBatchNormalization(network: SizedNetwork): boolean {
  return namedSpec(networkOptions(network)).convolution.order !== 'conv-relu';
}

/** Why a network cannot be built, if it cannot. */
function faultOf(network: SizedNetwork): InceptionError | undefined {
  try {
    namedSpec(networkOptions(network));
    return undefined;
  } catch (error) {
    if (error instanceof InceptionError) return error;
    throw error;
  }
}

/** The stem that is meant for an input of this size; where its map is too small for the network, the first that leaves a larger one. */
function stemFor(choice: NetworkChoice, size: SizedNetwork['size']): Stem {
  const meant = STEM_SIDES.findLastIndex(([, largest]) => Math.min(...size) <= largest);
  const stems = choice.stem ? [choice.stem] : STEM_SIDES.slice(meant).map(([stem]) => stem);
  const isLargeEnough = (stem: Stem): boolean => faultOf({ widthMultiplier: 1, ...choice, size, stem })?.code !== 'INPUT_TOO_SMALL';
  return stems.find(isLargeEnough) ?? stems[stems.length - 1];
}

const isFirst = (network: SizedNetwork, place: number, networks: readonly SizedNetwork[]): boolean =>
  networks.findIndex((other) => isDeepStrictEqual(other, network)) === place;

/** As many pixels as the square has, in the pictures' shape where that is far from square. */
function shapeOf(side: number, aspect: number): readonly [height: number, width: number] {
  const oblong = Math.max(aspect, 1 / aspect);
  if (!(oblong > SQUARE_UP_TO)) return [side, side];
  const stretch = Math.sqrt(Math.min(oblong, MOST_OBLONG));
  const short = 8 * Math.round(side / stretch / 8);
  const long = 8 * Math.round((side * stretch) / 8);
  return aspect > 1 ? [short, long] : [long, short];
}

/** A square of as many pixels. */
function squareOf([height, width]: SizedNetwork['size']): SizedNetwork['size'] {
  const side = 8 * Math.round(Math.sqrt(height * width) / 8);
  return [side, side];
}

/** @param shorterSide Undefined where the input is settled. */
function endOf(ladder: readonly Rung[], { pictures }: FolderGlance, shorterSide = Infinity): string {
  const larger = ladder.find((rung) => rung.pictures > pictures);
  if (ladder.some((rung) => rung.pictures <= pictures && rung.side > shorterSide)) return 'a larger one wants larger pictures';
  if (larger === undefined) return 'it is the largest of the family';
  return `a larger one wants ${larger.pictures.toLocaleString('en-US')} training pictures or more`;
}
