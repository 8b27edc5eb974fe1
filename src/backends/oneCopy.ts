import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { InceptionError } from '../errors.js';
import { TENSORFLOW_JS } from './tensorFlowJsVersion.js';

const CORE = '@tensorflow/tfjs-core';
/** The package through which this library, and tfjs-node, reach the core. */
const UNION = '@tensorflow/tfjs';

/**
 * Makes sure that a backend package works on the very copy of TensorFlow.js that this library works on. With two copies a tensor of one
 * is a stranger to the other, and layers registered in one are unknown to the other.
 *
 * @param packageName The backend package, for the message.
 * @param entry Its resolved main file.
 * @throws InceptionError `BACKEND_UNAVAILABLE` naming both paths, if they differ.
 */
export function requireOneCopy(packageName: string, entry: string): void {
  const ours = coreSeenFrom(__filename);
  const theirs = coreSeenFrom(entry);
  if (ours === theirs) return;
  throw new InceptionError(
    'BACKEND_UNAVAILABLE',
    `${packageName}: expected the copy of ${CORE} that tfjs-inception uses (${ours}), got a second one (${theirs}). ` +
      `Install one version of every @tensorflow package, ${TENSORFLOW_JS}, and run \`npm dedupe\`.`,
  );
}

/** The core's folder as Node resolves it from a file, through the union package where there is one. */
function coreSeenFrom(file: string): string {
  const from = createRequire(realpathSync(file));
  const union = tryResolve(from, `${UNION}/package.json`);
  const manifest = (union === undefined ? from : createRequire(union)).resolve(`${CORE}/package.json`);
  return dirname(realpathSync(resolve(manifest)));
}

function tryResolve(from: NodeJS.Require, request: string): string | undefined {
  try {
    return realpathSync(from.resolve(request));
  } catch {
    return undefined;
  }
}
