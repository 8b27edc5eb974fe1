import { createHash } from 'node:crypto';
import { zipSync } from 'fflate';

/** What is to stand in a wheel, and what is to be wrong with it. */
export interface WheelContent {
  readonly name?: string;
  readonly version?: string;
  /** The platform tag that WHEEL gives. */
  readonly platform?: string;
  /** Lines for METADATA. */
  readonly requires?: readonly string[];
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** Files whose line in RECORD is that of other contents. */
  readonly altered?: readonly string[];
}

const BUILD_INFORMATION = "build_info = collections.OrderedDict([('is_cuda_build', False)])\n";

/** The text of a `build_info.py` of a build with CUDA. */
export const CUDA_BUILD =
  "build_info = collections.OrderedDict([('cuda_version', '12.5.1'), ('cudnn_version', '9'), ('is_cuda_build', True)])\n";

/** The library that opens CUDA's, with the RUNPATH of the real one. */
export const CUDA_LIBRARY = '…\0$ORIGIN/../nvidia/cublas/lib:$ORIGIN/../nvidia/cusparse/lib\0…';

/** What TensorFlow's wheel holds, in small. */
export const TENSORFLOW_FILES: Readonly<Record<string, string | Uint8Array>> = {
  'tensorflow/libtensorflow_cc.so.2': new Uint8Array(300_000).fill(7),
  'tensorflow/libtensorflow_framework.so.2': 'the framework',
  'tensorflow/include/tensorflow/c/c_api.h': '// the C API\n',
  'tensorflow/include/Eigen/Core': '// not needed\n',
  'tensorflow/python/keras/engine.py': '# not needed\n',
  'tensorflow/python/platform/build_info.py': BUILD_INFORMATION,
};

const sha256 = (data: Uint8Array): string => createHash('sha256').update(data).digest('base64url');

/** A wheel's bytes. */
export function standInWheel(content: WheelContent = {}): Uint8Array {
  const { name = 'tensorflow_cpu', version = '2.21.0', platform = 'manylinux_2_17_x86_64', requires = [], altered = [] } = content;
  const folder = `${name}-${version}.dist-info`;
  const texts: Record<string, string | Uint8Array> = {
    ...(content.files ?? TENSORFLOW_FILES),
    [`${folder}/METADATA`]: ['Metadata-Version: 2.1', ...requires.map((line) => `Requires-Dist: ${line}`), ''].join('\n'),
    [`${folder}/WHEEL`]: `Wheel-Version: 1.0\nTag: cp311-cp311-${platform}\n`,
  };
  const files = Object.fromEntries(Object.entries(texts).map(([file, data]) => [file, Buffer.from(data)]));
  const lines = Object.entries(files).map(([file, data]) => {
    return `${file},sha256=${sha256(altered.includes(file) ? Buffer.from('other') : data)},${data.length}\n`;
  });
  return zipSync({ ...files, [`${folder}/RECORD`]: Buffer.from(lines.join('')) }, { level: 1 });
}
