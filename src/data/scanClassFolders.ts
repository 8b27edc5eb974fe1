import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { expectedGot, InceptionError } from '../errors.js';
import { byCharacterCode, type FoundPictures, type UnreadableFile } from './foundPictures.js';
import { kindOfFile } from './pictureFormats.js';

/** Folder names that hold a split, not a class. */
const SPLIT_NAMES = new Set(['train', 'training', 'validation', 'valid', 'val', 'test', 'testing']);

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
  /** The real paths entered, so that links cannot lead in a circle, and those not to enter. */
  private readonly entered: Set<string>;

  constructor(
    private readonly root: string,
    except: readonly string[],
  ) {
    this.entered = new Set(except);
  }

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

/** What stands directly in the folder: the class folders with their real paths, pictures outside of them, and files that are no pictures. */
async function topOf(directory: string, except: readonly string[]) {
  const top = { classes: [] as string[], realFolders: [] as string[], loosePictures: 0, ignored: 0 };
  for (const entry of await entriesOf(directory)) {
    const type = await typeOf(directory, entry);
    if (type === 'folder') {
      const real = await realpath(join(directory, entry.name));
      if (except.includes(real)) continue;
      top.classes.push(entry.name);
      top.realFolders.push(real);
    } else if (kindOfFile(entry.name).kind === 'picture') top.loosePictures++;
    else top.ignored++;
  }
  return top;
}

/** @throws InceptionError `EMPTY_DATASET` if there is no class folder, `INVALID_ARGUMENT` if they are a split's or two are one. */
function checkClassFolders(where: string, directory: string, { classes, realFolders, loosePictures }: Awaited<ReturnType<typeof topOf>>) {
  if (classes.length === 0) {
    const got = loosePictures > 0 ? `no folder but ${loosePictures} loose picture${loosePictures === 1 ? '' : 's'}` : 'no folder';
    throw new InceptionError(
      'EMPTY_DATASET',
      `${where}: expected one folder of pictures per class in ${directory}, got ${got}. Make a folder for each class and put its pictures there.`,
    );
  }
  if (classes.length > 1 && classes.every((name) => SPLIT_NAMES.has(name.toLowerCase()))) {
    const [training, validation] = [...classes].sort((a, b) => Number(b.startsWith('train')) - Number(a.startsWith('train')));
    throw expectedGot('INVALID_ARGUMENT', where, 'one folder of pictures per class', classes,
      `These look like a split: give ${join(directory, training)} as the folder and ${join(directory, validation)} as validation.`); // prettier-ignore
  }
  const second = realFolders.findIndex((real, label) => realFolders.indexOf(real) < label);
  if (second < 0) return;
  const first = classes[realFolders.indexOf(realFolders[second])];
  throw expectedGot('INVALID_ARGUMENT', where, 'a folder of its own for every class', `${first} and ${classes[second]}, which are both ${realFolders[second]}`,
    'Remove the link: the same pictures cannot be of two classes.'); // prettier-ignore
}

/**
 * Lists the pictures below a folder that has one folder per class, without opening any.
 *
 * @param where How an error names the argument.
 * @param except Real paths of folders that are passed over.
 * @throws InceptionError `EMPTY_DATASET` if it holds no class folders, `INVALID_ARGUMENT` if they are a split's, or two of them lead to one
 * folder.
 */
export async function scanClassFolders(where: string, directory: string, except: readonly string[] = []): Promise<FoundPictures> {
  const top = await topOf(directory, except);
  checkClassFolders(where, directory, top);
  const collectors = top.classes.map((label) => new ClassCollector(join(directory, label), except));
  for (const collector of collectors) await collector.collect();
  return {
    directory,
    classes: top.classes,
    realFolders: top.realFolders,
    pictures: collectors.map(({ names }, label) =>
      names
        .map((name) => ({ name: `${top.classes[label]}/${name}`, path: join(directory, top.classes[label], name) }))
        .sort((a, b) => byCharacterCode(a.name, b.name)),
    ),
    unreadable: collectors.map(({ unreadable }) => unreadable),
    ignored: collectors.reduce((sum, { ignored }) => sum + ignored, top.ignored + top.loosePictures),
    isSplit: false,
  };
}
