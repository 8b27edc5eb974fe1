import * as tf from '@tensorflow/tfjs';
import { ForwardGraph } from './forwardGraph.js';
import { RecordedFunction } from './recordedFunction.js';

/** Graphs that one forward pass has at most, each for pictures of one shape. */
const GRAPHS = 4;

/**
 * A network in inference, which on the native backend becomes one graph for each of the few shapes of input that it gets most often. It
 * reads the network's own weights: whatever changes them changes its answers at once. What cannot be recorded runs operation by operation.
 */
export class ForwardPass {
  private readonly recorded: RecordedFunction;

  /** @param forward Computes one or several tensors, by TensorFlow.js alone. Default: the model's outputs. */
  constructor(
    model: tf.LayersModel,
    private readonly forward = (input: tf.Tensor4D): readonly tf.Tensor[] => [model.call([input], { training: false })].flat(),
  ) {
    const own = [...new Set(model.weights.map((weight) => weight.read() as tf.Variable))];
    this.recorded = new RecordedFunction(
      ({ input }) => ({ outputs: Object.fromEntries(this.runEagerly(input as tf.Tensor4D).entries()) }),
      {
        variables: own,
        layers: model.layers,
        compile: (backend, recording) => new ForwardGraph(backend, recording, own),
        graphs: GRAPHS,
        onRefused: () => undefined,
      },
    );
  }

  /** Whether the last run was one graph. */
  get ranAsGraph(): boolean {
    return this.recorded.ranAsGraph;
  }

  /** Runs operation by operation until a shape has come often enough. @returns Tensors that the caller disposes of. */
  run(input: tf.Tensor4D): tf.Tensor[] {
    return Object.values(this.recorded.run({ input }));
  }

  /** Runs as a graph from the first input of a shape on, if there are not as many graphs already, so that the same input has the same answer whenever it comes. */
  runAsGraph(input: tf.Tensor4D): tf.Tensor[] {
    this.recorded.prepare({ input });
    return this.run(input);
  }

  /** Runs operation by operation. */
  runEagerly(input: tf.Tensor4D): tf.Tensor[] {
    return tf.tidy(() => [...this.forward(input)]);
  }

  /** Ends the graphs. The network stays as it is. */
  dispose(): void {
    this.recorded.dispose();
  }
}
