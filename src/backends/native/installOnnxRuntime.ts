import { askChild } from '../examine/askChild.js';
import { NEEDED_BYTES } from './install/diskSpace.js';
import { installFailure, throwIfAborted } from './install/installFailure.js';
import { npmPackages } from './install/npmPackages.js';
import { npm } from './install/requirements.js';
import { runInstall, type InstallWatch, type NativeInstall, type Verified } from './install/runInstall.js';
import { readInstalledPackage } from './installedPackage.js';

/** The one release that this library was written against. */
const ONNX_RUNTIME = '1.30.0';

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
  const { failure } = await askChild(['onnxRuntime', main], { signal });
  throwIfAborted(signal);
  if (failure !== undefined) throw installFailure(`expected ONNX Runtime to run a convolution, got: ${failure}.`);
  return { seen: `ONNX Runtime ${ONNX_RUNTIME} runs a convolution on the CPU` };
}
