import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** What stands in for a native package: its backend computes on cpu and answers the driver's questions as told. */
export interface NativeStandIn {
  readonly usesGpu?: boolean;
  /** Code that runs first, such as a `throw`. */
  readonly first?: string;
  /** Code that runs when all is registered; `tf` is TensorFlow.js. */
  readonly last?: string;
}

/** An application that has packages of its own, in a folder of its own. */
export interface ApplicationFolder {
  readonly path: string;
  /** Gives it a package of one file. */
  install(packageName: string, main: string): void;
  installNative(packageName: string, standIn?: NativeStandIn): void;
  /** Gives the application a second copy of a package, in name only. */
  installCopy(packageName: string): void;
  /** Lets the application share our copies of TensorFlow.js. */
  shareTensorFlow(): void;
  remove(): void;
}

export function applicationFolder(): ApplicationFolder {
  const path = mkdtempSync(join(tmpdir(), 'inception-backends-'));
  const install = (packageName: string, main: string) => {
    const folder = join(path, 'node_modules', packageName);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: packageName, version: '4.22.0', main: 'index.js' }));
    writeFileSync(join(folder, 'index.js'), main);
  };
  return {
    path,
    install,
    installNative: (packageName, standIn = {}) => install(packageName, nativePackage(packageName, standIn)),
    installCopy: (packageName) => install(packageName, ''),
    shareTensorFlow: () => {
      const ours = createRequire(__filename);
      mkdirSync(join(path, 'node_modules', '@tensorflow'), { recursive: true });
      for (const name of ['tfjs', 'tfjs-core']) {
        const folder = dirname(ours.resolve(`@tensorflow/${name}/package.json`));
        symlinkSync(folder, join(path, 'node_modules', '@tensorflow', name), 'junction');
      }
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

function nativePackage(packageName: string, { usesGpu = false, first = '', last = '' }: NativeStandIn): string {
  return `
    ${first}
    const tf = require('@tensorflow/tfjs');
    const Cpu = tf.findBackend('cpu').constructor;
    class Native extends Cpu {
      isGPUPackage = ${packageName.endsWith('-gpu')};
      isUsingGpuDevice = ${usesGpu};
      firstUse = false;
      binding = { TF_Version: '2.9.1' };
    }
    tf.copyRegisteredKernels('cpu', 'tensorflow');
    tf.registerBackend('tensorflow', () => new Native(), 3);
    tf.setBackend('tensorflow');
    ${last}
  `;
}
