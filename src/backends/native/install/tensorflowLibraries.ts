import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { megabytes } from './diskSpace.js';
import { bringWheel } from './bringWheel.js';
import { buildVersions } from './buildVersions.js';
import { installFailure } from './installFailure.js';
import type { InstallStep } from './installStep.js';
import { openWheel } from './openWheel.js';
import { wheelArchitecture } from './wheelTags.js';

/** Where a wheel says what it was built for. */
const BUILD_INFORMATION = 'tensorflow/python/platform/build_info.py';

/** The shared libraries: of a wheel, or of the C library's own release. */
const LIBRARY = /^libtensorflow(_cc|_framework)?\.so\.2$/;

/** The folders of headers that TensorFlow's C API needs, across releases 2.15 to 2.21. */
export const HEADER_FOLDERS = ['tensorflow/c', 'tensorflow/core/platform', 'tensorflow/tsl', 'tsl', 'xla/tsl'] as const;

/** Of 12,000 files and twice the bytes: two libraries, their C headers and what says how they were built. */
const isNeeded = (name: string): boolean => {
  if (name === BUILD_INFORMATION) return true;
  const [, rest] = /^tensorflow\/(.+)$/.exec(name) ?? [];
  if (rest === undefined) return false;
  return LIBRARY.test(rest) || HEADER_FOLDERS.some((folder) => rest.startsWith(`include/${folder}/`) && rest.endsWith('.h'));
};

export interface WheelChoice {
  readonly cuda: boolean;
  /** TensorFlow's version on the index. */
  readonly version: string;
  readonly file?: string;
  readonly python?: string;
}

/** The wheel with CUDA is called `tensorflow`; so is the one for arm64, which has none. */
export const distributionFor = (cuda: boolean, architecture = wheelArchitecture()): string =>
  cuda || architecture === 'aarch64' ? 'tensorflow' : 'tensorflow-cpu';

/** TensorFlow's shared libraries and C headers from a wheel: a file, or what pip downloads. */
export function librariesFromWheel({ cuda, version, file, python }: WheelChoice): InstallStep {
  return {
    name: 'tensorflow',
    async run(staging) {
      const requirement = file === undefined ? `${distributionFor(cuda)}==${version}` : await nameOfWheel(file);
      const wheel = await bringWheel(staging, { requirement, file, python, keeps: isNeeded });
      const needs = buildVersions(await readFile(join(staging.folder, BUILD_INFORMATION), 'utf8'));
      if (cuda && needs.cuda === undefined) {
        throw installFailure(
          `expected a TensorFlow with CUDA, got ${wheel.name} ${wheel.version}. Leave out --cuda, or give another wheel.`,
        );
      }
      const libraries = file === undefined ? `${wheel.name} ${wheel.version}` : basename(file);
      Object.assign(staging.draft, { tensorflow: wheel.version, libraries, needs });
      return `${wheel.name} ${wheel.version}, ${megabytes(wheel.bytes)} unpacked${wheel.wasThere ? ' by an earlier run' : ''}`;
    },
  };
}

/** @throws InceptionError `BACKEND_UNAVAILABLE` if it is not TensorFlow's, or made for another machine. */
async function nameOfWheel(file: string): Promise<string> {
  const wheel = await openWheel(file);
  try {
    if (!wheel.entries.has('tensorflow/libtensorflow_framework.so.2')) {
      throw installFailure(`expected TensorFlow's wheel for Linux in ${file}, got ${wheel.name} ${wheel.version} without its libraries.`);
    }
    const tags = [...(await wheel.text('WHEEL')).matchAll(/^Tag: (.+)$/gm)].map(([, tag]) => tag.trim());
    const architecture = wheelArchitecture() ?? '';
    if (!tags.some((tag) => tag.endsWith(architecture))) {
      throw installFailure(`expected a wheel for ${architecture} in ${file}, got one for ${tags.join(', ')}.`);
    }
    return wheel.name;
  } finally {
    await wheel.close();
  }
}

/** The shared libraries in a folder, by name. */
export async function librariesIn(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).filter((name) => LIBRARY.test(name)).sort();
}
