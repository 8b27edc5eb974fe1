import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { folderBytes } from './folderBytes.js';
import { installFailure } from './installFailure.js';
import type { Staging } from './installStep.js';
import { findPython } from './requirements.js';
import { runProgram } from './runProgram.js';
import { glibcVersion, wheelArchitecture, wheelTags } from './wheelTags.js';

/** How often a download's size is looked at, in milliseconds. */
const LOOK_EVERY_MS = 500;

const ADVICE =
  'pip asks the index that its own configuration names (pip config, PIP_INDEX_URL, PIP_PROXY). ' +
  'Without one, give the wheel itself: --wheel FILE, or a folder of libraries: --libtensorflow DIR.';

/**
 * Downloads one wheel through pip, which honours the user's index, mirror and proxy and checks the hash that the index gives.
 *
 * @param requirement As pip reads it: `tensorflow-cpu==2.21.0`.
 * @returns The wheel's path, in the staging folder.
 */
export async function pipDownload(staging: Staging, requirement: string, python?: string): Promise<string> {
  const folder = join(staging.path, 'download');
  const temporary = join(staging.path, 'temporary');
  for (const fresh of [folder, temporary]) {
    await rm(fresh, { recursive: true, force: true });
    await mkdir(fresh, { recursive: true });
  }
  // A cache would hold the wheel once more. And where /tmp is small, this is not.
  const parameters = ['-m', 'pip', 'download', requirement, '--dest', folder, '--no-deps', '--only-binary=:all:', '--no-cache-dir'];
  let total: number | undefined;
  const watch = setInterval(
    () => void folderBytes(temporary).then((bytes) => staging.progress(`downloading ${requirement}`, bytes, total)),
    LOOK_EVERY_MS,
  );
  try {
    const program = (await findPython(python)) ?? 'python3';
    await runProgram(program, [...parameters, '--progress-bar', 'off', ...machineTags()], {
      ...{ env: { TMPDIR: temporary }, signal: staging.signal, advice: ADVICE },
      onOutput: (text) => (total ??= announcedBytes(text)),
    });
  } finally {
    clearInterval(watch);
  }
  const [wheel] = (await readdir(folder)).filter((name) => name.endsWith('.whl'));
  if (wheel === undefined) throw installFailure(`expected pip to download ${requirement}, got no wheel. ${ADVICE}`);
  await rename(join(folder, wheel), join(staging.path, wheel));
  return join(staging.path, wheel);
}

function machineTags(): string[] {
  const [architecture, glibc] = [wheelArchitecture(), glibcVersion()];
  if (architecture === undefined || glibc === undefined) throw installFailure(`no wheel fits ${process.platform}-${process.arch}`);
  return wheelTags(architecture, glibc);
}

const UNITS: Readonly<Record<string, number>> = { kB: 1e3, MB: 1e6, GB: 1e9 };

/** pip says `Downloading NAME.whl (273.8 MB)`. */
function announcedBytes(text: string): number | undefined {
  const [, size, unit] = /\.whl \((\d+(?:\.\d+)?) (kB|MB|GB)\)/.exec(text) ?? [];
  return size === undefined ? undefined : Number(size) * UNITS[unit];
}
