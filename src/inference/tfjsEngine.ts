import * as tf from '@tensorflow/tfjs';
import { ForwardPass } from '../compile/forwardPass.js';
import { preprocessPictures } from '../networks/preprocessPictures.js';
import { packed, rowsOf, type ClassifierEngine, type Pixels } from './classifierEngine.js';
import type { PictureNetwork } from './pictureNetwork.js';

/** What a model predicts as a list: graph models with named outputs give those by name. */
export function tensorsOf(answer: tf.Tensor | tf.Tensor[] | tf.NamedTensorMap): tf.Tensor[] {
  return answer instanceof tf.Tensor ? [answer] : Object.values(answer);
}

/**
 * TensorFlow.js, which on native backends runs a layers model as one graph once several pictures have been asked about. It reads the model's
 * own weights: a model that is trained further gives other answers at once.
 */
export class TfjsEngine implements ClassifierEngine {
  readonly name = 'tfjs';
  private readonly forward: (input: tf.Tensor4D) => tf.Tensor[];
  private readonly pass: ForwardPass | undefined;

  /** @param reason Why it is not ONNX Runtime. */
  constructor(
    private readonly network: PictureNetwork,
    readonly reason?: string,
  ) {
    const { graph } = network;
    if (graph instanceof tf.LayersModel) {
      const pass = new ForwardPass(graph);
      this.pass = pass;
      this.forward = (input) => pass.run(input);
    } else {
      this.forward = (input) => tensorsOf(graph.predict(input));
    }
  }

  async run(pictures: readonly Pixels[]): Promise<Float32Array[][]> {
    const { size, preprocessing } = this.network;
    const outputs = tf.tidy(() => {
      const images = tf.tensor4d(packed(pictures, Float32Array), [pictures.length, ...size, 3]);
      return this.forward(preprocessPictures(images, preprocessing));
    });
    try {
      return await Promise.all(outputs.map(async (output) => rowsOf(await output.data<'float32'>(), pictures.length)));
    } finally {
      tf.dispose(outputs);
    }
  }

  /** The model stays: the engine shares its layers. */
  dispose(): void {
    this.pass?.dispose();
  }
}
