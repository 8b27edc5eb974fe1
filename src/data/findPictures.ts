import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { expectedGot, InceptionError, invalidArgument } from '../errors.js';
import { kindOfFile } from './pictureFormats.js';

/** A file that cannot be used, and why. */
export interface UnreadableFile {
  /** Where it is, beginning with the folder as it was given. */
  readonly path: string;
  readonly reason: string;
}

/** What a folder of class folders holds, before a picture has been decoded. */
export interface FoundPictures {
  /** The class folders, sorted by character code: the same on every machine. */
  readonly classes: string[];
  /** The pictures of each class: paths below the class folder, with `/` between their parts, sorted. */
  readonly names: string[][];
  readonly unreadable: UnreadableFile[];
  /** Files that are no pictures. Hidden files and folders are not even counted. */
  ignored: number;
}

/** Folder names that hold a split, not a class. */
const SPLIT_NAMES = new Set(['train', 'training', 'validation', 'valid', 'val', 'test', 'testing']);

const byCharacterCode = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

async function entriesOf(folder: string): Promise<Dirent[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.filter(({ name }) => !name.startsWith('.')).sort((a, b) => byCharacterCode(a.name, b.name));
}

/** Whether an entry is a file or a folder, links followed; `undefined` for a link to nothing and for sockets and pipes. */
async function typeOf(folder: string, entry: Dirent): Promise<'file' | 'folder' | undefined> {
  if (entry.isDirectory()) return 'folder';
  if (entry.isFile()) return 'file';
  const target = await stat(join(folder, entry.name)).catch(() => undefined);
  if (target?.isDirectory()) return 'folder';
  return target?.isFile() ? 'file' : undefined;
}

/** Collects a class folder and everything below it. */
class ClassCollector {
  /** Paths below the class folder. */
  readonly names: string[] = [];
  readonly unreadable: UnreadableFile[] = [];
  ignored = 0;
  /** The real paths entered, so that links cannot lead in a circle. */
  private readonly entered = new Set<string>();

  constructor(private readonly root: string) {}

  async collect(below = ''): Promise<void> {
    const folder = join(this.root, below);
    if (await this.leadsBack(folder)) return;
    const entries = await entriesOf(folder).catch((error: NodeJS.ErrnoException) => {
      this.unreadable.push({ path: folder, reason: `The folder cannot be opened (${error.code}).` });
      return [];
    });
    for (const entry of entries) await this.add(entry, folder, below ? `${below}/${entry.name}` : entry.name);
  }

  private async add(entry: Dirent, folder: string, name: string): Promise<void> {
    const type = await typeOf(folder, entry);
    const path = join(folder, entry.name);
    const file = kindOfFile(entry.name);
    if (type === 'folder') await this.collect(name);
    else if (file.kind === 'other') this.ignored++;
    else if (!type) this.unreadable.push({ path, reason: 'The link leads nowhere.' });
    else if (file.kind === 'unreadable') this.unreadable.push({ path, reason: file.reason });
    else this.names.push(name);
  }

  /** Whether a folder was entered before, or holds the class folder itself and so the other classes' pictures. */
  private async leadsBack(folder: string): Promise<boolean> {
    const real = await realpath(folder);
    const above = `${await realpath(this.root)}${sep}`.startsWith(`${real}${sep}`) && folder !== this.root;
    if (above || this.entered.has(real)) return true;
    this.entered.add(real);
    return false;
  }
}

/** @throws InceptionError `NOT_FOUND` where there is no such folder, `INVALID_ARGUMENT` for something else than a path. */
async function checkFolder(where: string, directory: string): Promise<void> {
  if (typeof directory !== 'string' || directory === '') throw invalidArgument(where, 'the path of a folder', directory);
  const target = await stat(directory).catch(() => undefined);
  if (target?.isDirectory()) return;
  const advice = target
    ? 'Give the folder that holds one folder of pictures per class.'
    : 'Check the path; it is taken from the working directory.';
  throw expectedGot('NOT_FOUND', where, 'a folder', target ? `the file ${directory}` : directory, advice);
}

/**
 * Lists the pictures below a folder that has one folder per class, without opening any.
 *
 * @param where How an error names the argument.
 * @throws InceptionError `NOT_FOUND` if there is no such folder, `EMPTY_DATASET` if it holds no class folders, `INVALID_ARGUMENT` if they are a split's.
 */
export async function findPictures(where: string, directory: string): Promise<FoundPictures> {
  await checkFolder(where, directory);
  const found: FoundPictures = { classes: [], names: [], unreadable: [], ignored: 0 };
  let loosePictures = 0;
  for (const entry of await entriesOf(directory)) {
    const type = await typeOf(directory, entry);
    if (type === 'folder') found.classes.push(entry.name);
    else if (kindOfFile(entry.name).kind === 'picture') loosePictures++;
    else found.ignored++;
  }
  if (found.classes.length === 0) {
    const got = loosePictures > 0 ? `no folder but ${loosePictures} loose picture${loosePictures === 1 ? '' : 's'}` : 'no folder';
    throw new InceptionError(
      'EMPTY_DATASET',
      `${where}: expected one folder of pictures per class in ${directory}, got ${got}. Make a folder for each class and put its pictures there.`,
    );
  }
  if (found.classes.length > 1 && found.classes.every((name) => SPLIT_NAMES.has(name.toLowerCase()))) {
    const [training, validation] = [...found.classes].sort((a, b) => Number(b.startsWith('train')) - Number(a.startsWith('train')));
    throw expectedGot('INVALID_ARGUMENT', where, 'one folder of pictures per class', found.classes,
      `These look like a split: give ${join(directory, training)} as the folder and ${join(directory, validation)} as validation.`); // prettier-ignore
  }
  found.ignored += loosePictures;
  for (const label of found.classes) {
    const folder = new ClassCollector(join(directory, label));
    await folder.collect();
    found.names.push(folder.names.sort(byCharacterCode));
    found.unreadable.push(...folder.unreadable);
    found.ignored += folder.ignored;
  }
  return found;
}
