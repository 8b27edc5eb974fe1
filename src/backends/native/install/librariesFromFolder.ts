import { cp, mkdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expectedGot } from '../../../errors.js';
import { buildVersions } from './buildVersions.js';
import { megabytes, requireSpace } from './diskSpace.js';
import { folderBytes } from './folderBytes.js';
import { throwIfAborted, WHERE } from './installFailure.js';
import type { InstallStep } from './installStep.js';
import { HEADER_FOLDERS, librariesIn } from './tensorflowLibraries.js';

const EXPECTED = 'a folder with include/ and lib/libtensorflow.so.2, or tensorflow/ of a Python installation';

/**
 * TensorFlow's shared libraries and C headers from a folder: what libtensorflow's release unpacks to, or `site-packages/tensorflow`. They are
 * copied: the folder may go away afterwards.
 */
export function librariesFromFolder(given: string): InstallStep {
  return {
    name: 'tensorflow',
    async run(staging) {
      const { folder, names } = await findLibraries(given);
      const target = join(staging.folder, 'tensorflow');
      await mkdir(target, { recursive: true });
      const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
      await requireSpace(
        target,
        sizes.reduce((sum, size) => sum + size, 0),
      );
      for (const name of names) {
        throwIfAborted(staging.signal);
        await cp(join(folder, name), join(target, name), { dereference: true });
      }
      for (const headers of HEADER_FOLDERS) {
        const from = join(given, 'include', headers);
        if (await exists(from)) await cp(from, join(target, 'include', headers), { recursive: true, dereference: true });
      }
      const information = await readFile(join(given, 'python', 'platform', 'build_info.py'), 'utf8').catch(() => '');
      Object.assign(staging.draft, { libraries: resolve(given), needs: buildVersions(information) });
      return `${names.join(', ')} of ${given}, ${megabytes(await folderBytes(target))}`;
    },
  };
}

async function findLibraries(given: string): Promise<{ folder: string; names: string[] }> {
  const hasHeaders = await exists(join(given, 'include', 'tensorflow', 'c', 'c_api.h'));
  for (const folder of [join(given, 'lib'), given]) {
    const names = await librariesIn(folder);
    if (hasHeaders && names.length > 0) return { folder, names };
  }
  throw expectedGot('NOT_FOUND', `${WHERE}: --libtensorflow`, EXPECTED, given);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** What tells one state of such a folder from another: its libraries' sizes and times. */
export async function folderFingerprint(given: string): Promise<string> {
  const { folder, names } = await findLibraries(given);
  const stats = await Promise.all(names.map((name) => stat(join(folder, name))));
  return stats.map(({ size, mtimeMs }) => `${size}@${Math.round(mtimeMs)}`).join('+');
}
