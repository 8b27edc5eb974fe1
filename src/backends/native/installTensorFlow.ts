import { invalidArgument } from '../../errors.js';
import { examineBackend } from '../examine/examineBackend.js';
import { TENSORFLOW_JS } from '../tensorFlowJsVersion.js';
import { compileAddon, ownSourcesFingerprint } from './install/compileAddon.js';
import { NEEDED_BYTES } from './install/diskSpace.js';
import { installFailure, throwIfAborted } from './install/installFailure.js';
import type { InstallStep } from './install/installStep.js';
import { folderFingerprint, librariesFromFolder } from './install/librariesFromFolder.js';
import { npmPackages } from './install/npmPackages.js';
import { nvidiaLibraries } from './install/nvidiaLibraries.js';
import { compiler, npm, pip, type Requirement } from './install/requirements.js';
import { runInstall, type InstallWatch, type NativeInstall, type Verified } from './install/runInstall.js';
import { distributionFor, librariesFromWheel } from './install/tensorflowLibraries.js';
import { sha256Of } from './install/unpackWheel.js';
import { glibcVersion, wheelArchitecture } from './install/wheelTags.js';
import { NATIVE_PACKAGES } from './installedPackage.js';

/** The TensorFlow that is installed where none is asked for: the newest that this package's tests have run on. */
export const DEFAULT_TENSORFLOW = '2.21.0';

/** Node-API's headers, so that none of Node.js' own need be there. */
const NODE_API_HEADERS = '1.9.0';

/** What to install, and from where. */
export interface TensorFlowChoice {
  /** With CUDA: the package tfjs-node-gpu. */
  readonly cuda?: boolean;
  /** CUDA's libraries are the machine's own, and none are downloaded. */
  readonly systemCuda?: boolean;
  /** TensorFlow's version on the index. Default: {@link DEFAULT_TENSORFLOW}. */
  readonly tensorflow?: string;
  /** A wheel of TensorFlow, in place of the index. */
  readonly wheel?: string;
  /** A folder with TensorFlow's libraries and headers, in place of a wheel. */
  readonly libtensorflow?: string;
  /** The Python whose pip downloads. Default: `python3`. */
  readonly python?: string;
}

/** How what was installed is tried before it is put in place. */
export type Examine = typeof examineBackend;

/**
 * Installs `@tensorflow/tfjs-node`, or `-gpu`, on a current TensorFlow, outside every project's `node_modules`: npm's package without its own
 * install step, TensorFlow's shared libraries from a wheel, the addon compiled here, tried in a process of its own, then put in place.
 *
 * @param examine What tries it; {@link examineBackend} unless a test says otherwise.
 * @throws InceptionError `INVALID_ARGUMENT` for choices that exclude each other; `MISSING_PACKAGE` naming what the machine lacks;
 *   `NOT_FOUND`; `WRITE_FAILED` where the disk is too small; `BACKEND_UNAVAILABLE` for every other reason; `ABORTED`. What was installed before still is.
 */
export async function installTensorFlow(
  choice: TensorFlowChoice = {},
  watch: InstallWatch = {},
  examine: Examine = examineBackend,
): Promise<NativeInstall> {
  checkChoice(choice);
  const architecture = requirePlatform(choice);
  const { cuda = false, systemCuda = false, libtensorflow, python } = choice;
  const name = cuda ? 'tfjs-node-gpu' : 'tfjs-node';
  const packages = { [NATIVE_PACKAGES[name]]: TENSORFLOW_JS, 'node-api-headers': NODE_API_HEADERS };
  const bringsNvidia = cuda && !systemCuda && libtensorflow === undefined;
  return runInstall(
    {
      ...{ name, version: TENSORFLOW_JS, main: 'dist/index.js' },
      request: await requestOf(choice, architecture),
      requirements: requirementsOf(choice),
      needed: neededBytes(choice),
      steps: [
        npmPackages(packages, true),
        libraryStep(choice),
        ...(bringsNvidia ? [nvidiaLibraries(python)] : []),
        compileAddon(NATIVE_PACKAGES[name]),
      ],
      verify: (home, signal) => verify(name, { home, signal, examine }),
    },
    watch,
  );
}

