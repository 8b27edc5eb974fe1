import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import sharp from 'sharp';
import { expectedGot, InceptionError, invalidArgument } from '../errors.js';
import { ALPHA_BACKGROUND } from './decodePicture.js';
import { ICON_CATEGORIES, iconsOf, licencesOf, readIconSets, type Icon, type IconClass } from './iconSets.js';
import { mapConcurrently } from './mapConcurrently.js';
import { heldOutNames } from './splitNames.js';

export interface WritePicturesOptions {
  /** Height and width in pixels. Default 64. */
  size?: number;
  /** The share of each class's concepts that are held out, 0 < share < 1. Default 0.2. */
  validation?: number;
  /** Decides which concepts are held out. Default 0. */
  seed?: number;
}

/** What {@link writePictures} wrote, as its `pictures.json` records it. */
export interface PicturesManifest {
  readonly format: 1;
  readonly size: number;
  readonly validation: number;
  readonly seed: number;
  /** Package versions, by name. */
  readonly packages: Readonly<Record<string, string>>;
  readonly classes: readonly IconClass[];
  /** Pictures of each class, in the order of `classes`. */
  readonly counts: { readonly train: readonly number[]; readonly validation: readonly number[] };
  /** Concepts on each side; none is on both. */
  readonly concepts: { readonly train: number; readonly validation: number };
}

export interface WrittenPictures extends PicturesManifest {
  /** The folder for `imageFolder`, and the one for its `validation`. */
  readonly train: string;
  readonly validationFolder: string;
  /** Whether the folder was complete already. */
  readonly reused: boolean;
}

const MANIFEST_FILE = 'pictures.json';
const LICENCES_FILE = 'LICENSES.txt';
const SIDES = ['train', 'validation'] as const;
type Side = (typeof SIDES)[number];

/** Rasterised at once: libuv's four threads, each with the next picture waiting. */
const RASTERISED_AT_ONCE = 8;

const CLASSES = Object.keys(ICON_CATEGORIES) as IconClass[];

/** Divides by concept: every picture of one concept goes to the same side, in whichever class its artist filed it. */
function divide(icons: readonly Icon[], fraction: number, seed: number): Map<Icon, Side> {
  const home = new Map<string, IconClass>();
  for (const { concept, label } of icons) if (!home.has(concept)) home.set(concept, label);
  const heldOut = new Set<string>();
  for (const label of CLASSES) {
    const concepts = [...home].filter(([, at]) => at === label).map(([concept]) => concept);
    for (const concept of heldOutNames(label, concepts, fraction, seed)) heldOut.add(concept);
  }
  return new Map(icons.map((icon) => [icon, heldOut.has(icon.concept) ? 'validation' : 'train']));
}

function manifestOf(sides: Map<Icon, Side>, settings: Required<WritePicturesOptions>, packages: Record<string, string>): PicturesManifest {
  const icons = [...sides];
  const onSide = (side: Side): Icon[] => icons.filter(([, at]) => at === side).map(([icon]) => icon);
  const counts = (side: Side): number[] => CLASSES.map((label) => onSide(side).filter((icon) => icon.label === label).length);
  const concepts = (side: Side): number => new Set(onSide(side).map(({ concept }) => concept)).size;
  return {
    format: 1,
    ...settings,
    packages,
    classes: CLASSES,
    counts: { train: counts('train'), validation: counts('validation') },
    concepts: { train: concepts('train'), validation: concepts('validation') },
  };
}

/** Whether a folder holds just what the manifest says. */
async function isComplete(directory: string, manifest: PicturesManifest): Promise<boolean> {
  const text = await readFile(join(directory, MANIFEST_FILE), 'utf8').catch(() => '');
  if (text !== JSON.stringify(manifest, null, 2)) return false;
  for (const side of SIDES) {
    for (const [label, name] of CLASSES.entries()) {
      const files = await readdir(join(directory, side, name)).catch((): string[] => []);
      if (files.length !== manifest.counts[side][label]) return false;
    }
  }
  return true;
}

