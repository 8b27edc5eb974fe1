import { filesBelow, totalBytes } from './filesBelow.js';

/** The bytes of all files below a folder; 0 where there is none. Links count as nothing. */
export async function folderBytes(folder: string): Promise<number> {
  return totalBytes(await filesBelow(folder));
}
