import type * as tf from '@tensorflow/tfjs';
import { graphDefinition, nodeNames } from './graphDefinition.js';
import { GraphSession } from './graphSession.js';
import type { NativeBackend } from './nativeBackend.js';
import type { Recording } from './recording.js';
import { SessionVariables } from './sessionVariables.js';

/** A graph in the place of a function. */
export interface RunnableGraph {
  /** @returns What the function gives, by name. The caller disposes of it. */
  run(inputs: Readonly<Record<string, tf.Tensor>>): Record<string, tf.Tensor>;
  dispose(): void;
}

/** A recording as one graph that may change variables, which live in its session: a run of it is one call to TensorFlow. */
export class CompiledGraph implements RunnableGraph {
  private readonly session: GraphSession;
  private readonly variables: SessionVariables;
  private readonly outputs: readonly string[];

  /** @throws Error as {@link GraphSession}; NotRecordable for what a graph has no form for. */
  constructor(backend: NativeBackend, recording: Recording, variables: readonly tf.Variable[]) {
    this.outputs = [...recording.outputs.keys()];
    this.session = new GraphSession(backend, graphDefinition(recording, backend.binding));
    this.variables = new SessionVariables(backend, this.session, variables);
  }

  run(inputs: Readonly<Record<string, tf.Tensor>>): Record<string, tf.Tensor> {
    this.variables.beforeRun();
    return this.session.call(inputs, this.outputs, [nodeNames.done]);
  }

  /** Ends the session. The variables keep their values. */
  dispose(): void {
    this.variables.dispose();
    this.session.dispose();
  }
}
