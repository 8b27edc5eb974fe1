import type * as tf from '@tensorflow/tfjs';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeNames, TAG } from './graphDefinition.js';
import type { NativeBackend, NativeTensor } from './nativeBackend.js';

/** A graph in one of TensorFlow's sessions, with resources of its own. */
export class GraphSession {
  private readonly session: number;

  /**
   * @param definition From `graphDefinition`. It goes by way of a temporary folder, which is gone once this returns.
   * @throws Error What TensorFlow says of a graph that it cannot take; a failure to write into the folder.
   */
  constructor(
    private readonly backend: NativeBackend,
    definition: Uint8Array,
  ) {
    const folder = mkdtempSync(join(tmpdir(), 'inception-graph-'));
    try {
      writeFileSync(join(folder, 'saved_model.pb'), definition);
      this.session = backend.binding.loadSavedModel(folder, TAG);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /**
   * @param outputs Names of the outputs that are wanted; the caller disposes of them.
   * @param alsoRun Nodes that are to be run as well.
   */
  call(
    inputs: Readonly<Record<string, tf.Tensor>>,
    outputs: readonly string[],
    alsoRun: readonly string[] = [],
  ): Record<string, tf.Tensor> {
    const { backend } = this;
    const ids = backend.getInputTensorIds(Object.values(inputs));
    const results = this.run(Object.keys(inputs).map(nodeNames.input), ids, [...outputs.map(nodeNames.output), ...alsoRun]);
    for (const { id } of results.slice(outputs.length)) backend.binding.deleteTensor(id);
    return Object.fromEntries(outputs.map((name, index) => [name, backend.createOutputTensor(results[index])]));
  }

  /** Gives every variable of the graph a value, in their order. The tensors stay the caller's. */
  writeVariables(values: readonly tf.Tensor[]): void {
    const { backend } = this;
    const indices = [...values.keys()];
    const written = this.run(indices.map(nodeNames.given), backend.getInputTensorIds(values), indices.map(nodeNames.written));
    for (const { id } of written) backend.binding.deleteTensor(id);
  }

  /** The values of the graph's first variables. TensorFlow does not copy them until they are changed. The caller deletes them. */
  readVariables(count: number): NativeTensor[] {
    return this.run(
      [],
      [],
      Array.from({ length: count }, (_, index) => nodeNames.read(index)),
    );
  }

  dispose(): void {
    this.backend.binding.deleteSavedModel(this.session);
  }

  private run(given: readonly string[], ids: readonly number[], wanted: readonly string[]): NativeTensor[] {
    const ports = (names: readonly string[]): string => names.map((name) => `${name}:0`).join();
    return this.backend.binding.runSavedModel(this.session, ids, ports(given), ports(wanted));
  }
}
