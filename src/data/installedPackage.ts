import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { InceptionError } from '../errors.js';

/**
 * Loads JSON files of a package that an application may or may not have installed: looked for beside this package, then from the working
 * directory.
 *
 * @param missing All packages that the caller needs, for the one install line.
 * @throws InceptionError `MISSING_PACKAGE` with the install line.
 */
export function readPackageJsonFiles(where: string, name: string, files: readonly string[], missing: readonly string[]): unknown[] {
  for (const from of [__filename, join(process.cwd(), 'package.json')]) {
    const require = createRequire(from);
    try {
      const paths = files.map((file) => require.resolve(`${name}/${file}`));
      return paths.map((path) => JSON.parse(readFileSync(path, 'utf8')) as unknown);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    }
  }
  throw new InceptionError(
    'MISSING_PACKAGE',
    `${where}: expected the package ${name}, got none installed. Install it: npm i -D ${missing.join(' ')}`,
  );
}
