import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Staging } from './installStep.js';
import { pipDownload } from './pipDownload.js';
import { unpackedBefore, unpackWheel, type KeptFiles, type UnpackedWheel } from './unpackWheel.js';

export interface WantedWheel {
  /** As pip reads it: `tensorflow-cpu==2.21.0`. */
  readonly requirement: string;
  readonly keeps: KeptFiles;
  /** The wheel itself, where the user has it: then nothing is downloaded. */
  readonly file?: string;
  readonly python?: string;
}

/** Whether an earlier run left it. */
type BroughtWheel = UnpackedWheel & { readonly wasThere: boolean };

/** The needed files of a wheel, in the package's folder; what an earlier run downloaded or unpacked is not fetched again. */
export async function bringWheel(staging: Staging, wanted: WantedWheel): Promise<BroughtWheel> {
  const { requirement, keeps, file, python } = wanted;
  await mkdir(staging.folder, { recursive: true });
  const name = distributionOf(requirement);
  const before = await unpackedBefore(staging.folder, name, keeps);
  if (before) return { ...before, wasThere: true };
  if (file !== undefined) return { ...(await unpackWheel(staging, file, keeps)), wasThere: false };
  const downloaded = (await readdir(staging.path)).find((entry) => entry.startsWith(`${name}-`) && entry.endsWith('.whl'));
  const wheel = downloaded === undefined ? await pipDownload(staging, requirement, python) : join(staging.path, downloaded);
  // Whether it could be unpacked or is damaged: it has served.
  const unpacked = await unpackWheel(staging, wheel, keeps).catch(async (error) => {
    if (!staging.signal?.aborted) await rm(wheel, { force: true });
    throw error;
  });
  await rm(wheel);
  return { ...unpacked, wasThere: false };
}

/** `nvidia-cudnn-cu12<10.0` as a wheel's name has it: `nvidia_cudnn_cu12`. */
function distributionOf(requirement: string): string {
  const [name = ''] = /^[\w.-]+/.exec(requirement) ?? [];
  return name.replace(/[-.]/g, '_').toLowerCase();
}
