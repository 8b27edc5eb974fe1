import * as tf from '@tensorflow/tfjs';
import type { BackendName } from '../src/backends/backendDriver.js';
import { readInstalledPackage } from '../src/backends/native/installedPackage.js';
import { findInstalled } from '../src/backends/resolveInstalled.js';
import { useBackend, type BackendReport } from '../src/backends/useBackend.js';

/** The backend that the whole run is to compute on, from `INCEPTION_TEST_BACKEND`; unset, each test takes the one it usually runs on. */
export const ASKED = process.env.INCEPTION_TEST_BACKEND as BackendName | undefined;

/** The backend of tests that are about none in particular: the one asked for, or else the usual one. */
export const backendUnderTest = (usual: BackendName = 'wasm'): BackendName => ASKED ?? usual;

/** Starts {@link backendUnderTest}. Where it was asked for and cannot start, the tests fail: they never fall back. */
export const useBackendUnderTest = (usual?: BackendName): Promise<BackendReport> => useBackend(backendUnderTest(usual));

/** Whether tfjs-node was installed by `inception native install` or by npm; whether it starts is for the tests to show. */
export function hasTfjsNode(): boolean {
  return (readInstalledPackage('tfjs-node')?.main ?? findInstalled('@tensorflow/tfjs-node')) !== undefined;
}

const NOT_INSTALLED = 'not run on tfjs-node, which is not installed: inception native install';

/** The backends that tests about every one of them run on: the one asked for, or else all that this machine has. */
export const EACH_BACKEND: readonly BackendName[] =
  ASKED !== undefined ? [ASKED] : hasTfjsNode() ? ['cpu', 'wasm', 'tfjs-node'] : ['cpu', 'wasm'];

/** Those of them that tests compare with cpu, whose kernels are the plainest. */
export const BACKENDS_BESIDE_CPU = EACH_BACKEND.filter((name) => name !== 'cpu');

/** Runs a group of tests on each of {@link EACH_BACKEND}. Where tfjs-node is not installed, a skipped test says so. */
export const describeOnEachBackend = (title: string, tests: () => void): void => describeOnEach(title, tests, useBackend);

/** The same without the kernels that `useBackend` adds to cpu and wasm: what holds for TensorFlow.js alone. */
export const describeOnEachPlainBackend = (title: string, tests: () => void): void => describeOnEach(title, tests, usePlainBackend);

function describeOnEach(title: string, tests: () => void, start: (name: BackendName) => Promise<unknown>): void {
  describe.each(EACH_BACKEND)(`${title} on %s`, (backend) => {
    beforeAll(async () => void (await start(backend)));
    tests();
  });
  if (ASKED === undefined && !hasTfjsNode()) it.skip(`${title}: ${NOT_INSTALLED}`, () => undefined);
}

/** TensorFlow.js' own backend: cpu and wasm without the kernels that `useBackend` adds. */
export async function usePlainBackend(name: BackendName): Promise<unknown> {
  if (name !== 'cpu' && name !== 'wasm') return useBackend(name);
  // Imported no earlier: once registered and not started, wasm makes every synchronous model build throw.
  await import('@tensorflow/tfjs-backend-wasm');
  return tf.setBackend(name);
}
