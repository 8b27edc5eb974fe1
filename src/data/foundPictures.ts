/** What a picture is for: to learn from, or held out to measure on. */
export type Side = 'train' | 'validation';

/** A file that cannot be used, and why. */
export interface UnreadableFile {
  /** Where it is, beginning with the folder as it was given. */
  readonly path: string;
  readonly reason: string;
}

/** A picture file that was found, or that a manifest names, before it has been opened. */
export interface FoundPicture {
  /** What `nameOf` gives: its path below the directory, or as the manifest writes it, with `/` between the parts. */
  readonly name: string;
  /** Where it is, beginning with the directory as it was given. */
  readonly path: string;
  /** Its side, where a manifest records one. */
  readonly side?: Side | undefined;
  /** Of the file's bytes in lower-case hexadecimal, where a manifest records it. */
  readonly sha256?: string | undefined;
}

/** What a folder of class folders or a manifest holds, before a picture has been decoded. */
export interface FoundPictures {
  /** Where the pictures' names begin. */
  readonly directory: string;
  /** The class names; of folders sorted by character code: the same on every machine. */
  readonly classes: readonly string[];
  /** The pictures of each class, sorted by name. */
  readonly pictures: readonly (readonly FoundPicture[])[];
  /** Of each class, the files that are known not to be readable before they are opened. */
  readonly unreadable: readonly (readonly UnreadableFile[])[];
  /** Files that are no pictures. Hidden files and folders are not even counted. */
  readonly ignored: number;
  /** Whether every picture has a side, and there are pictures on both. */
  readonly isSplit: boolean;
  /** The real path of each class's folder, where there are folders. */
  readonly realFolders?: readonly string[];
}

/** Orders texts alike on every machine, whatever its locale. */
export const byCharacterCode = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
