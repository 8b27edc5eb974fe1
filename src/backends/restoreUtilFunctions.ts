import nodeUtil from 'node:util';

/**
 * Gives the process two functions of `util` that tfjs-node 4.22.0 calls, `isNullOrUndefined` in every operation: Node.js 22 warns of both, and 23
 * took the first one out (tfjs#8609).
 */
export function restoreUtilFunctions(): void {
  const util = nodeUtil as unknown as Record<string, unknown>;
  util.isNullOrUndefined = (value: unknown) => value === null || value === undefined;
  util.isArray = Array.isArray;
}
