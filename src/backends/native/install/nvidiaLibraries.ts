import { chmod, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bringWheel } from './bringWheel.js';
import { megabytes } from './diskSpace.js';
import { installFailure } from './installFailure.js';
import type { InstallStep } from './installStep.js';
import { linkOffRunpath } from './linkOffRunpath.js';

/** What compiles GPU code that a library does not hold ready. */
const ASSEMBLER = 'nvidia/cuda_nvcc/bin/ptxas';

/** Shared libraries that no operation of one GPU opens, 300 MB: another build of the same, several GPUs in one solver. */
const NOT_NEEDED = /\.alt\.so|libcusolverMg|libnccl_device/;

const isNeeded = (name: string): boolean => {
  if (name === ASSEMBLER || name.startsWith('nvidia/cuda_nvcc/nvvm/libdevice/')) return true;
  return /^nvidia\/\w+\/lib\/[\w.-]+\.so[\w.]*$/.test(name) && !NOT_NEEDED.test(name);
};

/** CUDA's libraries from the `nvidia-*` packages that TensorFlow's wheel names for itself, where TensorFlow finds them without being told. */
export function nvidiaLibraries(python?: string): InstallStep {
  return {
    name: 'cuda',
    async run(staging) {
      const requirements = nvidiaRequirements(await readMetadata(staging.folder));
      if (requirements.length === 0) {
        throw installFailure(
          "expected TensorFlow's wheel to name the CUDA packages that it needs, got none. Use the machine's own CUDA: --system-cuda.",
        );
      }
      const nvidia: Record<string, string> = {};
      let bytes = 0;
      for (const requirement of requirements) {
        const wheel = await bringWheel(staging, { requirement, python, keeps: isNeeded });
        nvidia[wheel.name.replaceAll('_', '-')] = wheel.version;
        bytes += wheel.bytes;
      }
      // A wheel's files are unpacked without their modes. Releases before 2.17 bring no such program.
      await chmod(join(staging.folder, ASSEMBLER), 0o755).catch(() => undefined);
      await linkOffRunpath(staging.folder);
      Object.assign(staging.draft, { nvidia });
      return `${requirements.length} packages of NVIDIA, ${megabytes(bytes)} unpacked`;
    },
  };
}

async function readMetadata(folder: string): Promise<string> {
  const name = (await readdir(folder)).find((entry) => /^tensorflow-.+\.dist-info$/.test(entry));
  if (name === undefined) throw installFailure(`expected TensorFlow's METADATA in ${folder}, got none.`);
  return readFile(join(folder, name, 'METADATA'), 'utf8');
}

/**
 * What TensorFlow's `and-cuda` extra asks for of NVIDIA, as pip reads it.
 *
 * @param metadata The text of a wheel's METADATA.
 * @returns Such as `nvidia-cudnn-cu12<10.0,>=9.3.0.75`.
 */
export function nvidiaRequirements(metadata: string): string[] {
  const lines = metadata.matchAll(/^Requires-Dist: (nvidia-[\w.-]+) ?\(?([\w.<>=!~,* ]*)\)? ?;.*extra == ["']and-cuda["']/gm);
  return [...lines].map(([, name, versions]) => name + versions.replaceAll(' ', ''));
}
