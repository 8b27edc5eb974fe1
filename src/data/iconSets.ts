import { readPackageJsonFiles } from './installedPackage.js';

/** The four classes, by the folder each becomes and the category that all three sets file its pictures under. */
export const ICON_CATEGORIES = {
  animals: 'Animals & Nature',
  food: 'Food & Drink',
  smileys: 'Smileys & Emotion',
  travel: 'Travel & Places',
} as const;

export type IconClass = keyof typeof ICON_CATEGORIES;

/** The three sets, as npm packages (versions that were tried) of drawings by three artists. */
export const ICON_SETS = [
  { artist: 'noto', package: '@iconify-json/noto', version: '1.2.9' },
  { artist: 'fluent', package: '@iconify-json/fluent-emoji-flat', version: '1.2.6' },
  { artist: 'twemoji', package: '@iconify-json/twemoji', version: '1.2.5' },
] as const;

/** One drawing. */
export interface Icon {
  readonly artist: string;
  /** What is drawn: the same word in all three sets, whatever each calls it. */
  readonly concept: string;
  readonly label: IconClass;
  readonly svg: string;
}

/** The files of one package, as far as they are read. */
interface IconFiles {
  readonly icons: {
    readonly width?: number;
    readonly height?: number;
    readonly icons: Readonly<Record<string, { body: string; width?: number; height?: number }>>;
  };
  readonly metadata: { readonly categories: Readonly<Record<string, readonly string[]>> };
  /** From Unicode code points to names. */
  readonly chars: Readonly<Record<string, string>>;
  readonly info: {
    readonly name: string;
    readonly author: { name: string; url?: string };
    readonly license: { title: string; spdx: string; url?: string };
  };
  readonly package: { readonly version: string };
}

/** An installed set, read. */
export interface InstalledIconSet {
  readonly artist: string;
  readonly name: string;
  readonly version: string;
  readonly files: IconFiles;
}

/** @throws InceptionError `MISSING_PACKAGE` with the line that installs all three. */
export function readIconSets(where: string): InstalledIconSet[] {
  const missing = ICON_SETS.map((set) => `${set.package}@${set.version}`);
  return ICON_SETS.map(({ artist, package: name }) => {
    const files = ['icons.json', 'metadata.json', 'chars.json', 'info.json', 'package.json'];
    const [icons, metadata, chars, info, manifest] = readPackageJsonFiles(where, name, files, missing);
    const read = { icons, metadata, chars, info, package: manifest } as IconFiles;
    return { artist, name, version: read.package.version, files: read };
  });
}

/** A drawing as a picture of its own, `size` pixels square. */
function svgOf({ icons }: IconFiles, name: string, size: number): string {
  const { body, width = icons.width ?? 16, height = icons.height ?? 16 } = icons.icons[name];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 ${width} ${height}">${body}</svg>`;
}

/**
 * The drawings of the four classes. Two names stand for one concept where Unicode says that they are one character (`black-bird` and
 * `blackbird`), so that a split by concept cannot put the same thing on both sides.
 */
export function iconsOf(sets: readonly InstalledIconSet[], size: number): Icon[] {
  const conceptOfCharacter = new Map<string, string>();
  return sets.flatMap(({ artist, files }) => {
    const charactersOf = new Map<string, string[]>();
    for (const [character, name] of Object.entries(files.chars)) charactersOf.set(name, [...(charactersOf.get(name) ?? []), character]);
    return Object.entries(ICON_CATEGORIES).flatMap(([label, category]) =>
      files.metadata.categories[category].map((name): Icon => {
        const characters = charactersOf.get(name) ?? [];
        const known = characters.map((character) => conceptOfCharacter.get(character)).find((concept) => concept !== undefined);
        const concept = known ?? name;
        for (const character of characters) conceptOfCharacter.set(character, concept);
        return { artist, concept, label: label as IconClass, svg: svgOf(files, name, size) };
      }),
    );
  });
}

/** Who drew the pictures and under which licence, as text to stand beside them. */
export function licencesOf(sets: readonly InstalledIconSet[], size: number): string {
  const entries = sets.map(
    ({ artist, name, version, files: { info } }) =>
      `*-${artist}.png: ${info.name}, © ${info.author.name}${info.author.url ? `, ${info.author.url}` : ''}\n` +
      `  Licence: ${info.license.spdx}${info.license.url ? `, ${info.license.url}` : ''}\n` +
      `  Taken from the npm package ${name} ${version}.`,
  );
  return `These pictures are artwork, not photographs. They were rasterised at ${size} × ${size} pixels on a plain background and not changed otherwise.\n\n${entries.join('\n\n')}\n`;
}
