import { createRequire } from 'node:module';

/**
 * Loads ONNX Runtime, addon and all, into this process.
 *
 * @param main Its main file, or its folder.
 * @returns The version that it says of itself, if it does.
 */
export function tryOnnxRuntime(main: string): string | undefined {
  // It reports the machine to its makers unless told not to before it starts.
  process.env.ORT_DISABLE_TELEMETRY ??= '1';
  const { env } = createRequire(__filename)(main) as { env?: { versions?: { node?: string } } };
  return env?.versions?.node;
}
