import { join, sep } from 'node:path';
import { findGpu } from './findGpu.js';
import { mappedLibraries } from './mappedLibraries.js';
import { isFileOf, loadedAddon, type NativePackage } from './nativePackage.js';
import { realVariable } from './tensorFlowSettings.js';

/** A library's version: the one TensorFlow was built for, and the one it met. */
export interface LibraryVersions {
  /** Absent where it is not known. */
  readonly needed?: string;
  /** What this process has loaded, or else what lies beside TensorFlow; absent where there is none. As precise as its file name. */
  readonly found?: string;
}

/** What is beneath tfjs-node and tfjs-node-gpu. */
export interface TensorFlowReport {
  /** `'2.21.0'` */
  readonly version: string;
  /** `'@tensorflow/tfjs-node'` or `'@tensorflow/tfjs-node-gpu'`. */
  readonly package: string;
  /** Where it came from: `inception native install`, or the application's own packages. */
  readonly source: 'native install' | 'node_modules';
  /** Whether it computes with oneDNN, Intel's library for deep learning; absent where the addon does not tell (npm's own does not). */
  readonly oneDNN?: boolean;
  /** For tfjs-node-gpu. */
  readonly cuda?: LibraryVersions;
  readonly cudnn?: LibraryVersions;
  /** The GPU's model, or all models where the machine has several; only where the GPU computes. */
  readonly gpu?: string;
}

/** What `@tensorflow/tfjs-node-gpu` 4.22.0 needs with the libtensorflow 2.9.1 that it downloads. @see https://www.tensorflow.org/install/source#gpu */
const RELEASED_NEEDS = { cuda: '11.2', cudnn: '8.1' };

/** Each library by its file and by its package. */
const CUDA = { file: 'libcudart', packageName: /cuda[-_]runtime/ };
const CUDNN = { file: 'libcudnn', packageName: /cudnn/ };

/** Describes the TensorFlow that is loaded. @param usesGpu Whether an operation has run on its GPU. */
export function tensorFlowReport(found: NativePackage, version: string, usesGpu: boolean): TensorFlowReport {
  const addon = loadedAddon();
  // The application may have loaded another one itself.
  const record = addon === undefined || isFileOf(found, addon) ? found.record : undefined;
  const oneDNN = record && realVariable('TFJS_INCEPTION_TENSORFLOW_ONEDNN');
  return {
    version,
    package: found.packageName,
    source: record === undefined ? 'node_modules' : 'native install',
    ...(oneDNN !== undefined && { oneDNN: oneDNN === '1' }),
    ...(found.name === 'tfjs-node-gpu' && cudaVersions({ ...found, record })),
    ...(usesGpu && { gpu: [...new Set(findGpu().nvidiaModels)].join(', ') || undefined }),
  };
}

function cudaVersions({ main, record }: NativePackage): Pick<TensorFlowReport, 'cuda' | 'cudnn'> {
  const needs = record === undefined ? RELEASED_NEEDS : record.needs;
  // The record's entry is below its folder, where the nvidia packages lie.
  const beside = record && join(main.slice(0, -record.entry.length), 'nvidia') + sep;
  const versionOf = ({ file, packageName }: typeof CUDA): string | undefined => {
    const mapped = mappedLibraries().find((path) => path.includes(`${sep}${file}.so`));
    const [, packaged] = Object.entries(record?.nvidia ?? {}).find(([name]) => packageName.test(name)) ?? [];
    if (mapped === undefined || (beside !== undefined && mapped.startsWith(beside))) return packaged ?? versionInName(mapped);
    return versionInName(mapped);
  };
  return {
    cuda: { needed: needs?.cuda, found: versionOf(CUDA) },
    cudnn: { needed: needs?.cudnn, found: versionOf(CUDNN) },
  };
}

/** `libcudnn.so.9.3.0` → `'9.3.0'` */
function versionInName(path = ''): string | undefined {
  return /\.so\.([\d.]*\d)/.exec(path)?.[1];
}
