import * as tf from '@tensorflow/tfjs';
import type { RunnableGraph } from './compiledGraph.js';
import { foldNormalization, type PreparedValue } from './foldedNormalization.js';
import { graphDefinition } from './graphDefinition.js';
import { GraphSession } from './graphSession.js';
import type { NativeBackend } from './nativeBackend.js';
import { NotRecordable, type Recording } from './recording.js';

/**
 * A recorded forward pass as one graph. What it needs of the weights lies in its session, and is made anew whenever one of them has
 * changed; the weights stay TensorFlow.js' own.
 */
export class ForwardGraph implements RunnableGraph {
  private readonly session: GraphSession;
  private readonly values: readonly PreparedValue[];
  private readonly outputs: readonly string[];
  /** The tensors that the session's values were made from; one id never stands for other values. */
  private written: readonly number[] = [];

  /** @throws NotRecordable if the recording changes weights. Error: what TensorFlow says of a graph that it cannot take. */
  constructor(
    private readonly backend: NativeBackend,
    recording: Recording,
    private readonly weights: readonly tf.Variable[],
  ) {
    if (recording.assignments.size > 0 || recording.operations.some(({ updates }) => updates)) {
      throw new NotRecordable('it changes its weights');
    }
    const folded = foldNormalization(recording, backend.binding);
    this.outputs = [...recording.outputs.keys()];
    this.values = folded.values;
    this.session = new GraphSession(backend, graphDefinition(folded.recording, backend.binding));
  }

  run(inputs: Readonly<Record<string, tf.Tensor>>): Record<string, tf.Tensor> {
    this.writeValues();
    return this.session.call(inputs, this.outputs);
  }

  dispose(): void {
    this.session.dispose();
  }

  private writeValues(): void {
    const { backend, session, values, weights } = this;
    const ids = backend.getInputTensorIds(weights);
    if (values.length === 0 || ids.every((id, index) => id === this.written[index])) return;
    tf.tidy(() => session.writeVariables(values.map((value) => value(weights))));
    this.written = ids;
  }
}