function checkChoice({ cuda, systemCuda, tensorflow, wheel, libtensorflow }: TensorFlowChoice): void {
  if (wheel !== undefined && libtensorflow !== undefined) {
    throw invalidArgument('--libtensorflow', 'no --wheel beside it', wheel, 'Either brings the libraries.');
  }
  if (tensorflow !== undefined && (wheel ?? libtensorflow) !== undefined) {
    throw invalidArgument('--tensorflow', 'no --wheel or --libtensorflow beside it', tensorflow, 'Those have a version of their own.');
  }
  if (tensorflow !== undefined && !/^\d+\.\d+\.\d+[\w.]*$/.test(tensorflow)) {
    throw invalidArgument('--tensorflow', `a version such as ${DEFAULT_TENSORFLOW}`, tensorflow);
  }
  if (systemCuda && !cuda) throw invalidArgument('--system-cuda', '--cuda beside it', 'none');
}

/** @throws InceptionError `BACKEND_UNAVAILABLE` where the recipe does not hold. */
function requirePlatform({ libtensorflow }: TensorFlowChoice): string {
  const architecture = wheelArchitecture();
  if (architecture === undefined) {
    throw installFailure(
      `expected Linux on x64 (tested) or arm64 (untested), got ${process.platform}-${process.arch}. ` +
        `Add TensorFlow.js' own release to your application: npm install @tensorflow/tfjs-node@${TENSORFLOW_JS}`,
    );
  }
  if (glibcVersion() === undefined && libtensorflow === undefined) {
    throw installFailure(
      `expected the GNU C library, which TensorFlow's wheels are made for, got another one. Use a Debian, Ubuntu or Fedora image.`,
    );
  }
  return architecture;
}

function requirementsOf({ cuda, systemCuda, wheel, libtensorflow, python }: TensorFlowChoice): Requirement[] {
  const downloads = libtensorflow === undefined && (wheel === undefined || (cuda && !systemCuda));
  return [npm, compiler, ...(downloads ? [pip(python)] : [])];
}

function neededBytes({ cuda, systemCuda, wheel, libtensorflow }: TensorFlowChoice): number {
  const { packages, cpuWheel, cpuLibraries, cudaWheel, cudaLibraries, nvidia } = NEEDED_BYTES;
  // How large such a folder's libraries are is looked at when they are copied.
  if (libtensorflow !== undefined) return packages;
  const libraries = cuda ? cudaLibraries + (systemCuda ? 0 : nvidia) : cpuLibraries;
  // A wheel that was given lies somewhere already.
  return packages + libraries + (wheel !== undefined ? 0 : cuda ? cudaWheel : cpuWheel);
}

function libraryStep({ cuda = false, tensorflow = DEFAULT_TENSORFLOW, wheel, libtensorflow, python }: TensorFlowChoice): InstallStep {
  if (libtensorflow !== undefined) return librariesFromFolder(libtensorflow);
  return librariesFromWheel({ cuda, version: tensorflow, file: wheel, python });
}

/** In one line all that decides what the package will be. */
async function requestOf(choice: TensorFlowChoice, architecture: string): Promise<string> {
  const nvidia = choice.systemCuda ? ['CUDA of the machine'] : [];
  const [libraries, sources] = [await requestedLibraries(choice), await ownSourcesFingerprint()];
  return [`TensorFlow.js ${TENSORFLOW_JS}`, libraries, ...nvidia, architecture, `sources ${sources}`].join(', ');
}

async function requestedLibraries({
  cuda = false,
  tensorflow = DEFAULT_TENSORFLOW,
  wheel,
  libtensorflow,
}: TensorFlowChoice): Promise<string> {
  if (libtensorflow !== undefined) return `libraries ${await folderFingerprint(libtensorflow)}`;
  if (wheel === undefined) return `${distributionFor(cuda)} ${tensorflow}`;
  const sum = await sha256Of(wheel, 'hex').catch((cause: Error) => {
    throw invalidArgument('--wheel', 'a wheel of TensorFlow', wheel, `${cause.message}.`);
  });
  return `wheel ${sum}`;
}

interface Trial {
  readonly home: string;
  readonly signal?: AbortSignal;
  readonly examine: Examine;
}

/** Backward and forward against the cpu backend, in a process of its own. */
async function verify(name: 'tfjs-node' | 'tfjs-node-gpu', { home, signal, examine }: Trial): Promise<Verified> {
  const { works, reason, report, difference } = await examine(name, { home, signal });
  throwIfAborted(signal);
  if (!works) throw installFailure(`expected ${name} to compute as the cpu backend does, got: ${reason ?? 'no reason'}.`);
  const engine = report?.engine ?? '';
  const tensorflow = /^TensorFlow (\S+)/.exec(engine)?.[1];
  const where = report?.device === 'cuda' ? 'on CUDA' : 'on the CPU';
  return { seen: `${engine} ${where}, differs from the cpu backend by ${(difference ?? 0).toExponential(1)}`, tensorflow };
}