/** @throws InceptionError `INVALID_ARGUMENT` if there is something that an earlier call did not write: it is never removed. */
async function checkReplaceable(directory: string): Promise<void> {
  const entries: string[] = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw expectedGot(
      'INVALID_ARGUMENT',
      'writePictures.directory',
      'a folder, or nothing there yet',
      directory,
      'Give another path.',
      error,
    );
  });
  if (entries.length === 0 || entries.includes(MANIFEST_FILE)) return;
  throw expectedGot('INVALID_ARGUMENT', 'writePictures.directory', 'an empty folder or one written before', `${directory} with ${entries.length} other files`, 'Give another path; nothing was changed.'); // prettier-ignore
}

async function rasterise(directory: string, sides: Map<Icon, Side>, manifest: PicturesManifest, licences: string): Promise<void> {
  for (const side of SIDES) for (const name of CLASSES) await mkdir(join(directory, side, name), { recursive: true });
  await mapConcurrently([...sides], RASTERISED_AT_ONCE, async ([{ artist, concept, label, svg }, side]) => {
    await sharp(Buffer.from(svg))
      .flatten({ background: ALPHA_BACKGROUND })
      .png()
      .toFile(join(directory, side, label, `${concept}-${artist}.png`));
  });
  await writeFile(join(directory, LICENCES_FILE), licences);
  await writeFile(join(directory, MANIFEST_FILE), JSON.stringify(manifest, null, 2));
}

/** Builds the folder beside its place and renames it in, so that a half-written one is never found there. */
async function replaceFolder(directory: string, write: (folder: string) => Promise<void>): Promise<void> {
  await mkdir(dirname(directory), { recursive: true });
  const beside = await mkdtemp(join(dirname(directory), `.${basename(directory)}-`));
  try {
    await write(join(beside, 'new'));
    await rename(directory, join(beside, 'old')).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    await rename(join(beside, 'new'), directory);
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
}

/**
 * Writes 2,043 colour pictures of four classes (animals, food, smileys, travel) as PNGs into `<directory>/train/<class>` and
 * `<directory>/validation/<class>`, ready for `imageFolder`. They are emoji by three artists: artwork, not photographs. No concept stands on
 * both sides. A folder that is complete already is used again; what else is there is never removed.
 *
 * @throws InceptionError `MISSING_PACKAGE` with the line that installs the drawings, `INVALID_ARGUMENT` for a setting or a folder with other
 * things in it, `WRITE_FAILED` if it cannot be written.
 * @example
 * ```ts
 * const { train, validationFolder } = await writePictures('pictures');
 * const data = await imageFolder(train, { size: 64, validation: validationFolder, cropFraction: 1 });
 * ```
 */
export async function writePictures(
  directory: string,
  { size = 64, validation = 0.2, seed = 0 }: WritePicturesOptions = {},
): Promise<WrittenPictures> {
  if (!Number.isInteger(size) || size < 8 || size > 1024)
    throw invalidArgument('writePictures.size', 'a whole number of pixels from 8 to 1024', size);
  if (!(validation > 0 && validation < 1)) throw invalidArgument('writePictures.validation', 'a share, 0 < share < 1', validation);
  if (!Number.isSafeInteger(seed) || seed < 0) throw invalidArgument('writePictures.seed', 'a whole number from 0 to 2⁵³ − 1', seed);
  const folder = resolve(directory);
  const sets = readIconSets('writePictures');
  const sides = divide(iconsOf(sets, size), validation, seed);
  const manifest = manifestOf(sides, { size, validation, seed }, Object.fromEntries(sets.map(({ name, version }) => [name, version])));
  const reused = await isComplete(folder, manifest);
  if (!reused) {
    await checkReplaceable(folder);
    await replaceFolder(folder, (beside) => rasterise(beside, sides, manifest, licencesOf(sets, size))).catch((cause: Error) => {
      throw new InceptionError(
        'WRITE_FAILED',
        `writePictures: expected to write ${folder}, got: ${cause.message}. Give a path that can be written to.`,
        { cause },
      );
    });
  }
  return { ...manifest, train: join(folder, 'train'), validationFolder: join(folder, 'validation'), reused };
}
