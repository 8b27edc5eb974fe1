import * as tf from '@tensorflow/tfjs';
import { preprocessPictures } from '../networks/preprocessPictures.js';
import { packed, rowsOf, type ClassifierEngine, type Pixels } from './classifierEngine.js';
import type { PictureNetwork } from './pictureNetwork.js';

/** What a model predicts as a list: graph models with named outputs give those by name. */
export function tensorsOf(answer: tf.Tensor | tf.Tensor[] | tf.NamedTensorMap): tf.Tensor[] {
  return answer instanceof tf.Tensor ? [answer] : Object.values(answer);
}

/** TensorFlow.js. It reads the model's own weights: a model that is trained further gives other answers at once. */
export class TfjsEngine implements ClassifierEngine {
  readonly name = 'tfjs';

  /** @param reason Why it is not ONNX Runtime. */
  constructor(
    private readonly network: PictureNetwork,
    readonly reason?: string,
  ) {}

  async run(pictures: readonly Pixels[]): Promise<Float32Array[][]> {
    const { size, preprocessing, graph } = this.network;
    const outputs = tf.tidy(() => {
      const images = tf.tensor4d(packed(pictures, Float32Array), [pictures.length, ...size, 3]);
      return tensorsOf(graph.predict(preprocessPictures(images, preprocessing)));
    });
    try {
      return await Promise.all(outputs.map(async (output) => rowsOf(await output.data<'float32'>(), pictures.length)));
    } finally {
      tf.dispose(outputs);
    }
  }

  /** Nothing: the graph shares the model's layers. */
  dispose(): void {}
}
