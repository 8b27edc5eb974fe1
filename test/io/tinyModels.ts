import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { googLeNet } from '../../src/networks/googLeNet.js';
import type { InceptionModel } from '../../src/networks/inceptionModel.js';

/** A GoogLeNet an eighth as wide, for 64×64 pictures of three classes: the nine modules in 0.6 MB. */
export function tinyGoogLeNet(options: Parameters<typeof googLeNet>[0] = {}): InceptionModel {
  const model = googLeNet({ classes: 3, inputShape: [64, 64, 3], widthMultiplier: 0.125, ...options });
  if (model.spec.classes === 3) model.labels = ['cat', 'dog', 'größer'];
  return model;
}

/** Runs a test with a folder of its own. */
export async function withFolder<T>(test: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'inception-io-'));
  try {
    return await test(folder);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 50, retryDelay: 100 });
  }
}
