import { readFileSync } from 'node:fs';

/**
 * The shared libraries and addons that this process has loaded, through whichever thread and whichever package.
 *
 * @returns Absolute paths, links resolved; none where the platform does not show them (it does on Linux).
 */
export function mappedLibraries(): string[] {
  let maps: string;
  try {
    maps = readFileSync('/proc/self/maps', 'utf8');
  } catch {
    return [];
  }
  return [...new Set(maps.match(/\/\S.*\.(so|node)\b.*$/gm))];
}
