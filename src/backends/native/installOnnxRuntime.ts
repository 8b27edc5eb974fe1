import { join } from 'node:path';
import { NEEDED_BYTES } from './install/diskSpace.js';
import { installFailure } from './install/installFailure.js';
import { npmPackages } from './install/npmPackages.js';
import { npm } from './install/requirements.js';
import { runInstall, type InstallWatch, type NativeInstall, type Verified } from './install/runInstall.js';
import { runProgram } from './install/runProgram.js';
import { readInstalledPackage } from './installedPackage.js';

/** The one release that this library was written against. */
const ONNX_RUNTIME = '1.30.0';

/** Runs one convolution and prints its answer. */
const CHECK = join(__dirname, '..', '..', '..', 'native', 'checkOnnxRuntime.cjs');

const ANSWER = '45';

/**
 * Installs `onnxruntime-node` outside every project's `node_modules`, without its own install step, which fetches CUDA's libraries and fails
 * where that is blocked. Those for the CPU are in npm's package.
 *
 * @throws InceptionError as {@link installTensorFlow} does.
 */
export function installOnnxRuntime(watch: InstallWatch = {}): Promise<NativeInstall> {
  return runInstall(
    {
      ...{ name: 'onnxruntime-node', version: ONNX_RUNTIME, main: 'dist/index.js' },
      request: `ONNX Runtime ${ONNX_RUNTIME}, ${process.platform}-${process.arch}`,
      requirements: [npm],
      needed: NEEDED_BYTES.onnxRuntime,
      steps: [npmPackages({ 'onnxruntime-node': ONNX_RUNTIME }, false)],
      verify: checkOnnxRuntime,
    },
    watch,
  );
}

/** Runs a convolution on the ONNX Runtime of a native home, in a process of its own. */
export async function checkOnnxRuntime(home: string, signal?: AbortSignal): Promise<Verified> {
  const main = readInstalledPackage('onnxruntime-node', home)?.main ?? home;
  const printed = (await runProgram(process.execPath, [CHECK, main], { signal })).trim();
  const answer = printed.split('\n').at(-1);
  if (answer !== ANSWER) throw installFailure(`expected ONNX Runtime to answer ${ANSWER}, got ${answer}.`);
  return { seen: `ONNX Runtime ${ONNX_RUNTIME} runs a convolution on the CPU` };
}
