import type * as tf from '@tensorflow/tfjs';
import { graphDefinition, nodeNames } from './graphDefinition.js';
import { openSession, type GraphSession } from './graphSession.js';
import type { NativeBackend } from './nativeBackend.js';
import type { Recording } from './recording.js';
import { SessionVariables } from './sessionVariables.js';

/** A graph in the place of a function. */
export interface RunnableGraph {
  /** @returns What the function gives, by name. The caller disposes of it. */
  run(inputs: Readonly<Record<string, tf.Tensor>>): Record<string, tf.Tensor>;
  dispose(): void;
}

/** A recording as one graph: a run of it is one call to TensorFlow. */
export class CompiledGraph implements RunnableGraph {
  private readonly session: GraphSession;
  private readonly variables: SessionVariables | undefined;
  private readonly outputs: readonly string[];
  private readonly changes: boolean;

  /** @throws Error What TensorFlow says of a graph that it cannot take; a failure to write it into a temporary folder. */
  constructor(
    private readonly backend: NativeBackend,
    recording: Recording,
    variables: readonly tf.Variable[],
  ) {
    this.outputs = [...recording.outputs.keys()];
    this.changes = true;
    this.session = openSession(backend, graphDefinition(recording, backend.binding));
    this.variables = new SessionVariables(backend, this.session, variables);
  }

  /** @returns What the function that was recorded gives, by name. The caller disposes of it. */
  run(inputs: Readonly<Record<string, tf.Tensor>>): Record<string, tf.Tensor> {
    const { backend, session, outputs } = this;
    this.variables?.beforeRun();
    const names = Object.keys(inputs);
    const ids = backend.getInputTensorIds(Object.values(inputs));
    const given = new Map(names.map((name, index) => [nodeNames.input(name), ids[index]]));
    const wanted = outputs.map((name) => nodeNames.output(name));
    const results = session.run(given, this.changes ? [...wanted, nodeNames.done] : wanted);
    results.slice(outputs.length).forEach(({ id }) => backend.binding.deleteTensor(id));
    return Object.fromEntries(outputs.map((name, index) => [name, backend.createOutputTensor(results[index])]));
  }

  /** Ends the session. The variables keep their values. */
  dispose(): void {
    this.variables?.dispose();
    this.session.dispose();
  }
}
