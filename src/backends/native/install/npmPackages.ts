import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TENSORFLOW_JS } from '../../tensorFlowJsVersion.js';
import { megabytes } from './diskSpace.js';
import { folderBytes } from './folderBytes.js';
import { installFailure } from './installFailure.js';
import type { InstallStep, Staging } from './installStep.js';
import { runProgram } from './runProgram.js';

const ADVICE =
  'npm asks the registry that its own configuration names: npm config set registry URL for a mirror, npm config set proxy URL for a proxy.';

/** The one TensorFlow.js of a process stands in for these; see shareTensorFlow. */
const SHARED = { tensorflowjs: '@tensorflow/tfjs', 'tensorflowjs-core': '@tensorflow/tfjs-core' } as const;

/** What they are, each of them. */
const SHARED_SOURCE = `'use strict';
// The TensorFlow.js of the application: tfjs-inception hands it over before it loads the package beside.
const shared = globalThis[Symbol.for('tfjs-inception.tensorflowjs')];
if (shared === undefined) {
  throw new Error('This native backend belongs to tfjs-inception: load it with useBackend, which shares its TensorFlow.js with it.');
}
module.exports = shared;
`;

/** npm's folder, in the package's. */
export const PACKAGES = 'packages';

/**
 * Fetches packages with npm, none of whose own install steps runs. The registry, mirror and proxy are the user's.
 *
 * @param packages Versions by name.
 * @param sharesTensorFlow Whether they are to use the application's TensorFlow.js.
 */
export function npmPackages(packages: Readonly<Record<string, string>>, sharesTensorFlow: boolean): InstallStep {
  return {
    name: 'packages',
    async run(staging) {
      const folder = join(staging.folder, PACKAGES);
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder, { recursive: true });
      const manifest = { name: 'native', version: '0.0.0', private: true, dependencies: packages };
      await writeManifest(folder, sharesTensorFlow ? { ...manifest, ...(await writeShared(folder, packages)) } : manifest);
      await runNpm(staging, folder);
      if (sharesTensorFlow) await requireNoSecondCopy(folder);
      const names = Object.entries(packages).map(([name, version]) => `${name} ${version}`);
      return `${names.join(', ')}: ${megabytes(await folderBytes(folder))}`;
    },
  };
}

const writeManifest = (folder: string, manifest: object): Promise<void> =>
  writeFile(join(folder, 'package.json'), JSON.stringify(manifest));

/** Writes the stand-ins; returns what makes npm take them wherever a package asks for TensorFlow.js. */
async function writeShared(folder: string, packages: Readonly<Record<string, string>>): Promise<object> {
  const dependencies: Record<string, string> = { ...packages };
  const overrides: Record<string, string> = {};
  for (const [directory, name] of Object.entries(SHARED)) {
    await mkdir(join(folder, directory));
    await writeManifest(join(folder, directory), { name, version: TENSORFLOW_JS, main: 'index.js' });
    await writeFile(join(folder, directory, 'index.js'), SHARED_SOURCE);
    dependencies[name] = `file:./${directory}`;
    overrides[name] = `$${name}`;
  }
  return { dependencies, overrides };
}

async function runNpm(staging: Staging, folder: string): Promise<void> {
  const watch = setInterval(() => void folderBytes(folder).then((bytes) => staging.progress('npm install', bytes)), 500);
  try {
    await runProgram('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], {
      ...{ cwd: folder, signal: staging.signal, advice: ADVICE },
    });
  } finally {
    clearInterval(watch);
  }
}

/** A tensor of one TensorFlow.js is a stranger to another one. */
async function requireNoSecondCopy(folder: string): Promise<void> {
  const shared = Object.values(SHARED).map((name) => join('node_modules', name));
  const copies = (await readdir(join(folder, 'node_modules'), { recursive: true }))
    .map((path) => join('node_modules', path))
    .filter((path) => /@tensorflow[\\/]tfjs(-core|-layers|-data|-converter)?$/.test(path) && !shared.includes(path));
  if (copies.length > 0) throw installFailure(`expected no other TensorFlow.js than the application's, got ${copies.join(', ')}.`);
}
