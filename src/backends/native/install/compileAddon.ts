import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { installFailure } from './installFailure.js';
import type { InstallStep } from './installStep.js';
import { PACKAGES } from './npmPackages.js';
import { findCompiler } from './requirements.js';
import { runProgram } from './runProgram.js';
import { librariesIn } from './tensorflowLibraries.js';

/** This package's own C++ sources, linked into the addon. */
const OWN_SOURCES = join(__dirname, '..', '..', '..', '..', 'native');

/** How native/contextOptions.cc comes between the addon and TensorFlow; its head says why. */
const LINKED_OVER = [
  ...['TFE_NewContext', 'TFE_ContextListDevices', 'TF_DeviceListCount', 'TF_NewSessionOptions'].map((name) => `-Wl,--wrap=${name}`),
  '-Wl,-z,initfirst',
];

/** The version of Node-API that the addon is compiled for: Node.js 12 and everything since has it. */
const NODE_API = 8;

const ADVICE = 'Another compiler can be named in CXX.';

/**
 * Compiles TensorFlow.js' addon against TensorFlow's libraries. They are found from where the addon lies: the folder may be moved.
 *
 * @param packageName `@tensorflow/tfjs-node` or `-gpu`: their sources are the same.
 */
export function compileAddon(packageName: string): InstallStep {
  return {
    name: 'addon',
    async run(staging) {
      const compiler = (await findCompiler()) ?? 'g++';
      const tensorflow = join(staging.folder, 'tensorflow');
      const modules = join(staging.folder, PACKAGES, 'node_modules');
      const source = join(modules, packageName);
      const output = join(source, 'lib', `napi-v${NODE_API}`);
      const libraries = await librariesIn(tensorflow);
      if (libraries.length === 0) throw installFailure(`expected TensorFlow's libraries in ${tensorflow}, got none.`);
      await mkdir(output, { recursive: true });
      const includes = [join(modules, 'node-api-headers', 'include'), join(tensorflow, 'include'), source];
      await runProgram(
        compiler,
        [
          ...['-std=c++17', '-O2', '-fPIC', '-shared', `-DNAPI_VERSION=${NODE_API}`],
          ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => join(source, 'binding', name)),
          ...(await ownSources()),
          ...includes.map((folder) => `-I${folder}`),
          ...[`-L${tensorflow}`, ...libraries.map((name) => `-l:${name}`)],
          ...[...LINKED_OVER, `-Wl,-rpath,$ORIGIN/${relative(output, tensorflow)}`],
          ...['-o', join(output, 'tfjs_binding.node')],
        ],
        { signal: staging.signal, advice: ADVICE },
      );
      return `compiled by ${basename(compiler)} against ${libraries.join(', ')}`;
    },
  };
}

async function ownSources(): Promise<string[]> {
  const names = await readdir(OWN_SOURCES);
  return names.filter((name) => name.endsWith('.cc')).map((name) => join(OWN_SOURCES, name));
}

/** What tells one state of our own sources from another: with other ones the addon must be compiled again. */
export async function ownSourcesFingerprint(): Promise<string> {
  const hash = createHash('sha256');
  for (const file of await ownSources()) hash.update(await readFile(file));
  return hash.digest('hex').slice(0, 12);
}
