import { askChild } from './askChild.js';
import type { FoundPackage } from './findPackages.js';

/** Whether ONNX Runtime runs a convolution, in a process of its own. */
export interface OnnxRuntimeExamination {
  readonly works: boolean;
  readonly reason?: string;
  readonly version?: string;
}

/**
 * Tries each ONNX Runtime that was found until one works: the application's own first, as the engine does.
 *
 * @param packages What `findPackages` found.
 * @param timeoutMs Milliseconds until one that has not answered is given up. Default: 60,000.
 */
export async function examineOnnxRuntime(packages: readonly FoundPackage[], timeoutMs?: number): Promise<OnnxRuntimeExamination> {
  const found = packages.filter(({ name, path }) => name === 'onnxruntime-node' && path !== undefined);
  const inOrder = (['node_modules', 'native home'] as const).flatMap((where) => found.filter(({ place }) => place === where));
  let reason = packages.find(({ name }) => name === 'onnxruntime-node')?.problem ?? 'onnxruntime-node is not installed';
  for (const { path } of inOrder) {
    const { answer: version, failure } = await askChild<string | undefined>(['onnxRuntime', path!], { timeoutMs });
    if (failure === undefined) return { works: true, version };
    reason = failure;
  }
  return { works: false, reason };
}
