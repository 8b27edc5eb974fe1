import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TAG } from './graphDefinition.js';
import type { NativeBackend, NativeTensor } from './nativeBackend.js';

/** A graph in one of TensorFlow's sessions, with resources of its own. */
export interface GraphSession {
  /**
   * @param given The addon's tensors by the nodes that they stand for; they stay the caller's.
   * @param wanted The nodes whose results are wanted.
   * @returns The results in that order. The caller deletes them.
   */
  run(given: ReadonlyMap<string, number>, wanted: readonly string[]): NativeTensor[];
  dispose(): void;
}

/** @param definition From `graphDefinition`. It goes by way of a temporary folder, which is gone once this returns. */
export function openSession({ binding }: NativeBackend, definition: Uint8Array): GraphSession {
  const folder = mkdtempSync(join(tmpdir(), 'inception-graph-'));
  let session: number;
  try {
    writeFileSync(join(folder, 'saved_model.pb'), definition);
    session = binding.loadSavedModel(folder, TAG);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const ports = (names: Iterable<string>): string => [...names].map((name) => `${name}:0`).join();
  return {
    run: (given, wanted) => binding.runSavedModel(session, [...given.values()], ports(given.keys()), ports(wanted)),
    dispose: () => binding.deleteSavedModel(session),
  };
}
